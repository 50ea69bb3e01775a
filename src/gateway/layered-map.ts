/**
 * A large map and the few changes since it was made: what a write costs does not depend on how much there is.
 * Neither part changes once it is made, so who prepared something from the lower layer (an index, a router)
 * may keep it, and look at the changes beside it.
 */

/** Undefined: gone. */
export type MapChanges<V> = ReadonlyMap<string, V | undefined>

export class LayeredMap<V> implements ReadonlyMap<string, V> {
  readonly base: ReadonlyMap<string, V>
  readonly changes: MapChanges<V>
  readonly size: number

  /** @param size of both together */
  constructor(base: ReadonlyMap<string, V>, changes: MapChanges<V>, size: number) {
    this.base = base
    this.changes = changes
    this.size = size
  }

  get(key: string): V | undefined {
    return this.changes.has(key) ? this.changes.get(key) : this.base.get(key)
  }

  has(key: string): boolean {
    return this.changes.has(key) ? this.changes.get(key) !== undefined : this.base.has(key)
  }

  *entries(): MapIterator<[string, V]> {
    for (const entry of this.base) if (!this.changes.has(entry[0])) yield entry
    for (const [key, value] of this.changes) if (value !== undefined) yield [key, value]
  }

  *keys(): MapIterator<string> {
    for (const [key] of this.entries()) yield key
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value
  }

  forEach(visit: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this)
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries()
  }
}

const noChanges: MapChanges<never> = new Map()

/** Any map in layers: one that has none is a lower layer without changes. */
export const layersOf = <V>(map: ReadonlyMap<string, V>): Pick<LayeredMap<V>, 'base' | 'changes'> =>
  map instanceof LayeredMap ? map : { base: map, changes: noChanges }

/** So many changes are looked at one by one before they are made part of the lower layer. */
const mostChanges = 128

/**
 * The next view of a map that changes in place.
 *
 * @param now the current map
 * @param changed the keys that may have changed since `last`
 */
export function nextLayers<V>(
  last: LayeredMap<V> | undefined,
  now: ReadonlyMap<string, V>,
  changed: ReadonlySet<string>,
): LayeredMap<V> {
  if (last === undefined || last.changes.size + changed.size > mostChanges)
    return new LayeredMap(new Map(now), noChanges, now.size)
  const changes = new Map(last.changes)
  for (const key of changed) changes.set(key, now.get(key))
  return new LayeredMap(last.base, changes, now.size)
}
