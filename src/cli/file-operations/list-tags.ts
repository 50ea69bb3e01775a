/** `deck file list-tags`: which tags a file uses. What it does to the content is in `transform/`. */
import * as Flags from '@oclif/core/flags'
import { filesRefused } from '../arguments.ts'
import { fileOperation, outputFormat, selectorFlag } from './operation.ts'
import { selectTagOwners } from './selected.ts'

export const listTags = fileOperation({
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
  change: async (content, { flags }, document) => {
    const { listTags } = await import('../../transform/tags.ts')
    const tags = listTags(await selectTagOwners(content, flags, document))
    return outputFormat(flags, ['plain']) === 'plain' ? tags.join('\n') : { tags }
  },
})
