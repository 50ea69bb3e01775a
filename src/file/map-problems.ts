/**
 * Problems in a map, key by key. Kong's response has only the first problem and does not name the key
 * (`headers: ["length must be at least 1"]`); for a file each has its line.
 */
import { checkField, checkValue } from '../entities/language/check-value.ts'
import type { Field, Fields, Version } from '../entities/language/define.ts'
import { isRecord, type Values } from '../entities/language/values.ts'
import type { Path } from '../state/state.ts'

export interface MapProblem {
  /** Path of the key within the entity. */
  readonly path: Path
  /** In the form of `checkValue`. */
  readonly problem: unknown
  /** It is about the key, not about the value below it. */
  readonly isKey: boolean
}

/**
 * @param path of a complaint within the entity.
 * @returns undefined where it leads into no map, or nothing in that is found to be wrong
 */
export function mapProblems(
  path: Path,
  values: Values,
  fields: Fields,
  version: Version,
): MapProblem[] | undefined {
  const found = mapOn(path, values, { type: 'record', fields })
  if (found === undefined) return undefined
  const problems = Object.entries(found.map).flatMap(([key, value]): MapProblem[] => {
    const at = [...found.path, key]
    const { keys, values: field } = found.field
    const badKey = keys && checkValue(key, keys, version)
    if (badKey !== undefined) return [{ path: at, problem: badKey, isKey: true }]
    const bad = field && checkField(value, { ...field, required: true }, version)
    return bad === undefined ? [] : [{ path: at, problem: bad, isKey: false }]
  })
  return problems.length === 0 ? undefined : problems
}

interface FoundMap {
  readonly path: Path
  readonly map: Values
  readonly field: Field
}

/** The first map that a path leads into. */
function mapOn(path: Path, value: unknown, field: Field | undefined, above: Path = []): FoundMap | undefined {
  if (field?.type === 'map') return isRecord(value) ? { path: above, map: value, field } : undefined
  const [step, ...rest] = path
  if (step === undefined || field === undefined) return undefined
  const below = [...above, step]
  if (Array.isArray(value)) return mapOn(rest, value[Number(step)], field.elements, below)
  if (!isRecord(value) || !field.fields || !Object.hasOwn(field.fields, step)) return undefined
  return mapOn(rest, value[step], field.fields[step], below)
}
