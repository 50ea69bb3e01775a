/**
 * A quick comparison of two entities, without copies: true if all explicit values are equal and all absent
 * ones have their default. Most comparisons end here. False is not final: sets in another order, old names,
 * hashes and short forms need `canonical.ts`.
 */
import type { Field, Fields } from './define.ts'
import { isAbsent, isRecord } from './values.ts'

type Values = Readonly<Record<string, unknown>>

/** @param fields those that hold for the entity (`entityFields`) */
export function isPlainlySame(given: Values, stored: Values, fields: Fields): boolean {
  for (const name in given) if (!Object.hasOwn(fields, name) && given[name] !== undefined) return false
  for (const name in fields) {
    const field = fields[name]
    if (field === undefined || isOwnAffair(name, field, given)) continue
    if (!hasValue(given[name], stored[name], field)) return false
  }
  return true
}

/** Values of the server: ids, times, and values stored elsewhere. */
const isOwnAffair = (name: string, { auto, transient }: Field, given: Values): boolean =>
  name === 'id' || ((auto === true || transient === true) && given[name] === undefined)

function hasValue(given: unknown, stored: unknown, field: Field): boolean {
  const value = given === undefined ? field.default : given
  if (isAbsent(value)) {
    if (field.type === 'record' && field.required === true && given === undefined && field.fields)
      return isRecord(stored) && isPlainlySame({}, stored, field.fields)
    return isAbsent(stored)
  }
  if (field.type === 'record' && field.fields)
    return isRecord(value) && isRecord(stored) && isPlainlySame(value, stored, field.fields)
  if (field.type === 'foreign')
    return isRecord(value) && isRecord(stored) && value['id'] === stored['id'] && !isAbsent(value['id'])
  return isEqual(value, stored, field)
}

/** Lists word for word; within them records have their defaults too. */
function isEqual(value: unknown, stored: unknown, field: Field): boolean {
  if (value === stored) return true
  if (Array.isArray(value)) {
    if (!Array.isArray(stored) || stored.length !== value.length) return false
    const element = field.elements
    return value.every((item, index) =>
      element === undefined ? item === stored[index] : hasValue(item, stored[index], element),
    )
  }
  if (!isRecord(value) || !isRecord(stored) || field.values === undefined) return false
  const names = Object.keys(value)
  const { values } = field
  return (
    names.length === Object.keys(stored).length &&
    names.every(name => Object.hasOwn(stored, name) && hasValue(value[name], stored[name], values))
  )
}
