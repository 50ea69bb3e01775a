/**
 * The form in which two entities are compared: defaults on both sides, sets unordered, times left out,
 * references as ids. It is driven by the schemas alone, so that a dump compared with what it was dumped from
 * differs in nothing.
 */

import { completeEntity, settled } from './defaults.ts'
import type { Field, Fields } from './define.ts'
import type { Schemas } from './schemas.ts'
import { entityFields } from './subschemas.ts'
import { isAbsent, isRecord } from './values.ts'

type Values = Readonly<Record<string, unknown>>

/** Times are the server's own, whatever the schema calls them. */
const times = new Set(['created_at', 'updated_at'])

/**
 * @param order an entity as a user wrote it: sets get its order, for readers. Default: sorted, for
 * comparisons
 */
export function canonical(
  kind: string,
  entity: Values,
  schemas: Schemas,
  order?: Values,
): Record<string, unknown> {
  const definition = schemas.of(kind)
  const complete = settled(definition, completeEntity(kind, entity, schemas))
  const fields = entityFields(definition, complete, schemas)
  const result: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(complete)) {
    if (!times.has(name)) result[name] = canonicalValue(value, fields[name], order?.[name])
  }
  return result
}

function canonicalValue(value: unknown, field: Field | undefined, order?: unknown): unknown {
  if (isAbsent(value)) return null
  if (field?.type === 'foreign' && isRecord(value)) return { id: value['id'] ?? null }
  if (field?.type === 'set' && Array.isArray(value)) {
    return value.length === 0 && field.required !== true
      ? null
      : arranged(
          value.map(item => canonicalValue(item, field.elements)),
          order,
        )
  }
  if (field?.type === 'array' && Array.isArray(value))
    return value.map(item => canonicalValue(item, field.elements))
  if (field?.type === 'map' && isRecord(value)) {
    const entries = Object.entries(value).map(([key, item]) => [
      key,
      canonicalValue(item, field.values, valueIn(order, key)),
    ])
    return entries.length === 0 && field.required !== true ? null : Object.fromEntries(entries)
  }
  if (field?.type === 'record' && field.fields && isRecord(value))
    return canonicalRecord(value, field.fields, field, order)
  return value
}

/** Deprecated names that a server prints beside the new ones are the same values twice. */
function canonicalRecord(
  record: Values,
  fields: Fields,
  field: Field,
  order: unknown,
): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(record)) {
    if (name in fields || !(name in (field.shorthand_fields ?? {})))
      result[name] = canonicalValue(value, fields[name], valueIn(order, name))
  }
  return result
}

const valueIn = (record: unknown, name: string): unknown => (isRecord(record) ? record[name] : undefined)

/** Values that the order does not have come last. */
function arranged(values: readonly unknown[], order: unknown): unknown[] {
  if (!Array.isArray(order)) return sorted(values)
  const rank = new Map(order.map((item, index) => [JSON.stringify(item), index]))
  const rankOf = (value: unknown): number => rank.get(JSON.stringify(value)) ?? order.length
  return [...values].sort((a, b) => rankOf(a) - rankOf(b))
}

const sorted = (values: readonly unknown[]): unknown[] =>
  [...values].sort((a, b) => {
    const [left, right] = [JSON.stringify(a), JSON.stringify(b)]
    return left < right ? -1 : left > right ? 1 : 0
  })
