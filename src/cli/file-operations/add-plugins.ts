/**
 * `deck file add-plugins`: adds plugins, by flags or plugin files. What it does to the content is in
 * `transform/`.
 */
import * as Flags from '@oclif/core/flags'
import { UsageError } from '../../errors.ts'
import { type Content, isContent } from '../../transform/owners.ts'
import { fileOperation, readDocument, selectorFlag, texts } from './operation.ts'
import { selectorsInFile, selectorsOf, selectParts } from './selected.ts'
import { createUnmatched } from './unmatched.ts'

/** The file's own `plugins` array: plugins for everything. */
const main = ['$']

const owner = { is: isContent, name: 'a mapping' }

export const addPlugins = fileOperation({
  summary: 'add plugins to a file',
  takes: '[PLUGIN-FILE...]',
  examples: [
    `add-plugins -s kong.yaml --selector '$.services[*]' --config '{"name":"key-auth"}'`,
    'add-plugins -s kong.yaml -o kong.yaml plugins.yaml',
    'add-plugins --in-place -s kong.yaml plugins.yaml',
  ],
  flags: {
    ...selectorFlag(
      'JSONPath of entities that get the plugins (repeatable; default: the plugins of the file itself)',
    ),
    config: texts('plugin to add, as JSON (repeatable)', 'JSON'),
    overwrite: Flags.boolean({ description: 'replace existing plugins of the same name' }),
  },
  change: async (content, run) => {
    const { addPlugins, additionsOfFile } = await import('../../transform/add-plugins.ts')
    const plugins = ((run.flags['config'] as string[] | undefined) ?? []).map(pluginOfJson)
    const noted = plugins.length > 0 ? run.unmatched : createUnmatched()
    const owners = await selectParts(content, selectorsOf(run.flags, main), owner, noted)
    addPlugins(content, owners, plugins, run.flags['overwrite'] === true)
    for (const file of run.files) {
      const document = await readDocument(file, run)
      const additions = additionsOfFile(file, structuredClone(document.content), main)
      if (additions.length === 0) run.unmatched.noteEmpty(file, 'add-plugins')
      for (const addition of additions) {
        const selectors = selectorsInFile(addition.selectors, document, ['add-plugins', addition.index])
        const places = await selectParts(content, selectors, owner, run.unmatched)
        addPlugins(content, places, addition.plugins, addition.overwrite)
      }
    }
    return content
  },
})

/** @throws UsageError (decK's words) */
function pluginOfJson(text: string): Content {
  try {
    const plugin: unknown = JSON.parse(text)
    if (isContent(plugin)) return plugin
  } catch {
    // Reported below.
  }
  throw new UsageError(`failed to deserialize plugin config '${text}'; expected the data to be an Object`)
}
