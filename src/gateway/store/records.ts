/** Writes entities that the proxy's plugins create (tokens), like entities of the Admin API. */
import type { Records } from '../data-plane.ts'
import type { Store } from './store.ts'
import type { Surroundings } from './surroundings.ts'
import type { Writes } from './writes.ts'

/** @param parts called when an entity is written: the proxy exists before its store */
export function createRecords(
  parts: () => { readonly store: Store; readonly writes: Writes },
  { secret }: Surroundings,
): Records {
  return {
    secret,
    insert: async (schema, fields) => {
      const { store, writes } = parts()
      const entity = writes.insert(store.table(schema).definition, fields)
      await store.committed()
      return entity
    },
    update: async (schema, id, fields) => {
      const { store, writes } = parts()
      const table = store.table(schema)
      const before = table.get(id)
      if (before === undefined) throw new Error(`${schema} ${id} is no longer there`)
      const entity = writes.update(table.definition, before, fields)
      await store.committed()
      return entity
    },
    remove: async (schema, id) => {
      const { store, writes } = parts()
      const table = store.table(schema)
      const entity = table.get(id)
      if (entity !== undefined) writes.remove(table.definition, entity)
      await store.committed()
    },
  }
}
