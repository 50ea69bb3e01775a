/** The differences between two configurations, and the reconstruction of a configuration from them. */
import type { Entity } from '../../entities/language/define.ts'
import type { EntitySets } from '../data-plane.ts'
import { type LayeredMap, layersOf, nextLayers } from '../layered-map.ts'

/** Undefined: deleted. */
type SetChanges = readonly (readonly [id: string, entity: Entity | undefined])[]

/** By Kong's name of the set; only those in which something changed. */
export type EntityChanges = readonly (readonly [schema: string, changes: SetChanges])[]

type EntitySet = ReadonlyMap<string, Entity>

const nothing: EntitySet = new Map()

export function changesBetween(last: EntitySets, now: EntitySets): EntityChanges {
  const schemas = new Set([...last.keys(), ...now.keys()])
  return [...schemas].flatMap(schema => {
    const changes = changesOfSet(last.get(schema) ?? nothing, now.get(schema) ?? nothing)
    return changes.length === 0 ? [] : [[schema, changes] as const]
  })
}

function changesOfSet(last: EntitySet, now: EntitySet): SetChanges {
  if (last === now) return []
  return [...mayDiffer(last, now)].flatMap(id => {
    const entity = now.get(id)
    return entity === last.get(id) ? [] : [[id, entity] as const]
  })
}

/** Of two layered maps with the same lower layer, only the upper layers are compared. */
function mayDiffer(last: EntitySet, now: EntitySet): Set<string> {
  const [before, after] = [layersOf(last), layersOf(now)]
  const isSameBelow = before.base === after.base
  return isSameBelow
    ? new Set([...before.changes.keys(), ...after.changes.keys()])
    : new Set([...last.keys(), ...now.keys()])
}

/** A configuration that follows another's changes. */
export interface Followed {
  /** @returns the complete sets */
  apply(changes: EntityChanges): EntitySets
}

export function followChanges(): Followed {
  const sets = new Map<string, { readonly all: Map<string, Entity>; seen: LayeredMap<Entity> | undefined }>()
  return {
    apply: changes => {
      for (const [schema, list] of changes) {
        const set = sets.get(schema) ?? { all: new Map<string, Entity>(), seen: undefined }
        sets.set(schema, set)
        for (const [id, entity] of list) {
          if (entity === undefined) set.all.delete(id)
          else set.all.set(id, entity)
        }
        set.seen = nextLayers(set.seen, set.all, new Set(list.map(([id]) => id)))
      }
      return new Map([...sets].map(([schema, { seen }]) => [schema, seen ?? nothing]))
    },
  }
}
