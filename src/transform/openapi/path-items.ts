/**
 * Path items and operations of an OpenAPI document that are references: what they stand for, in their place.
 */
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
  const all = { ...item, ...resolvedAt(item, methods, resolve) }
  const { additionalOperations: more } = item
  const whole = isRecord(more) ? { ...all, additionalOperations: resolvedIn(more, resolve, origins) } : all
  origins.combine(whole, [item])
  return whole
}

const resolvedAt = (holder: Values, keys: readonly string[], resolve: Resolve): Values =>
  Object.fromEntries(keys.filter(key => key in holder).map(key => [key, resolve(holder[key])]))

function resolvedIn(holder: Values, resolve: Resolve, origins: Origins): Values {
  const made = resolvedAt(holder, Object.keys(holder), resolve)
  origins.combine(made, [holder])
  return made
}

/** What stands beside a reference belongs to it and wins, so that no plugin there is lost. */
function createResolve(document: Values, origins: Origins): Resolve {
  const resolve = (value: unknown, seen: readonly string[]): unknown => {
    const { $ref: pointer, ...beside } = recordOf(value)
    if (typeof pointer !== 'string' || seen.includes(pointer)) return value
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
