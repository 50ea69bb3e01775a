/**
 * `deck file remove-tags`: takes tags off entities of a file. What it does to the content is in `transform/`.
 */
import * as Flags from '@oclif/core/flags'
import { UsageError } from '../../errors.ts'
import { fileOperation, selectorFlag } from './operation.ts'
import { refuseFilesAsTags, selectTagOwners } from './selected.ts'

export const removeTags = fileOperation({
  summary: 'remove tags from the entities of a file',
  takes: '[TAG...]',
  examples: ['remove-tags -s kong.yaml team-a', 'remove-tags -s kong.yaml --keep-only team-b -o kong.yaml'],
  flags: {
    ...selectorFlag('JSONPath of the entities (repeatable; default: all entities that can have tags)'),
    'keep-only': Flags.boolean({ description: 'remove all other tags' }),
    'keep-empty-array': Flags.boolean({ description: 'keep an empty array after the last tag' }),
  },
  checkArguments: (flags, tags) => {
    if (tags.length === 0 && flags['keep-only'] !== true) throw new UsageError('no tags to remove')
    refuseFilesAsTags(flags, tags)
  },
  change: async (content, { flags, files: tags, unmatched }, document) => {
    const { listTags, removeTags } = await import('../../transform/tags.ts')
    const keepOnly = flags['keep-only'] === true
    const owners = await selectTagOwners(content, flags, document, unmatched)
    // An empty array that was there before goes only where there is something to do at all.
    if (keepOnly && listTags(owners).every(tag => tags.includes(tag))) return content
    removeTags(owners, tag => tags.includes(tag) !== keepOnly, flags['keep-empty-array'] === true)
    return content
  },
})
