/**
 * All entities of a gateway. Reading is from memory; a change acts in memory at once and is answered for by
 * `committed()`, which resolves when it is in the journal and the proxy has it. What a write means (defaults,
 * ids, times) is `writes.ts`'s business.
 */
import type { Entity } from '../../entities/language/define.ts'
import type { Schemas } from '../../entities/language/schemas.ts'
import type { EntitySets } from '../data-plane.ts'
import { checkConstraints, planDeletion, type Tables } from './constraints.ts'
import type { Change, Journal } from './journal.ts'
import { createTable, type Table } from './table.ts'

export interface Store {
  readonly schemas: Schemas
  /** @throws Error (a bug) for a set that no kind of this version has */
  table(schema: string): Table
  has(schema: string): boolean
  /** @throws KongError where a constraint is broken; nothing is changed then */
  put(schema: string, entity: Entity): void
  /**
   * Deletes it and what is deleted with it.
   * @throws KongError where something refers to it that does not allow it
   */
  remove(schema: string, entity: Entity): void
  /**
   * These, by set, instead of all that there are. What they demand of one another is the caller's business.
   */
  replace(entities: ReadonlyMap<string, readonly Entity[]>): void
  /** Resolves when every change so far lasts and acts. */
  committed(): Promise<void>
  sets(): EntitySets
  close(): Promise<void>
}

export interface StoreOptions {
  readonly schemas: Schemas
  readonly journal: Journal
  /** Called with each new whole, before the changes in it are answered for. */
  readonly onChange: (sets: EntitySets) => void
}

export function createStore({ schemas, journal, onChange }: StoreOptions): Store {
  const tables: Tables = new Map(schemas.kinds.map(one => [one.schema, createTable(one)]))
  for (const { schema, entity } of journal.load()) tables.get(schema)?.put(entity)

  let waiting: Change[] = []
  let batch: Promise<void> | undefined
  let last: Promise<void> = Promise.resolve()
  /** Why the batch that waits cannot be written either. */
  let failure: unknown

  const table = (schema: string): Table => {
    const found = tables.get(schema)
    if (found === undefined) throw new Error(`no set ${schema} in Kong ${schemas.version.text}`)
    return found
  }
  const sets = (): EntitySets => new Map([...tables].map(([schema, one]) => [schema, one.view()]))
  const apply = ({ schema, id, after }: Change) => {
    if (after === undefined) table(schema).remove(id)
    else table(schema).put(after)
  }
  const undo = (changes: readonly Change[]) => {
    for (const { schema, id, before } of changes.toReversed()) {
      apply(before === undefined ? { schema, id } : { schema, id, after: before })
    }
  }
  const write = async () => {
    const changes = waiting
    const earlier = failure
    waiting = []
    failure = undefined
    batch = undefined
    try {
      if (earlier !== undefined) throw earlier
      await journal.write(changes)
    } catch (error) {
      // What was changed meanwhile may rest on what failed, so it fails with it.
      undo([...changes, ...waiting])
      waiting = []
      if (batch !== undefined) failure = error
      throw error
    } finally {
      onChange(sets())
    }
  }
  // Changes that arrive together are written together: one flush and one new snapshot for all of them.
  const begin = (): Promise<void> => {
    const turn = new Promise<void>(resolve => setImmediate(resolve))
    const next = Promise.all([turn, last]).then(write)
    last = next.catch(() => {})
    return next
  }
  const change = (changes: readonly Change[]) => {
    for (const one of changes) apply(one)
    waiting.push(...changes)
    batch ??= begin()
    // Whoever asked for the change hears of a failure through committed().
    batch.catch(() => {})
  }

  return {
    schemas,
    table,
    has: schema => tables.has(schema),
    put: (schema, entity) => {
      checkConstraints(tables, table(schema), entity)
      const before = table(schema).get(entity.id)
      change([{ schema, id: entity.id, ...(before && { before }), after: entity }])
    },
    remove: (schema, entity) => change(planDeletion(tables, schema, entity)),
    replace: entities => change(replacement(tables, entities)),
    committed: () => batch ?? last,
    sets,
    close: async () => {
      await (batch ?? last).catch(() => {})
      await journal.close()
    },
  }
}

/** What goes first, so that what comes may have its names. */
function replacement(tables: Tables, entities: ReadonlyMap<string, readonly Entity[]>): Change[] {
  const kept = new Set([...entities].flatMap(([schema, list]) => list.map(({ id }) => `${schema}/${id}`)))
  const gone = [...tables].flatMap(([schema, table]) =>
    table
      .list()
      .filter(({ id }) => !kept.has(`${schema}/${id}`))
      .map(before => ({ schema, id: before.id, before })),
  )
  const next = [...entities].flatMap(([schema, list]) =>
    list.map(after => {
      const before = tables.get(schema)?.get(after.id)
      return { schema, id: after.id, ...(before && { before }), after }
    }),
  )
  return [...gone, ...next]
}
