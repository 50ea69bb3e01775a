/** Where each object of a bundled OpenAPI document was written: in which file, at which path. */
import { type Document, valueAt } from '../../file/document.ts'
import type { WhereIs } from './problems.ts'

export interface Spot {
  readonly document: Document
  readonly path: readonly (string | number)[]
}

export interface Origins {
  readonly whereIs: WhereIs
  /** Records the source of a value and of everything in it: keys and indexes are the same there. */
  add(value: unknown, spot: Spot): void
  /** Records a combined object: the place of each key is in the first part that has it. */
  combine(object: object, parts: readonly object[]): void
}

export function createOrigins(): Origins {
  const added: (readonly [value: unknown, spot: Spot])[] = []
  const parts = new Map<object, readonly object[]>()
  // Most documents have no problem: the objects in them are looked through when a place is needed.
  const steps = new Map<object, Step>()
  const spotOf = (object: object): Spot | undefined => {
    for (const [value, spot] of added.splice(0)) index(value, { spot }, steps)
    const step = steps.get(object)
    return step && spotAt(step)
  }
  const whereIs: WhereIs = (holder, key) => {
    const combined = parts.get(holder)
    const part = combined?.find(one => key !== undefined && key in one) ?? combined?.[0]
    if (part !== undefined) return whereIs(part, key)
    const spot = spotOf(holder)
    if (spot === undefined) return undefined
    if (key === undefined) return spot.document.whereIs(spot.path, 'key')
    const path = [...spot.path, key]
    const value = valueAt(spot.document.content, path)
    // The place of a mapping is its key, the place of a scalar is the value.
    return spot.document.whereIs(path, typeof value === 'object' ? 'key' : 'value')
  }
  return {
    whereIs,
    add: (value, spot) => added.push([value, spot]),
    combine: (object, sources) => parts.set(object, sources),
  }
}

/** The way to an object: what was added, or one step from the object around it. */
type Step = { readonly spot: Spot } | { readonly around: Step; readonly key: string | number }

function index(value: unknown, step: Step, steps: Map<object, Step>): void {
  if (typeof value !== 'object' || value === null) return
  steps.set(value, step)
  if (Array.isArray(value)) {
    for (const [key, item] of value.entries()) index(item, { around: step, key }, steps)
    return
  }
  for (const [key, inner] of Object.entries(value)) index(inner, { around: step, key }, steps)
}

function spotAt(step: Step): Spot {
  const path: (string | number)[] = []
  let at = step
  while ('around' in at) {
    path.unshift(at.key)
    at = at.around
  }
  return { document: at.spot.document, path: [...at.spot.path, ...path] }
}
