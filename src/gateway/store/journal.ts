/**
 * Storage for changes that outlive the process. The store holds everything in memory and reads a journal
 * once, at the start. `memoryJournal` stores nothing, `lmdb.ts` stores changes in a folder.
 */
import type { Entity } from '../../entities/language/define.ts'

/** One entity made (`before` absent), replaced, or removed (`after` absent). */
export interface Change {
  readonly schema: string
  readonly id: string
  readonly before?: Entity
  readonly after?: Entity
}

export interface Journal {
  /** All stored entities, by Kong's name of the set. */
  load(): readonly { readonly schema: string; readonly entity: Entity }[]
  /** Resolves once the changes survive the death of the process: all of them or none. */
  write(changes: readonly Change[]): Promise<void>
  close(): Promise<void>
}

export function memoryJournal(): Journal {
  return { load: () => [], write: async () => {}, close: async () => {} }
}
