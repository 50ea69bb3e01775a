/** Replaces path items and operations that are references by their targets. */
import { isRecord } from '../../entities/language/values.ts'
import { methods, recordOf, type Values } from './document.ts'
import type { Origins } from './origins.ts'
import { findBelow, stepsOf } from './pointer.ts'

/** The document's `paths` without references at these two levels; references that lead nowhere stay. */
export function resolvedPaths(document: Values, origins: Origins): { paths?: Values } {
  const { paths } = document
  if (!isRecord(paths)) return {}
  const resolve = createResolve(document, origins)
  const items = Object.entries(paths).map(([key, value]) => {
    const item = resolve(value)
    return [key, isRecord(item) ? withOperations(item, resolve, origins) : item]
  })
  const made: Values = Object.fromEntries(items)
  origins.combine(made, [paths])
  return { paths: made }
}

type Resolve = (value: unknown) => unknown

function withOperations(item: Values, resolve: Resolve, origins: Origins): Values {
  const all = withResolved(item, methods, resolve, origins)
  const { additionalOperations: more } = item
  if (!isRecord(more)) return all
  const whole = { ...all, additionalOperations: withResolved(more, Object.keys(more), resolve, origins) }
  origins.combine(whole, [item])
  return whole
}

/** The holder itself if none of these keys is a reference. */
function withResolved(holder: Values, keys: readonly string[], resolve: Resolve, origins: Origins): Values {
  const references = keys.filter(key => '$ref' in recordOf(holder[key]))
  if (references.length === 0) return holder
  const made = { ...holder, ...Object.fromEntries(references.map(key => [key, resolve(holder[key])])) }
  origins.combine(made, [holder])
  return made
}

/** Fields beside a reference win over its target, so that no plugin is lost. */
function createResolve(document: Values, origins: Origins): Resolve {
  const resolve = (value: unknown, seen: readonly string[]): unknown => {
    const { $ref: pointer } = recordOf(value)
    if (typeof pointer !== 'string' || seen.includes(pointer)) return value
    const { $ref: _pointer, ...beside } = recordOf(value)
    const steps = pointer.startsWith('#') ? stepsOf(pointer.slice(1)) : undefined
    const target = resolve(steps && findBelow(document, steps)?.value, [...seen, pointer])
    if (!isRecord(target)) return value
    if (Object.keys(beside).length === 0) return target
    const made = { ...target, ...beside }
    origins.combine(made, [recordOf(value), target])
    return made
  }
  return value => resolve(value, [])
}
