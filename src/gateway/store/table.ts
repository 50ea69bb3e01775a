/**
 * All entities of one kind in memory, with the indexes of its definition: unique keys, and references. It
 * stores every entity that it receives; `constraints.ts` checks changes, and the journal makes them
 * durable.
 */
import type { Definition, Entity } from '../../entities/language/define.ts'
import { foreignFields } from '../../entities/language/identity.ts'
import { type LayeredMap, nextLayers } from '../layered-map.ts'

/** Fields whose values no two entities of a kind may share. */
export interface UniqueKey {
  readonly fields: readonly string[]
  /** One field alone: absent values never collide. Of several, null is a value like others. */
  readonly single: boolean
}

export interface Table {
  readonly definition: Definition
  readonly uniqueKeys: readonly UniqueKey[]
  get(id: string): Entity | undefined
  /** The entity that has these values, as `uniqueKeys` lists the fields. */
  byKey(key: UniqueKey, entity: Readonly<Record<string, unknown>>): Entity | undefined
  byField(field: string, value: unknown): Entity | undefined
  /** In the order of their ids. */
  list(): readonly Entity[]
  /** The entities whose foreign field has this id, in the order of their own ids. */
  referring(field: string, id: string): readonly Entity[]
  put(entity: Entity): void
  remove(id: string): void
  /** An immutable view; the same one until something changes. */
  view(): ReadonlyMap<string, Entity>
}

export function uniqueKeysOf(definition: Definition): UniqueKey[] {
  const single = Object.entries(definition.fields)
    .filter(([, field]) => field.unique === true)
    .map(([name]) => ({ fields: [name], single: true }))
  const together = (definition.uniqueTogether ?? []).map(({ fields }) => ({ fields, single: false }))
  return [...single, ...together]
}

const referredId = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string'
    ? value.id
    : undefined

/** The values of a key as one comparable text; undefined where the key does not bind the entity. */
function keyText(key: UniqueKey, entity: Readonly<Record<string, unknown>>): string | undefined {
  const values = key.fields.map(name => referredId(entity[name]) ?? entity[name] ?? null)
  return key.single && values[0] === null ? undefined : JSON.stringify(values)
}

const byId = (a: Entity, b: Entity): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/**
 * A sorted list after some changes: they are sorted among themselves and merged in, which costs less than to
 * sort all again.
 */
function resorted(
  before: readonly Entity[],
  changed: ReadonlySet<string>,
  find: (id: string) => Entity | undefined,
): Entity[] {
  const news = [...changed].flatMap(id => find(id) ?? []).sort(byId)
  const result: Entity[] = []
  let next = 0
  for (const entity of before) {
    if (changed.has(entity.id)) continue
    for (; next < news.length; next++) {
      const one = news[next]
      if (one === undefined || one.id > entity.id) break
      result.push(one)
    }
    result.push(entity)
  }
  for (const one of news.slice(next)) result.push(one)
  return result
}

/** Where entities are found by their unique keys and by their owners. */
function createIndexes(definition: Definition, uniqueKeys: readonly UniqueKey[]) {
  const unique = new Map(uniqueKeys.map(key => [key, new Map<string, string>()]))
  const referrers = new Map(
    foreignFields(definition).map(({ name }) => [name, new Map<string, Set<string>>()]),
  )
  return {
    add: (entity: Entity): void => {
      for (const [key, ids] of unique) {
        const text = keyText(key, entity)
        if (text !== undefined) ids.set(text, entity.id)
      }
      for (const [name, byOwner] of referrers) {
        const owner = referredId(entity[name])
        if (owner === undefined) continue
        const ids = byOwner.get(owner) ?? new Set()
        byOwner.set(owner, ids.add(entity.id))
      }
    },
    remove: (entity: Entity): void => {
      for (const [key, ids] of unique) {
        const text = keyText(key, entity)
        if (text !== undefined && ids.get(text) === entity.id) ids.delete(text)
      }
      for (const [name, byOwner] of referrers) {
        const owner = referredId(entity[name])
        const ids = owner === undefined ? undefined : byOwner.get(owner)
        ids?.delete(entity.id)
        if (owner !== undefined && ids?.size === 0) byOwner.delete(owner)
      }
    },
    /** @param text as `keyText` makes it */
    holder: (key: UniqueKey, text: string): string | undefined => unique.get(key)?.get(text),
    referring: (field: string, id: string): Iterable<string> => referrers.get(field)?.get(id) ?? [],
  }
}

export function createTable(definition: Definition): Table {
  const entities = new Map<string, Entity>()
  const uniqueKeys = uniqueKeysOf(definition)
  const indexes = createIndexes(definition, uniqueKeys)
  let sorted: readonly Entity[] = []
  /** Ids that may have changed since. */
  const unsorted = new Set<string>()
  let shown: LayeredMap<Entity> | undefined
  /** Ids that may have changed since. */
  const changed = new Set<string>()

  const remove = (id: string) => {
    const entity = entities.get(id)
    if (entity === undefined) return
    indexes.remove(entity)
    entities.delete(id)
    unsorted.add(id)
    changed.add(id)
  }
  const find = (id: string | undefined) => (id === undefined ? undefined : entities.get(id))

  return {
    definition,
    uniqueKeys,
    get: id => entities.get(id),
    byKey: (key, entity) => {
      const text = keyText(key, entity)
      return text === undefined ? undefined : find(indexes.holder(key, text))
    },
    byField: (field, value) => {
      const key = uniqueKeys.find(one => one.single && one.fields[0] === field)
      if (key === undefined) return [...entities.values()].find(entity => entity[field] === value)
      return find(indexes.holder(key, JSON.stringify([value])))
    },
    list: () => {
      if (unsorted.size > 0) sorted = resorted(sorted, unsorted, find)
      unsorted.clear()
      return sorted
    },
    referring: (field, id) => [...indexes.referring(field, id)].flatMap(one => find(one) ?? []).sort(byId),
    put: entity => {
      remove(entity.id)
      entities.set(entity.id, entity)
      indexes.add(entity)
      unsorted.add(entity.id)
      changed.add(entity.id)
    },
    remove,
    view: () => {
      if (shown === undefined || changed.size > 0) shown = nextLayers(shown, entities, changed)
      changed.clear()
      return shown
    },
  }
}
