/**
 * The definition of a plugin that Kong bundles: its schema, in Kong's own terms, like a kind's. One file
 * per plugin in `plugins/`, one line in `plugin-registry.ts`. `gateway/plugins/` has the handlers that the
 * embedded gateway runs.
 */
import type { EntityCheck, Field, Fields, Version } from './define.ts'

export interface PluginDefinition {
  readonly name: string
  /**
   * Kong runs plugins of a higher priority first (source: `plugins.available_on_server` of real Kong's `GET
   * /`).
   */
  readonly priority: number
  readonly since?: string
  readonly until?: string
  /** The fields of `config`. */
  readonly config: Fields
  /** Fields of `config` that are others on a node without a database. */
  readonly withoutDatabase?: Fields
  /** Rules across the fields of `config`. */
  readonly configChecks?: readonly EntityCheck[]
  /** A rule for the whole configuration that the schema cannot express, in Kong's sentence. */
  configCheck?(config: Readonly<Record<string, unknown>>, version: Version): string | undefined
  readonly shorthand_fields?: Field['shorthand_fields']
  /** Narrowed fields of the plugin entity itself: `protocols`, `consumer: { eq: null }`. */
  readonly fields?: Fields
  /** Checks whose paths begin with `config.`; printed by 3.x only. */
  readonly entity_checks?: readonly EntityCheck[]
}
