/**
 * `deck file add-plugins`: adds plugins to the selected records, from `--config` flags or from plugin files
 * (decK 1.65).
 */
import { kindBySchema } from '../entities/enterprise.ts'
import { foreignFields } from '../entities/language/identity.ts'
import { DeckError } from '../errors.ts'
import { type Content, isContent } from './owners.ts'
import { recordsIn } from './patch.ts'

const plugin = kindBySchema('plugins')
const references = plugin === undefined ? [] : foreignFields(plugin).map(({ name }) => name)

/** The scope of a plugin in the main array: the same name for another service is another plugin. */
const scopeOf = (plugin: Content): string =>
  JSON.stringify(references.map(name => (typeof plugin[name] === 'object' ? null : (plugin[name] ?? null))))

/**
 * @param content the whole file: its own `plugins` may have a scope
 * @param owners records that get the plugins
 * @param overwrite replaces a plugin of the same name; else that one stays unchanged
 * @throws DeckError for a plugin with a scope outside of the main array
 */
export function addPlugins(
  content: Content,
  owners: readonly unknown[],
  plugins: readonly Content[],
  overwrite: boolean,
): void {
  const records = owners.filter(isContent)
  const mainOnly = records.length === 1 && records[0] === content
  const stray = plugins.findIndex(plugin => scopeOf(plugin) !== scopeOf({}))
  if (!mainOnly && stray >= 0) {
    throw new DeckError(
      `plugin ${stray} has foreign keys, but they are only supported in the main plugin array`,
    )
  }
  for (const plugin of plugins)
    for (const owner of records) addPlugin(owner, owner === content, plugin, overwrite)
}

function addPlugin(owner: Content, isMain: boolean, plugin: Content, overwrite: boolean): void {
  const list: unknown[] = Array.isArray(owner['plugins']) ? owner['plugins'] : []
  owner['plugins'] = list
  const there = list.findIndex(
    other =>
      isContent(other) &&
      other['name'] !== undefined &&
      other['name'] === plugin['name'] &&
      (!isMain || scopeOf(other) === scopeOf(plugin)),
  )
  if (there === -1) list.push(structuredClone(plugin))
  else if (overwrite) list[there] = structuredClone(plugin)
}

/** One entry of a plugin file's `add-plugins`. */
export interface PluginAddition {
  readonly selectors: readonly string[]
  readonly overwrite: boolean
  readonly plugins: readonly Content[]
  /** In the file's list. */
  readonly index: number
}

/** @throws DeckError where the file is not `{add-plugins: [{selectors, overwrite, plugins}]}` */
export function additionsOfFile(
  name: string,
  content: Content,
  fallback: readonly string[],
): PluginAddition[] {
  const field = `${name}: field 'add-plugins' is not an array`
  return recordsIn(content['add-plugins'], field).map((entry, index) => {
    const where = `${name}: add-plugins[${index}]`
    const { selectors = fallback, overwrite = false } = entry
    if (!Array.isArray(selectors) || !selectors.every(one => typeof one === 'string')) {
      throw new DeckError(`${where}.selectors is not a string-array`)
    }
    if (typeof overwrite !== 'boolean') throw new DeckError(`${where}.overwrite is not a boolean`)
    const plugins = recordsIn(entry['plugins'], `${where}.plugins is not an array`)
    return { selectors, overwrite, plugins, index: (content['add-plugins'] as unknown[]).indexOf(entry) }
  })
}
