/**
 * Shorthands expanded and defaults filled in: what Kong does to a value before it checks it. Ids and times
 * are the store's.
 */

import type { Definition, Field, Fields, Version } from './define.ts'
import type { Schemas } from './schemas.ts'
import { emptyAs, expandShorthands, implied, unreadIn } from './shorthands.ts'
import { entityFields } from './subschemas.ts'
import { asTable, copied, isRecord } from './values.ts'

type Values = Readonly<Record<string, unknown>>

/**
 * Adds every field of the schema; missing values are null unless required. Unknown fields stay, so that they
 * are reported.
 */
function fillDefaults(fields: Fields, value: Values, version: Version): Record<string, unknown> {
  const filled: Record<string, unknown> = { ...value }
  for (const [name, field] of Object.entries(fields)) {
    if (field.auto === true || field.transient === true) {
      // Only where it is there: an object that something was deleted from is slow ever after.
      if (name in filled && filled[name] === undefined) delete filled[name]
      continue
    }
    filled[name] = valueOrDefault(value[name], field, version)
  }
  return filled
}

function valueOrDefault(value: unknown, field: Field, version: Version): unknown {
  if (value === undefined) {
    if (field.default !== undefined) {
      return isPlain(field.default) ? field.default : fillNested(copied(field.default), field, version)
    }
    if (field.required !== true) return null
    // A required field stays absent, because the checks distinguish that from null.
    return field.type === 'record' && field.fields ? fillDefaults(field.fields, {}, version) : undefined
  }
  return fillNested(value, field, version)
}

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null

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
    // 2.8 does not fill in the values of a map.
    const fill = version.major < 3 ? emptyAs : fillNested
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, values, version)]))
  }
  return value
}

/** A value with defaults filled in at any depth, as Kong completes a partial record. */
export const withDefaultsInside = (value: unknown, field: Field, version: Version): unknown =>
  fillNested(value, field, version)

/** A set contains each plain value once, in the order of the input. */
const withoutRepeats = (items: readonly unknown[]): unknown[] => [...new Set(items)]

/** The stored form of a complete and checked entity: values that imply others do so for defaults too. */
export function settled(definition: Definition, entity: Values): Values {
  let result = entity
  for (const [name, { implies }] of Object.entries(definition.shorthand_fields ?? {})) {
    if (implies !== undefined) result = { ...result, ...implied(result[name], implies) }
  }
  return result
}

/**
 * An entity as the Admin API would store it: shorthands expanded, every default filled in (a plugin's
 * configuration too), absent values null. It has no id and no times; the store adds them.
 */
export function completeEntity(kind: string, input: Values, schemas: Schemas): Record<string, unknown> {
  const { shorthand_fields, fields } = schemas.of(kind)
  return completeExpanded(kind, expandShorthands(input, shorthand_fields, fields), schemas)
}

/** The same for an input with expanded short forms. */
export function completeExpanded(kind: string, expanded: Values, schemas: Schemas): Record<string, unknown> {
  const definition = schemas.of(kind)
  const fields = entityFields(definition, expanded, schemas)
  const filled = fillDefaults(fields, expanded, schemas.version)
  return schemas.version.major < 3 ? withoutUnread(filled, fields) : filled
}

/** 2.8 loses a record over a short form in it that it cannot read. */
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
