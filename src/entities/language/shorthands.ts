/** Short forms and old names of fields (Kong's `shorthand_fields`): their replacements, and invalid ones. */
import { anyVersion, checkValue } from './check-value.ts'
import type { Field, Fields, Shorthand } from './define.ts'
import { isAbsent, isRecord, type Values } from './values.ts'

/**
 * Expands short forms. They win over the fields that they stand for, except for deprecated names. Invalid
 * values (another type; an old name that contradicts the new one) stay, so that the checks refuse them.
 */
export function expandShorthands(
  value: Values,
  shorthands: Readonly<Record<string, Shorthand>> | undefined,
  fields: Fields,
): Values {
  if (shorthands === undefined) return value
  let expanded: Record<string, unknown> = { ...value }
  for (const [name, shorthand] of Object.entries(shorthands)) {
    const given = emptyAs(expanded[name], shorthand)
    if (given === undefined) continue
    expanded[name] = given
    if (shorthand.implies !== undefined) expanded = { ...expanded, ...implied(given, shorthand.implies) }
    else if (isReadable(given, shorthand)) {
      expanded = longForm(expanded, name, shorthand, fields)
    }
  }
  return expanded
}

const isReadable = (given: unknown, shorthand: Shorthand): boolean =>
  given === null || checkValue(given, shorthand, anyVersion) === undefined

function longForm(
  value: Record<string, unknown>,
  name: string,
  shorthand: Shorthand,
  fields: Fields,
): Record<string, unknown> {
  const { [name]: given, ...rest } = value
  if (shorthand.expand === 'url') return { ...rest, ...(given === null ? nullUrl : urlParts(String(given))) }
  // Only the server can expand it; the name is sent as written.
  if (!isUnderstood(shorthand)) return rest
  if (shorthand.gives === undefined) return replaced(value, name, shorthand, fields)
  const values = shorthand.gives(given)
  if (shorthand.deprecation === undefined) return { ...rest, ...values }
  const missing = Object.entries(values).filter(([field]) => isAbsent(rest[field]))
  return { ...rest, ...Object.fromEntries(missing) }
}

export const implied = (value: unknown, rules: NonNullable<Shorthand['implies']>): Values =>
  rules.find(({ values }) => values === undefined || values.includes(value))?.sets ?? {}

/** The new places of an old name: most have one, `redis.timeout` has three. Empty for other names. */
export function replacementsOf(shorthand: Shorthand): readonly (readonly string[])[] {
  const deprecation = shorthand.deprecation as { replaced_with?: { path: string[] }[] } | undefined
  return deprecation?.replaced_with?.map(({ path }) => path) ?? []
}

export const replacementOf = (shorthand: Shorthand): readonly string[] | undefined =>
  replacementsOf(shorthand)[0]

/**
 * Whether the replacement is known: a server prints names, but the conversion of their values only for
 * some.
 */
export const isUnderstood = (shorthand: Shorthand): boolean =>
  shorthand.expand !== undefined ||
  shorthand.gives !== undefined ||
  shorthand.implies !== undefined ||
  replacementsOf(shorthand).length > 0

/**
 * Replaces an old name by the new field; an explicit new field wins. Two different values stay, so that the
 * checks refuse them.
 */
function replaced(
  value: Record<string, unknown>,
  name: string,
  shorthand: Shorthand,
  fields: Fields,
): Record<string, unknown> {
  const paths = replacementsOf(shorthand).filter(([first]) => first !== undefined && first in fields)
  if (paths.length === 0) return value
  const { [name]: given, ...rest } = value
  let result = rest
  for (const path of paths) {
    const asNew = inForm(given, fieldAt(fields, path))
    const present = valueAt(rest, path)
    if (isAbsent(present)) result = withValue(result, path, asNew)
    else if (!isAbsent(given) && JSON.stringify(asNew) !== JSON.stringify(present)) return value
  }
  return result
}

function fieldAt(fields: Fields, path: readonly string[]): Field | undefined {
  const [first = '', ...rest] = path
  const field = Object.hasOwn(fields, first) ? fields[first] : undefined
  return rest.length === 0 ? field : fieldAt(field?.fields ?? {}, rest)
}

export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce((inner, name) => (isRecord(inner) ? inner[name] : undefined), value)
}

function withValue(record: Values, path: readonly string[], value: unknown): Record<string, unknown> {
  const [first = '', ...rest] = path
  if (rest.length === 0) return { ...record, [first]: value }
  const inner = record[first]
  return { ...record, [first]: withValue(isRecord(inner) ? inner : {}, rest, value) }
}

/**
 * `["a:6379"]` in a field of records with host and port: Kong Enterprise's lists of Redis nodes were texts
 * in older versions.
 */
function inForm(value: unknown, field: Field | undefined): unknown {
  const { host, port } = field?.elements?.fields ?? {}
  if (host === undefined || port === undefined || !Array.isArray(value)) return value
  return value.map((item: unknown) => {
    const [, name, number] = /^(.*):(\d+)$/.exec(String(item)) ?? []
    return typeof item === 'string' && name !== undefined ? { host: name, port: Number(number) } : item
  })
}

/** Kong reads null as an invalid URL, with an error for each of its parts. */
const nullUrl = { protocol: 'null', host: null, path: 'null' }

/**
 * `http://host:8000/path` in its parts; https without a port is 443, all else 80 (Kong's rule, which decK
 * shares).
 */
function urlParts(url: string): Record<string, unknown> {
  const [plain = ''] = url.split('#', 1)
  const [, protocol, afterScheme = ''] = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(.*)$/s.exec(plain) ?? []
  const [, authority, rest = ''] = /^(?:\/\/([^/?]*))?(.*)$/s.exec(afterScheme) ?? []
  const path = rest.split('?', 1)[0]
  return {
    protocol: protocol ?? (/:443(?!\d)/.test(authority ?? '') ? 'https' : 'http'),
    ...(authority === undefined ? { host: null } : hostAndPort(authority, protocol)),
    path: path === '' ? null : path,
  }
}

/** `user:password@` is passed over, brackets around IPv6 are taken off. */
function hostAndPort(authority: string, protocol: string | undefined): Record<string, unknown> {
  const address = authority.slice(authority.lastIndexOf('@') + 1)
  const [, host = '', portText] = /^(.*?)(?::([^:\]]*))?$/s.exec(address) ?? []
  const port =
    portText === undefined || portText === '' ? (protocol === 'https' ? 443 : 80) : Number(portText)
  const bare = /^\[(.+)\]$/.exec(host)?.[1] ?? host
  return { host: bare === '' ? null : bare, port: Number.isNaN(port) ? portText : port }
}

/** A record with its short forms. */
export interface Short {
  readonly fields: Fields
  readonly shorthand_fields: Readonly<Record<string, Shorthand>>
}

/** The short forms in a record that could not be read: they are still there. */
export function unreadIn(
  record: Values,
  { fields, shorthand_fields }: Short,
): [name: string, shorthand: Shorthand][] {
  return Object.entries(shorthand_fields).filter(([name]) => !(name in fields) && record[name] !== undefined)
}

/** To Lua an empty list and an empty record are the same: it is whichever the field wants. */
export function emptyAs(value: unknown, field: Field): unknown {
  const isList = field.type === 'array' || field.type === 'set'
  if (isList && isRecord(value) && Object.keys(value).length === 0) return []
  const isTable = field.type === 'record' || field.type === 'map'
  return isTable && Array.isArray(value) && value.length === 0 ? {} : value
}
