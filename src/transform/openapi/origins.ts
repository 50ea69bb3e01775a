/** Where each object of a bundled OpenAPI document was written: in which file, at which path. */
import { type Document, valueAt } from '../../file/document.ts'
import type { WhereIs } from './problems.ts'

export interface Spot {
  readonly document: Document
  readonly path: readonly (string | number)[]
}

export interface Origins {
  readonly whereIs: WhereIs
  set(object: object, spot: Spot): void
  /** An object that was put together: each of its keys stands in the first of the parts that has it. */
  combine(object: object, parts: readonly object[]): void
}

export function createOrigins(): Origins {
  const spots = new WeakMap<object, Spot>()
  const parts = new WeakMap<object, readonly object[]>()
  const whereIs: WhereIs = (holder, key) => {
    const combined = parts.get(holder)
    const part = combined?.find(one => key !== undefined && key in one) ?? combined?.[0]
    if (part !== undefined) return whereIs(part, key)
    const spot = spots.get(holder)
    if (spot === undefined) return undefined
    if (key === undefined) return spot.document.whereIs(spot.path, 'key')
    const path = [...spot.path, key]
    const value = valueAt(spot.document.content, path)
    // A whole mapping is pointed at by its key, a single value by itself.
    return spot.document.whereIs(path, typeof value === 'object' ? 'key' : 'value')
  }
  return {
    whereIs,
    set: (object, spot) => spots.set(object, spot),
    combine: (object, sources) => parts.set(object, sources),
  }
}
