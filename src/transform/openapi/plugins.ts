/**
 * Plugins of an OpenAPI document (`x-kong-plugin-<name>`), by name; each name once, and the inner level
 * wins.
 */
import { DeckError } from '../../errors.ts'
import { kongObject, sortedJson, type Values } from './document.ts'
import { type Marking, withId } from './services.ts'

/** By name. */
export type Plugins = ReadonlyMap<string, Values>

const prefix = 'x-kong-plugin-'
const validator = 'request-validator'

export const hasPlugins = (holder: Values): boolean => Object.keys(holder).some(key => key.startsWith(prefix))

/**
 * The plugins of one level with inherited ones.
 *
 * @param base input of ids: an inherited plugin gets another id, because it is another plugin here
 * @throws DeckError for an invalid plugin
 */
export function pluginsAt(
  holder: Values,
  inherited: Plugins,
  base: string,
  { document, marking }: { readonly document: Values; readonly marking: Marking },
): Plugins {
  const marked = (name: string, plugin: Values): Values => ({
    ...plugin,
    ...withId(marking, pluginIdName(base, name)),
    name,
    tags: marking.tags,
  })
  const own = Object.keys(holder)
    .filter(key => key.startsWith(prefix))
    .map(key => {
      // A plugin of a service or route cannot be another's as well.
      const { service, route, ...plugin } = givenPlugin(holder, key, document)
      const name = key.slice(prefix.length)
      return [name, marked(name, plugin)] as const
    })
  const above = [...inherited].map(([name, plugin]) => [name, marked(name, structuredClone(plugin))] as const)
  return new Map([...above, ...own])
}

function givenPlugin(holder: Values, key: string, document: Values): Values {
  const plugin = kongObject(holder, key, document)
  if (plugin === undefined) throw new DeckError(`failed to parse JSON object for '${key}': it says nothing`)
  return plugin
}

export const pluginIdName = (base: string, name: string): string => `${base}.plugin.${name}`

/** The request-validator is generated for each operation; the original stays as its input. */
export function withoutValidator(plugins: Plugins, inherited?: Values): [Plugins, Values | undefined] {
  const rest = new Map(plugins)
  rest.delete(validator)
  return [rest, plugins.get(validator) ?? inherited]
}

export const withPlugin = (plugins: Plugins, plugin: Values | undefined): Plugins =>
  plugin === undefined ? plugins : new Map([...plugins, [String(plugin['name']), plugin]])

/** In the order of names. */
export const listed = (plugins: Plugins): Values[] =>
  [...plugins].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, plugin]) => plugin)

/**
 * A plugin for a consumer is moved to the top of the file, with its owner as a second scope.
 *
 * @returns remaining and moved plugins
 */
export function withoutConsumers(
  plugins: Plugins,
  owner: 'service' | 'route',
  name: string,
): { stay: Plugins; move: Values[] } {
  const isBound = ([, { consumer }]: [string, Values]): boolean => consumer !== undefined && consumer !== null
  const all = [...plugins]
  return {
    stay: new Map(all.filter(one => !isBound(one))),
    move: all.filter(isBound).map(([, plugin]) => ({ ...plugin, [owner]: name })),
  }
}

/** By name, then by what they belong to. */
export function inFileOrder(plugins: readonly Values[]): Values[] {
  const keyOf = (plugin: Values): string =>
    ['name', 'service', 'route', 'consumer'].map(key => sortedJson(plugin[key] ?? '')).join('\0')
  return [...plugins].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}
