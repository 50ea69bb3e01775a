/**
 * The recipe of `deck explain`: what a kind, a plugin or a field may be, as the registry knows it for one
 * version of Kong. Needs no file and no gateway.
 */
import { everyKind } from '../entities/enterprise.ts'
import type { Field, Fields, Version } from '../entities/language/define.ts'
import { definitionAt, holdsAt } from '../entities/language/versions.ts'
import { pluginSchema, plugins, pluginsAt } from '../entities/plugin-registry.ts'
import { didYouMean } from '../entities/text/did-you-mean.ts'
import { UsageError } from '../errors.ts'
import { describeField, listFields, listNames } from '../report/field-text.ts'
import { kindCalled } from './explain-file.ts'

/**
 * @param path `service.retries`, `rate-limiting.redis.host`, `plugin`; empty for a list of all. @throws
 * UsageError
 */
export function explainField(path: string, version: Version): string {
  const [first = '', ...steps] = withoutPlugin(path.split('.'), version)
  const names = pluginsAt(version).map(({ name }) => name)
  const kinds = everyKind.filter(one => holdsAt(version, one)).map(({ kind }) => kind)
  if (first === '')
    return listNames([
      ['Kinds', kinds],
      ['Plugins', names],
    ])
  const root = rootNamed(first, version, isOfPlugin(path))
  if (root === undefined) {
    const hint = didYouMean(first, [...kinds, ...names])
    throw new UsageError(
      `Kong ${version.text} has no kind or plugin "${first}"`,
      hint === undefined ? {} : { hint },
    )
  }
  // A plugin's fields may be written as in a file: rate-limiting.config.minute.
  const rest = root.isPlugin && steps[0] === 'config' ? steps.slice(1) : steps
  if (rest.length === 0) return listFields(path, root.fields) + alsoPlugin(first, root, version)
  const field = fieldAt(root.fields, rest)
  if (field === undefined) throw noSuchField(root.fields, rest, path)
  const inside = insideOf(field)
  return (
    describeField(path, field, fieldAt(root.everFields, rest)?.since) +
    (inside ? `\n${listFields(path, inside)}` : '')
  )
}

/**
 * Completions of `path`.
 *
 * @example namesBelow('service.ret', version) // ['service.connect_timeout', 'service.retries', …]
 */
export function namesBelow(path: string, version: Version): string[] {
  const all = path.split('.')
  const steps = all.slice(0, -1)
  const names = pluginsAt(version).map(({ name }) => name)
  const kinds = everyKind.filter(one => holdsAt(version, one)).map(({ kind }) => kind)
  const [first, ...rest] = withoutPlugin(steps, version)
  if (first === undefined) return [...kinds, ...names].sort()
  const root = rootNamed(first, version, isOfPlugin(path))
  const inside = root?.isPlugin && rest[0] === 'config' ? rest.slice(1) : rest
  const field = root && inside.length > 0 ? fieldAt(root.fields, inside) : undefined
  const fields = inside.length === 0 ? root?.fields : field && insideOf(field)
  const plugins = isOfPlugin(path) && steps.length === 1 ? names : []
  return [...Object.keys(fields ?? {}), ...plugins].map(name => [...steps, name].join('.')).sort()
}

interface Root {
  readonly fields: Fields
  /** The fields of all versions, for the version that added one. */
  readonly everFields: Fields
  readonly isPlugin: boolean
}

const isOfPlugin = (path: string): boolean => path.includes('.') && isPluginWord(path.split('.')[0])

const isPluginWord = (word: string | undefined): boolean => word === 'plugin' || word === 'plugins'

/** `plugin.key-auth.key_names` is of the plugin, where a credential has its name too. */
function withoutPlugin(steps: readonly string[], version: Version): readonly string[] {
  const [first, second = ''] = steps
  return isPluginWord(first) && pluginSchema(second, version) !== undefined ? steps.slice(1) : steps
}

const alsoPlugin = (name: string, { isPlugin }: Root, version: Version): string =>
  !isPlugin && pluginSchema(name, version) !== undefined
    ? `\nThe plugin of this name: deck explain plugin.${name}\n`
    : ''

function rootNamed(name: string, version: Version, isOfPlugin: boolean): Root | undefined {
  const kind = isOfPlugin && pluginSchema(name, version) !== undefined ? undefined : kindCalled(name)
  if (kind !== undefined && holdsAt(version, kind)) {
    const { fields, shorthand_fields } = definitionAt(kind, version)
    return { fields: { ...shorthand_fields, ...fields }, everFields: kind.fields, isPlugin: false }
  }
  const { config } = pluginSchema(name, version)?.fields ?? {}
  const everFields = plugins.find(one => one.name === name)?.config ?? {}
  return config && { fields: insideOf(config) ?? {}, everFields, isPlugin: true }
}

/** The fields of a record, or of the records in a list or map, with their old names. */
function insideOf(field: Field): Fields | undefined {
  if (field.fields !== undefined) return { ...field.shorthand_fields, ...field.fields }
  const inner = field.elements ?? field.values
  return inner && insideOf(inner)
}

function fieldAt(fields: Fields, [step = '', ...rest]: readonly string[]): Field | undefined {
  const field = Object.hasOwn(fields, step) ? fields[step] : undefined
  return field === undefined || rest.length === 0 ? field : fieldAt(insideOf(field) ?? {}, rest)
}

/** Names the first step that leads nowhere. */
function noSuchField(fields: Fields, [step = '', ...rest]: readonly string[], path: string): UsageError {
  const inside = Object.hasOwn(fields, step) ? insideOf(fields[step] as Field) : undefined
  if (inside !== undefined && rest.length > 0) return noSuchField(inside, rest, path)
  const known = inside === undefined && Object.hasOwn(fields, step)
  const hint = didYouMean(step, Object.keys(fields))
  const message = known ? `${path}: "${step}" has no fields` : `${path}: unknown field "${step}"`
  return new UsageError(message, hint === undefined || known ? {} : { hint })
}
