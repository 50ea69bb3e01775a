/**
 * What a plugin of the embedded gateway is: its schema (Kong's field words, like an entity's) and its phases. A plugin is one
 * file beside this one and a line in `registry.ts`.
 */
import type { Definition, EntityCheck, Field, Fields, Version, Violations } from '../../entities/define.ts'

export interface PluginDefinition {
  readonly name: string
  /** Kong runs plugins of a higher priority first (source: `plugins.available_on_server` of real Kong's `GET /`). */
  readonly priority: number
  readonly since?: Definition['since']
  readonly until?: Definition['until']
  /** The fields of `config`. */
  readonly config: Fields
  readonly configChecks?: readonly EntityCheck[]
  readonly shorthand_fields?: Field['shorthand_fields']
  /** Narrowed fields of the plugin entity itself: `protocols`, `consumer: { eq: null }`. */
  readonly fields?: Fields
  /** Checks whose paths begin with `config.`; printed by 3.x only. */
  readonly entity_checks?: readonly EntityCheck[]
  readonly check?: (plugin: Readonly<Record<string, unknown>>, version: Version) => Violations | undefined
}
