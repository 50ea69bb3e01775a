import * as Flags from '@oclif/core/flags'
import { fileOperation, selectorFlag } from '../../cli/file-operation.ts'
import { selectTagOwners } from '../../cli/selected.ts'
import { UsageError } from '../../errors.ts'

export default fileOperation({
  summary: 'remove tags from the entities of a file',
  examples: ['remove-tags -s kong.yaml team-a', 'remove-tags -s kong.yaml --keep-only team-b -o kong.yaml'],
  flags: {
    ...selectorFlag('JSONPath of the entities (repeatable); all that can have tags when left out'),
    'keep-only': Flags.boolean({ description: 'remove all others than the tags given' }),
    'keep-empty-array': Flags.boolean({ description: 'leave an empty array where the last tag is gone' }),
  },
  checkArguments: (flags, tags) => {
    if (tags.length === 0 && flags['keep-only'] !== true) throw new UsageError('no tags to remove')
  },
  change: async (content, { flags, files: tags }) => {
    const { removeTags } = await import('../../transform/tags.ts')
    const keepOnly = flags['keep-only'] === true
    const owners = await selectTagOwners(content, flags)
    removeTags(owners, tag => tags.includes(tag) !== keepOnly, flags['keep-empty-array'] === true)
    return content
  },
})
