/** The lookups of plugins in the configuration with which a request began. */
import type { Consumer } from '../../entities/kinds/consumer.ts'
import type { Version } from '../../entities/language/define.ts'
import type { EntitySets } from '../data-plane.ts'

/** Entities by a key of theirs, e.g. credentials by username. */
export interface Index<T> {
  /** Kong's name of the set: `keyauth_credentials`. */
  readonly schema: string
  readonly keyOf: (entity: T) => string | null
}

export interface ConfigurationView {
  readonly version: Version
  /** All entities, by Kong's name of their set. */
  readonly sets: EntitySets
  readonly consumers: ReadonlyMap<string, Consumer>
  /** All entities with a key. */
  readonly find: <T extends { readonly id: string }>(index: Index<T>, key: string) => readonly T[]
}
