/** Shorthands expanded and defaults filled in: what Kong does to a value before it checks it. Ids and times are the store's. */

import { anyVersion, checkValue } from './check-value.ts'
import type { Definition, Field, Fields, Shorthand, Version } from './define.ts'
import type { Schemas } from './schemas.ts'
import { narrowed, subschemaOf } from './validate.ts'
import { asTable, isAbsent, isRecord } from './values.ts'

type Values = Readonly<Record<string, unknown>>

/** Every field of the schema present, absent values null (but for what is required); fields that the schema does not know are kept, so that they are told. */
function fillDefaults(fields: Fields, value: Values, version: Version): Record<string, unknown> {
  const filled: Record<string, unknown> = { ...value }
  for (const [name, field] of Object.entries(fields)) {
    if (field.auto === true || field.transient === true) {
      if (value[name] === undefined) delete filled[name]
      continue
    }
    filled[name] = valueOrDefault(value[name], field, version)
  }
  return filled
}

function valueOrDefault(value: unknown, field: Field, version: Version): unknown {
  if (value === undefined) {
    if (field.default !== undefined) {
      return isPlain(field.default)
        ? field.default
        : fillNested(structuredClone(field.default), field, version)
    }
    if (field.required !== true) return null
    // What is required stays absent, which the checks tell from null.
    return field.type === 'record' && field.fields ? fillDefaults(field.fields, {}, version) : undefined
  }
  return fillNested(value, field, version)
}

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null

/** To Lua an empty list and an empty record are the same: it is whichever the field wants. */
function emptyAs(value: unknown, field: Field): unknown {
  const isList = field.type === 'array' || field.type === 'set'
  if (isList && isRecord(value) && Object.keys(value).length === 0) return []
  const isTable = field.type === 'record' || field.type === 'map'
  return isTable && Array.isArray(value) && value.length === 0 ? {} : value
}

/** Records within a value, at any depth: their own fields have defaults too. */
function fillNested(given: unknown, field: Field, version: Version): unknown {
  const value = emptyAs(given, field)
  const record = field.type === 'record' ? asTable(value) : undefined
  if (field.fields && record) {
    const expanded = expandShorthands(record, field.shorthand_fields, field.fields)
    return fillDefaults(field.fields, expanded, version)
  }
  if ((field.type === 'array' || field.type === 'set') && Array.isArray(value)) {
    const items = field.elements
      ? value.map(item => fillNested(item, field.elements as Field, version))
      : value
    return field.type === 'set' ? withoutRepeats(items) : items
  }
  if (field.type === 'map' && field.values && isRecord(value)) {
    const values = field.values
    // 2.8 leaves the values of a map as they are.
    const fill = version.major < 3 ? emptyAs : fillNested
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, values, version)]))
  }
  return value
}

/** A set holds each of its plain values once, in the order given. */
const withoutRepeats = (items: readonly unknown[]): unknown[] => [...new Set(items)]

/**
 * Replaces what is written the short way by what it stands for; that wins over fields that are given as well, but for deprecated names.
 * What can not be read (another type; an old name that contradicts the new one) stays for the checks to refuse.
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
    else if (given === null || checkValue(given, shorthand, anyVersion) === undefined) {
      expanded = longForm(expanded, name, shorthand, fields)
    }
  }
  return expanded
}

function longForm(
  value: Record<string, unknown>,
  name: string,
  shorthand: Shorthand,
  fields: Fields,
): Record<string, unknown> {
  const { [name]: given, ...rest } = value
  if (shorthand.expand === 'url') return { ...rest, ...(given === null ? nullUrl : urlParts(String(given))) }
  if (shorthand.gives === undefined) return replaced(value, name, shorthand, fields)
  const values = shorthand.gives(given)
  if (shorthand.deprecation === undefined) return { ...rest, ...values }
  const missing = Object.entries(values).filter(([field]) => isAbsent(rest[field]))
  return { ...rest, ...Object.fromEntries(missing) }
}

const implied = (value: unknown, rules: NonNullable<Shorthand['implies']>): Values =>
  rules.find(({ values }) => values === undefined || values.includes(value))?.sets ?? {}

/** What a complete and checked entity becomes when it is stored: what its values imply in others holds for defaults too. */
export function settled(definition: Definition, entity: Values): Values {
  let result = entity
  for (const [name, { implies }] of Object.entries(definition.shorthand_fields ?? {})) {
    if (implies !== undefined) result = { ...result, ...implied(result[name], implies) }
  }
  return result
}

/** Where the value of an old name belongs; undefined where the name is none. */
export function replacementOf(shorthand: Shorthand): readonly string[] | undefined {
  const deprecation = shorthand.deprecation as { replaced_with?: { path: string[] }[] } | undefined
  return deprecation?.replaced_with?.[0]?.path
}

/**
 * An old name stands for a newer field; what is given the new way wins. Two different values stay as they are, for the checks to
 * refuse.
 */
function replaced(
  value: Record<string, unknown>,
  name: string,
  shorthand: Shorthand,
  fields: Fields,
): Record<string, unknown> {
  const [first, second] = replacementOf(shorthand) ?? []
  if (first === undefined || !(first in fields)) return value
  const { [name]: given, ...rest } = value
  const record = isRecord(rest[first]) ? rest[first] : {}
  const present = second === undefined ? rest[first] : record[second]
  if (isAbsent(present)) {
    return { ...rest, [first]: second === undefined ? given : { ...record, [second]: given } }
  }
  return isAbsent(given) || JSON.stringify(given) === JSON.stringify(present) ? rest : value
}

/** Kong reads null as a text that is no URL: always refused, for all of its parts. */
const nullUrl = { protocol: 'null', host: null, path: 'null' }

/** `http://host:8000/path` in its parts; https without a port is 443, all else 80 (Kong's rule, which decK shares). */
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

/**
 * An entity as the Admin API would store it: shorthands expanded, every default filled in (a plugin's configuration too), absent
 * values null. No id and no times: those are made by whoever stores it.
 */
export function completeEntity(kind: string, input: Values, schemas: Schemas): Record<string, unknown> {
  const { shorthand_fields, fields } = schemas.of(kind)
  return completeExpanded(kind, expandShorthands(input, shorthand_fields, fields), schemas)
}

/** The same of an input whose own short forms are expanded already. */
export function completeExpanded(kind: string, expanded: Values, schemas: Schemas): Record<string, unknown> {
  const definition = schemas.of(kind)
  const fields = entityFields(definition, expanded, schemas)
  const filled = fillDefaults(fields, expanded, schemas.version)
  return schemas.version.major < 3 ? withoutUnread(filled, fields) : filled
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

/** 2.8 loses a record over a short form in it that it can not read. */
function withoutUnread(entity: Values, fields: Fields): Record<string, unknown> {
  const left = { ...entity }
  for (const [name, { fields: inner, shorthand_fields = {} }] of Object.entries(fields)) {
    const record = entity[name]
    const isLost =
      inner && isRecord(record) && unreadIn(record, { fields: inner, shorthand_fields }).length > 0
    if (isLost) left[name] = undefined
  }
  return left
}

/** The fields that hold for one entity: the definition's, narrowed by its type (a plugin by its name, a route by its protocols). */
export function entityFields(definition: Definition, entity: Values, schemas: Schemas): Fields {
  const key = definition.subschema?.key
  if (key === undefined) return definition.fields
  const given = entity[key] === undefined ? { ...entity, [key]: definition.fields[key]?.default } : entity
  return narrowed(definition.fields, subschemaOf(definition, given, schemas).subschema)
}
