/** `deck file add-tags`: adds tags to entities of a file. What it does to the content is in `transform/`. */
import { atLeastOne } from '../arguments.ts'
import { fileOperation, selectorFlag } from './operation.ts'
import { refuseFilesAsTags, selectTagOwners } from './selected.ts'

export const addTags = fileOperation({
  summary: 'add tags to the entities of a file',
  takes: 'TAG...',
  examples: [
    'add-tags -s kong.yaml team-a',
    "add-tags -s kong.yaml --selector '$.services[*]' team-a -o kong.yaml",
    'add-tags --in-place -s kong.yaml team-a',
  ],
  flags: selectorFlag('JSONPath of the entities (repeatable; default: all entities that can have tags)'),
  checkArguments: (flags, tags) => {
    atLeastOne(tags)
    refuseFilesAsTags(flags, tags)
  },
  change: async (content, { flags, files: tags, unmatched }, document) => {
    const { addTags } = await import('../../transform/tags.ts')
    addTags(await selectTagOwners(content, flags, document, unmatched), tags)
    return content
  },
})
