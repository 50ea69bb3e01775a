/**
 * What a plugin of the embedded gateway is. Its schema (Kong's field words, like an entity's) is a file in `schemas/` and a line in
 * `registry.ts`; its work, where the proxy does it, a file beside this one and a line in `handlers.ts`.
 */

import type { EntityCheck, Field, Fields, Version, Violations } from '../../entities/define.ts'
import type { Exchange } from '../proxy/exchange.ts'

export interface PluginDefinition {
  readonly name: string
  /** Kong runs plugins of a higher priority first (source: `plugins.available_on_server` of real Kong's `GET /`). */
  readonly priority: number
  readonly since?: string
  readonly until?: string
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

/** One configured plugin, as a handler sees it. */
export interface ActivePlugin {
  readonly id: string
  readonly name: string
  readonly config: Readonly<Record<string, unknown>>
  /** The ids of the entities it is scoped to; null where it is not. */
  readonly routeId: string | null
  readonly serviceId: string | null
  readonly consumerId: string | null
}

/** What outlives requests and configurations: handlers keep their counters and caches behind it. */
export interface Surroundings {
  readonly version: Version
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** A plugin's work. A phase ends the exchange by `exchange.exit(…)`; what throws is an error 500 of ours. */
export interface Handler {
  readonly name: string
  /** Before the request goes to the upstream. */
  access?(exchange: Exchange, plugin: ActivePlugin): void | Promise<void>
  /** When status and headers are known, before they are sent; also for answers that a plugin made. */
  response?(exchange: Exchange, plugin: ActivePlugin): void
}
