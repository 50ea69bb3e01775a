/** Fields that Kong fills in: ids, times and generated keys. */
import type { Field, Fields } from '../../entities/language/define.ts'
import { isAbsent, isRecord } from '../../entities/language/values.ts'
import type { Surroundings } from './surroundings.ts'

type Values = Readonly<Record<string, unknown>>

/** @param isNew false for a change of an existing entity, which only gets another `updated_at` */
export type FillAutomatic = (fields: Fields, values: Values, isNew: boolean) => Record<string, unknown>

export function createAutomaticFields({ now, uuid, secret }: Surroundings): FillAutomatic {
  const clock = createClock(now)

  const timeOf = (name: string, field: Field, value: unknown, isNew: boolean): unknown => {
    if (name === 'updated_at') return clock.now(field)
    return isNew && isAbsent(value) ? clock.creation(field) : value
  }
  const automaticValue = (name: string, field: Field, value: unknown, isNew: boolean): unknown => {
    if (field.timestamp === true) return timeOf(name, field, value, isNew)
    if (value !== undefined || !isNew) return value
    return field.uuid === true ? uuid() : secret()
  }
  const fill: FillAutomatic = (fields, values, isNew) => {
    const result: Record<string, unknown> = { ...values }
    for (const [name, field] of Object.entries(fields)) {
      const value = values[name]
      if (field.auto === true) result[name] = automaticValue(name, field, value, isNew)
      else if (field.fields && hasAutomatic(field.fields) && isRecord(value)) {
        result[name] = fill(field.fields, value, isNew)
      }
    }
    return result
  }
  return fill
}

const hasAutomatic = (fields: Fields): boolean => Object.values(fields).some(field => field.auto === true)

/** In seconds, with fractions if the field is no integer. */
interface Clock {
  now(field: Field): number
  /** Lists that are newest first go by these times, so no two of them are the same. */
  creation(field: Field): number
}

function createClock(now: () => number): Clock {
  let lastCreated = 0
  const at = (field: Field): number =>
    field.type === 'integer' ? Math.floor(now() / 1000) : Math.max(now(), lastCreated) / 1000
  return {
    now: at,
    creation: field => {
      if (field.type !== 'integer') lastCreated = Math.max(now(), lastCreated + 1)
      return at(field)
    },
  }
}
