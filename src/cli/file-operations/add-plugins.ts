/**
 * `deck file add-plugins`: adds plugins, by flags or plugin files. What it does to the content is in
 * `transform/`.
 */
import * as Flags from '@oclif/core/flags'
import { UsageError } from '../../errors.ts'
import { type Content, isContent } from '../../transform/owners.ts'
import { fileOperation, readContent, selectorFlag, texts } from './operation.ts'
import { selectorsOf, selectParts } from './selected.ts'

/** The file's own `plugins` array: plugins for everything. */
const main = ['$']

export const addPlugins = fileOperation({
  summary: 'add plugins to a file',
  takes: '[PLUGIN-FILE...]',
  examples: [
    `add-plugins -s kong.yaml --selector '$.services[*]' --config '{"name":"key-auth"}'`,
    'add-plugins -s kong.yaml -o kong.yaml plugins.yaml',
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
    const owners = await selectParts(content, selectorsOf(run.flags, main))
    addPlugins(content, owners, plugins, run.flags['overwrite'] === true)
    for (const file of run.files) {
      for (const addition of additionsOfFile(file, await readContent(file, run), main)) {
        const places = await selectParts(content, addition.selectors)
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
