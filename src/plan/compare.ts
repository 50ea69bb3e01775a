/**
 * The difference of two values in canonical form, field by field. The only place with deep-diff, which knows
 * nothing of sets or defaults: `entities/canonical.ts` has settled those before.
 */
import deepDiff from 'deep-diff'
import type { Field, Fields } from '../entities/language/define.ts'
import { isAbsent, isRecord } from '../entities/language/values.ts'

export interface FieldChange {
  /**
   * From the entity's own fields: `['config', 'minute']`. A list is one value; reports show changes inside
   * it.
   */
  readonly path: readonly string[]
  /** Null where absent. */
  readonly before: unknown
  readonly after: unknown
}

type Values = Readonly<Record<string, unknown>>

/** In the order of the fields in `after`. */
export function compare(before: Values, after: Values): FieldChange[] {
  const changes = new Map<string, FieldChange>()
  for (const { path = [] } of deepDiff(before, after) ?? []) {
    const firstIndex = path.findIndex(part => typeof part === 'number')
    const whole = path.slice(0, firstIndex === -1 ? path.length : firstIndex).map(String)
    const change = { path: whole, before: valueAt(before, whole), after: valueAt(after, whole) }
    // Null and absent are the same to Kong.
    if (!(isAbsent(change.before) && isAbsent(change.after))) changes.set(JSON.stringify(whole), change)
  }
  return [...changes.values()]
}

export function valueAt(value: unknown, path: readonly string[]): unknown {
  let found: unknown = value
  for (const name of path) found = isRecord(found) ? found[name] : undefined
  return found ?? null
}

/**
 * The gateway's values without fields that neither the schema nor the file has. Servers print such fields:
 * deprecated names, times, fields of a newer version.
 */
export function knownPart(before: Values, after: Values, fields: Fields): Values {
  return Object.fromEntries(
    Object.entries(before)
      .filter(([name]) => name in after)
      .map(([name, value]) => [name, knownValue(value, after[name], fields[name])]),
  )
}

function knownValue(before: unknown, after: unknown, field: Field | undefined): unknown {
  if (field?.type === 'map' || field?.type === 'json') return before
  if (isRecord(before) && isRecord(after)) return knownPart(before, after, field?.fields ?? {})
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return before.map((item, index) => knownValue(item, after[index], field?.elements))
  return before
}
