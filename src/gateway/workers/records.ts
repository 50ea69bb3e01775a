/**
 * Entities of a worker's plugins are written in the process with the store, and are active in all workers
 * before the plugin continues.
 */
import type { Records } from '../data-plane.ts'
import type { Keeping, Shared } from '../sharing.ts'

/** All but `secret`, which needs no message. */
type Written = Omit<Records, 'secret'>

/** @param settled waits until all workers act on what was written */
export const recordsOf = (records: Records | undefined, settled: () => Promise<void>): Keeping<Written> => {
  const written = async <T>(write: (to: Records) => Promise<T>): Promise<T> => {
    if (records === undefined) throw new Error('there is nowhere to keep what plugins make')
    const made = await write(records)
    await settled()
    return made
  }
  return {
    name: 'records',
    make: () => ({
      insert: (schema, fields) => written(to => to.insert(schema, fields)),
      update: (schema, id, fields) => written(to => to.update(schema, id, fields)),
      remove: (schema, id) => written(to => to.remove(schema, id)),
    }),
    notifications: {},
  }
}

/** @param secret makes keys */
export const remoteRecords = (written: Shared<Written>, secret: Records['secret']): Records => ({
  secret,
  insert: async (schema, fields) => written.insert(schema, fields),
  update: async (schema, id, fields) => written.update(schema, id, fields),
  remove: async (schema, id) => written.remove(schema, id),
})
