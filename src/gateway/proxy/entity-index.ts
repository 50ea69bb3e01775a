/** Entities by a key of theirs, e.g. credentials by username. */
import type { EntitySets } from '../data-plane.ts'
import type { Index } from '../exchange/configuration-view.ts'
import { layersOf } from '../layered-map.ts'

export type FindIn = <T extends { readonly id: string }>(
  sets: EntitySets,
  index: Index<T>,
  key: string,
) => readonly T[]

type Entities = ReadonlyMap<string, unknown>
type Groups = ReadonlyMap<string, readonly unknown[]>

const none: readonly never[] = []

/**
 * Indexes a layer of a set once, at its first lookup. A changed set shares its lower layer and adds a few
 * changes above it.
 */
export function createFind(): FindIn {
  const made = new WeakMap<Entities, Map<unknown, Groups>>()
  const groupsOf = <T>(layer: ReadonlyMap<string, unknown>, index: Index<T>) => {
    const indexes = made.get(layer) ?? new Map<unknown, Groups>()
    made.set(layer, indexes)
    const known = indexes.get(index)
    if (known !== undefined) return known as ReadonlyMap<string, readonly T[]>
    const groups = grouped([...layer.values()].filter(one => one !== undefined) as T[], index.keyOf)
    indexes.set(index, groups)
    return groups
  }
  return <T extends { readonly id: string }>(sets: EntitySets, index: Index<T>, key: string) => {
    const set = sets.get(index.schema)
    if (set === undefined) return none
    const { base, changes } = layersOf(set)
    const found = groupsOf(base, index).get(key) ?? none
    if (changes.size === 0) return found
    const kept = found.filter(({ id }) => !changes.has(id))
    return [...kept, ...(groupsOf(changes, index).get(key) ?? none)]
  }
}

export function grouped<T>(list: readonly T[], keyOf: (one: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of list) {
    const key = keyOf(one)
    if (key === null) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return groups
}
