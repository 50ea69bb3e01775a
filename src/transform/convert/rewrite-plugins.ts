/** Applies the changes of `plugin-changes.ts` to all plugins of a file, and reports them. */
import { DeckError } from '../../errors.ts'
import { type Content, isContent, recordsOf } from '../owners.ts'
import type { FieldChange, PluginChange } from './plugin-changes.ts'

/** @returns what was changed, a line each; @throws DeckError where an old and a new name both have values */
export function rewritePlugins(content: Content, changes: readonly PluginChange[]): string[] {
  return recordsOf(content, 'plugins').flatMap(plugin => {
    const name = String(plugin['name'] ?? '')
    const own = changes.filter(({ plugins }) => plugins === undefined || plugins.includes(name))
    return own.flatMap(({ changes: fields }) => fields.flatMap(field => rewriteField(plugin, name, field)))
  })
}

function rewriteField(plugin: Content, name: string, change: FieldChange): string[] {
  if ('keepFalse' in change) return keepFalse(plugin, name, change.keepFalse)
  const { config } = plugin
  if (!isContent(config)) return []
  if ('rename' in change) return rename(config, name, change.rename, change.to)
  const path = 'remove' in change ? change.remove : change.list
  const [holder, field] = holderOf(config, path)
  if (holder?.[field] === undefined) return []
  if ('remove' in change) {
    delete holder[field]
    return [`Automatically removed deprecated config field "${path}" from plugin ${name}`]
  }
  if (Array.isArray(holder[field])) return []
  holder[field] = [holder[field]]
  return [
    `Automatically converted configuration field "${path}" from a single value to a list in plugin ${name}`,
  ]
}

function rename(config: Content, plugin: string, from: string, to: string): string[] {
  const [holder, field] = holderOf(config, from)
  if (holder === undefined || !(field in holder)) return []
  const value = holder[field]
  delete holder[field]
  const [newHolder = holder, newField] = holderOf(config, to)
  if (newField in newHolder) {
    if (isEmpty(value)) return []
    if (!isEmpty(newHolder[newField])) {
      throw new DeckError(
        `conflicting fields: both legacy field "${from}" and new field "${to}" have values in plugin ${plugin}`,
        { hint: `take "${from}" out: Kong no longer knows it` },
      )
    }
  }
  newHolder[newField] = value
  return [
    `Automatically converted legacy configuration field "${from}" to the new field "${to}" in plugin ${plugin}`,
  ]
}

/** A field of the configuration itself is said in any case; one deeper down where what holds it is there. */
function keepFalse(plugin: Content, name: string, path: string): string[] {
  const { config = {} } = plugin
  if (!isContent(config)) return []
  const [list, inner] = path.split('[].')
  const holders: [Content | undefined, string][] =
    inner === undefined ? [holderOf(config, path)] : recordsIn(config[list ?? '']).map(node => [node, inner])
  const open = holders.filter(([holder, field]) => holder !== undefined && !(field in holder))
  if (open.length === 0) return []
  for (const [holder, field] of open) if (holder !== undefined) holder[field] = false
  plugin['config'] = config
  return [`Plugin '${name}': setting ${path} to false (old default, 3.14 defaults to true)`]
}

/** The nodes of a datakit that send requests. */
const recordsIn = (list: unknown): Content[] =>
  Array.isArray(list) ? list.filter(isContent).filter(({ type }) => type === 'call') : []

/** The holder of the last step of a path, if it exists, and that step. */
function holderOf(config: Content, path: string): [Content | undefined, string] {
  const steps = path.split('.')
  const field = steps.pop() ?? ''
  let holder: Content | undefined = config
  for (const step of steps) {
    const next: unknown = holder?.[step]
    holder = isContent(next) ? next : undefined
  }
  return [holder, field]
}

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  (typeof value === 'object' && Object.keys(value as object).length === 0)
