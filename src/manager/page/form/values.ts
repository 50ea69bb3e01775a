/**
 * Converts an entity to the values of its form and back. In the form, numbers are the typed text, maps are
 * rows, and a record always has its fields; an empty value becomes null. Only changed values are sent:
 * Kong's defaults stay Kong's, and a hashed password is not hashed again.
 */
import { isRecord } from '../admin-api.ts'
import type { Field, NamedField } from '../schema.ts'
import { parseJson } from './json-text.ts'
import { parseNumber } from './numbers.ts'

export interface Row {
  readonly key: string
  readonly value: unknown
}

export type FormValues = Readonly<Record<string, unknown>>

/** Nothing to type: Kong makes it, or it is a record of nothing. */
export const isAutomatic = (name: string, field: Field): boolean =>
  name === 'id' || field.timestamp === true || field.fields?.length === 0

export const hasFields = (field: Field): boolean => field.type === 'record' && (field.fields?.length ?? 0) > 0

export const isNumber = ({ type }: Field): boolean => type === 'integer' || type === 'number'

/** A value without a schema: typed as JSON. */
export const isJson = (field: Field): boolean =>
  field.type === 'json' || (field.type === 'record' && !hasFields(field))

/** The initial values of a new entity. */
export function startValues(fields: readonly NamedField[]): FormValues {
  return Object.fromEntries(fields.map(({ name, field }) => [name, toForm(field, startValue(field))]))
}

/** Whether a new entity would have the same there. */
export const isAtRest = (field: Field, value: unknown): boolean =>
  same(fromForm(field, value), fromForm(field, toForm(field, startValue(field))))

function startValue(field: Field): unknown {
  if (!hasFields(field) || field.required !== true) return field.default
  const given = isRecord(field.default) ? field.default : {}
  return Object.fromEntries(
    (field.fields ?? []).map(({ name, field: inner }) => [name, given[name] ?? startValue(inner)]),
  )
}

export function entityValues(
  fields: readonly NamedField[],
  entity: Readonly<Record<string, unknown>>,
): FormValues {
  return Object.fromEntries(fields.map(({ name, field }) => [name, toForm(field, entity[name])]))
}

/** @param value null and undefined are what is not set */
export function toForm(field: Field, value: unknown): unknown {
  switch (field.type) {
    case 'record':
      if (!hasFields(field)) return isEmpty(value) ? '' : JSON.stringify(value, null, 2)
      return entityValues(field.fields ?? [], isRecord(value) ? value : {})
    case 'map': {
      const { values = { type: 'string' } } = field
      return Object.entries(isRecord(value) ? value : {}).map(([key, inner]) => ({
        key,
        value: toForm(values, inner),
      }))
    }
    case 'array':
    case 'set': {
      const { elements = { type: 'string' } } = field
      return Array.isArray(value) ? value.map(item => toForm(elements, item)) : []
    }
    case 'json':
      return isEmpty(value) ? '' : JSON.stringify(value, null, 2)
    case 'boolean':
    case 'foreign':
      return value ?? null
    default:
      if (isEmpty(value)) return ''
      return typeof value === 'object' ? JSON.stringify(value) : String(value)
  }
}

/** @returns null for what is empty */
function fromForm(field: Field, value: unknown): unknown {
  switch (field.type) {
    case 'record':
      return hasFields(field) ? recordFrom(field, value) : jsonFrom(value)
    case 'json':
      return jsonFrom(value)
    case 'map': {
      const { values = { type: 'string' } } = field
      const rows = (Array.isArray(value) ? value : []) as Row[]
      const filled = rows.filter(row => row.key !== '')
      return orNull(
        field,
        Object.fromEntries(filled.map(row => [row.key, fromForm(values, row.value) ?? nothingOf(values)])),
      )
    }
    case 'array':
    case 'set': {
      const { elements = { type: 'string' } } = field
      const items = (Array.isArray(value) ? value : []).map((item: unknown) => fromForm(elements, item))
      return orNull(
        field,
        elements.len_min === 0
          ? items.map(item => item ?? nothingOf(elements))
          : items.filter(item => !isEmpty(item)),
      )
    }
    case 'integer':
    case 'number':
      return numberFrom(value)
    case 'boolean':
    case 'foreign':
      return value ?? null
    default:
      return typeof value === 'string' && value !== '' ? value : null
  }
}

function recordFrom(field: Field, value: unknown): unknown {
  const given = isRecord(value) ? value : {}
  const entries = (field.fields ?? []).map(
    ({ name, field: inner }) => [name, fromForm(inner, given[name])] as const,
  )
  const isAllEmpty = entries.every(([, inner]) => isEmpty(inner))
  return isAllEmpty && field.required !== true ? null : Object.fromEntries(entries)
}

/** A list that Kong fills in when it is null is sent empty. */
function orNull(field: Field, value: object): unknown {
  const isFilled = Object.keys(value).length > 0
  return isFilled || field.required === true || !isEmpty(field.default) ? value : null
}

/** An invalid number is never sent: `typed-errors.ts` reports it at its field. */
function numberFrom(value: unknown): unknown {
  const text = String(value ?? '').trim()
  if (text === '') return null
  const parsed = parseNumber(text)
  return 'value' in parsed ? parsed.value : text
}

function jsonFrom(value: unknown): unknown {
  const text = String(value ?? '').trim()
  if (text === '') return null
  const parsed = parseJson(text)
  return 'value' in parsed ? parsed.value : text
}

/** A map's value and a list's item are there even where they are empty. */
function nothingOf(field: Field): unknown {
  if (field.type === 'array' || field.type === 'set') return []
  return field.type === 'map' || field.type === 'record' ? {} : ''
}

export const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === ''

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** All values, changed or not. */
export const wholeValues = (fields: readonly NamedField[], values: FormValues): Record<string, unknown> =>
  Object.fromEntries(
    fields
      .filter(({ name, field }) => !isAutomatic(name, field))
      .map(({ name, field }) => [name, fromForm(field, values[name])]),
  )

/** The body of a PATCH, or of a POST where `before` is what a new entity begins with. */
export function changedValues(
  fields: readonly NamedField[],
  before: FormValues,
  after: FormValues,
): Record<string, unknown> {
  const changed: Record<string, unknown> = {}
  for (const { name, field } of fields) {
    const [old, now] = [fromForm(field, before[name]), fromForm(field, after[name])]
    if (same(old, now)) continue
    const areRecords = hasFields(field) && isRecord(before[name]) && isRecord(after[name]) && isRecord(now)
    changed[name] = areRecords
      ? changedValues(field.fields ?? [], asRecord(before[name]), asRecord(after[name]))
      : now
  }
  return changed
}

export interface Merged {
  readonly values: FormValues
  /** Paths of what both have changed, each in another way: there `mine` stays. */
  readonly conflicts: readonly string[]
}

/** Merges typed values with values that another user saved in the meantime. */
export function mergedValues(
  fields: readonly NamedField[],
  before: FormValues,
  mine: FormValues,
  theirs: FormValues,
): Merged {
  const conflicts: string[] = []
  const values = fields.map(({ name, field }) => {
    const [old, own, other] = [before, mine, theirs].map(one => fromForm(field, one[name]))
    if (same(own, old)) return [name, theirs[name]] as const
    if (same(other, old) || same(other, own)) return [name, mine[name]] as const
    if (!hasFields(field)) {
      conflicts.push(name)
      return [name, mine[name]] as const
    }
    const inner = mergedValues(
      field.fields ?? [],
      ...([before, mine, theirs].map(one => asRecord(one[name])) as [FormValues, FormValues, FormValues]),
    )
    conflicts.push(...inner.conflicts.map(path => `${name}.${path}`))
    return [name, inner.values] as const
  })
  return { values: Object.fromEntries(values), conflicts }
}

const asRecord = (value: unknown): FormValues => (isRecord(value) ? value : {})
