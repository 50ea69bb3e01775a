import * as Flags from '@oclif/core/flags'
import { filesRefused } from '../../cli/arguments.ts'
import { fileOperation, outputFormat, selectorFlag } from '../../cli/file-operation.ts'
import { selectTagOwners } from '../../cli/selected.ts'

export default fileOperation({
  summary: 'list the tags that a file uses',
  examples: ['list-tags -s kong.yaml', 'list-tags -s kong.yaml --format json'],
  flags: {
    ...selectorFlag('JSONPath of the entities (repeatable); all that can have tags when left out'),
    format: Flags.string({ default: 'plain', description: 'plain, yaml or json', env: 'DECK_FORMAT' }),
  },
  checkArguments: (flags, files) => {
    outputFormat(flags, ['plain'])
    filesRefused(files)
  },
  change: async (content, { flags }) => {
    const { listTags } = await import('../../transform/tags.ts')
    const tags = listTags(await selectTagOwners(content, flags))
    return outputFormat(flags, ['plain']) === 'plain' ? tags.join('\n') : { tags }
  },
})
