/**
 * A value with the keys of its mappings in the order of their names, at every level: what is written is the
 * same each time.
 */
import { isRecord } from '../entities/language/values.ts'

/** @returns a copy; lists keep their order */
export function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys)
  if (!isRecord(value)) return value
  const names = Object.keys(value).sort()
  return Object.fromEntries(names.map(name => [name, sortedKeys(value[name])]))
}
