/** `deck file list-tags`: which tags a file uses. What it does to the content is in `transform/`. */
import * as Flags from '@oclif/core/flags'
import { filesRefused } from '../arguments.ts'
import { fileOperation, outputFormat, selectorFlag } from './operation.ts'
import { selectTagOwners } from './selected.ts'

export const listTags = fileOperation({
  summary: 'list the tags of a file',
  examples: ['list-tags -s kong.yaml', 'list-tags -s kong.yaml --format json'],
  flags: {
    ...selectorFlag('JSONPath of the entities (repeatable; default: all entities that can have tags)'),
    format: Flags.string({
      default: 'plain',
      description: 'format of the list',
      helpValue: 'plain|yaml|json',
      helpGroup: 'OUTPUT',
      env: 'DECK_FORMAT',
    }),
  },
  checkArguments: (flags, files) => {
    outputFormat(flags, ['plain'])
    filesRefused(files)
  },
  isReadOnly: true,
  change: async (content, { flags, unmatched }, document) => {
    const { listTags } = await import('../../transform/tags.ts')
    const tags = listTags(await selectTagOwners(content, flags, document, unmatched))
    return outputFormat(flags, ['plain']) === 'plain' ? tags.join('\n') : { tags }
  },
})
