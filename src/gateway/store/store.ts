/**
 * All entities of a gateway. Reads come from memory. A change is visible in memory at once; `committed()`
 * resolves when it is in the journal and the proxy has it. `writes.ts` has the meaning of a write
 * (defaults, ids, times).
 */
import type { Entity } from '../../entities/language/define.ts'
import type { Schemas } from '../../entities/language/schemas.ts'
import type { EntitySets } from '../data-plane.ts'
import { createBatches } from './batches.ts'
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
  /** Replaces all entities by these, by set. The caller checks the rules between them. */
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
  const tables: Tables = new Map(schemas.kinds.map(kind => [kind.schema, createTable(kind)]))
  for (const { schema, entity } of journal.load()) tables.get(schema)?.put(entity)

  const table = (schema: string): Table => {
    const known = tables.get(schema)
    if (known === undefined) throw new Error(`no set ${schema} in Kong ${schemas.version.text}`)
    return known
  }
  const apply = ({ schema, id, after }: Change) => {
    if (after === undefined) table(schema).remove(id)
    else table(schema).put(after)
  }
  const sets = (): EntitySets => new Map([...tables].map(([schema, one]) => [schema, one.view()]))
  const batches = createBatches({ journal, apply, onEnd: () => onChange(sets()) })

  return {
    schemas,
    table,
    has: schema => tables.has(schema),
    put: (schema, entity) => {
      checkConstraints(tables, table(schema), entity)
      batches.add([changeTo(entity, schema, tables)])
    },
    remove: (schema, entity) => batches.add(planDeletion(tables, schema, entity)),
    replace: entities => batches.add(replacement(tables, entities)),
    committed: batches.written,
    sets,
    close: async () => {
      await batches.written().catch(() => {})
      await journal.close()
    },
  }
}

function changeTo(after: Entity, schema: string, tables: Tables): Change {
  const before = tables.get(schema)?.get(after.id)
  return { schema, id: after.id, ...(before && { before }), after }
}

/** Deletes come first, so that new entities can use their names. */
function replacement(tables: Tables, entities: ReadonlyMap<string, readonly Entity[]>): Change[] {
  const kept = new Set([...entities].flatMap(([schema, list]) => list.map(({ id }) => `${schema}/${id}`)))
  const gone = [...tables].flatMap(([schema, table]) =>
    table
      .list()
      .filter(({ id }) => !kept.has(`${schema}/${id}`))
      .map(before => ({ schema, id: before.id, before })),
  )
  const next = [...entities].flatMap(([schema, list]) => list.map(after => changeTo(after, schema, tables)))
  return [...gone, ...next]
}
