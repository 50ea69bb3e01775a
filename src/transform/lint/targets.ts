/**
 * The target of a check, within the selection of its rule: a field (`a.b`, `@key`, a JSONPath), or the
 * whole selection.
 */
import { JSONPath } from 'jsonpath-plus'
import { isRecord } from '../../entities/language/values.ts'

export interface Target {
  /** Undefined if the field does not exist. */
  readonly value: unknown
  /** Below what the rule selects. */
  readonly path: readonly (string | number)[]
  /** The value is the name of a field. */
  readonly isKey?: boolean
}

export function targetsIn(value: unknown, field: string | undefined): Target[] {
  if (field === undefined) return [{ value, path: [] }]
  if (field === '@key')
    return Object.keys(Object(isRecord(value) ? value : {})).map(key => ({
      value: key,
      path: [key],
      isKey: true,
    }))
  if (!isRecord(value) && !Array.isArray(value)) return [{ value: undefined, path: [field] }]
  if (field.startsWith('$')) return selected(value, field)
  const path = field in value ? [field] : stepsOf(field)
  return [{ value: valueAt(value, path), path }]
}

function selected(value: object, path: string): Target[] {
  const found: { value: unknown; pointer: string }[] = JSONPath({
    path,
    json: value,
    resultType: 'all',
    wrap: true,
  })
  const targets = found.map(one => ({
    value: one.value,
    path: one.pointer
      .split('/')
      .slice(1)
      .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~')),
  }))
  return targets.length > 0 ? targets : [{ value: undefined, path: [] }]
}

/** `a.b[0]` → a, b, 0 */
const stepsOf = (field: string): string[] => field.split(/[.[\]'"]+/).filter(step => step !== '')

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, step)
        ? (inner as Record<string, unknown>)[step]
        : undefined,
    value,
  )
}
