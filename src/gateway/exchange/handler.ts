/**
 * The contract between the exchange and the handler of a plugin. A handler is a file in `gateway/plugins/`
 * and a line in `handlers.ts`; the plugin's schema is in `entities/plugins/`.
 */
import type { Fields, Version } from '../../entities/language/define.ts'
import type { ConfigOf } from '../../entities/language/entity-of.ts'
import type { PluginDefinition } from '../../entities/language/plugin-definition.ts'
import type {
  EntitySets,
  Node,
  PluginEndpoint,
  ProxyProcess,
  Records,
  UpstreamHealth,
} from '../data-plane.ts'
import type { Share } from '../sharing.ts'
import type { Exchange, ResponseHead } from './exchange.ts'
import type { Traffic } from './traffic.ts'

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

/** A plugin's configuration in the words of its schema, which has checked it and filled in its defaults. */
export function configOf<P extends PluginDefinition>({ name, config }: ActivePlugin, schema: P): ConfigOf<P> {
  if (name !== schema.name)
    throw new Error(`the configuration of ${name} is read by the schema of ${schema.name}`)
  return config as unknown as ConfigOf<P>
}

/**
 * A configuration, or a record of it, in which null counts as the field's default: for what works with a
 * value alone.
 */
export function filled<C extends object, F extends Fields>(config: C, fields: F): Filled<C, F> {
  const values = Object.entries(config).map(([name, value]) => [name, value ?? fields[name]?.default ?? null])
  return Object.fromEntries(values) as Filled<C, F> // the same names; a value only where the field has a default
}

type Filled<C, F> = {
  readonly [K in keyof C]: K extends keyof F
    ? F[K] extends { readonly default: unknown }
      ? NonNullable<C[K]>
      : C[K]
    : C[K]
}

/** Services that outlive requests and configurations; handlers keep their counters and caches in them. */
export interface Surroundings {
  readonly version: Version
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly log: (line: string) => void
  readonly node: Node
  /** The configuration in force. */
  readonly entities: () => EntitySets
  readonly traffic: () => Traffic
  /** The processes of the proxy. */
  readonly processes: () => readonly ProxyProcess[]
  /** Undefined where the upstream is not known. */
  readonly healthOf: (upstreamId: string) => UpstreamHealth | undefined
  /** Undefined if entities cannot be stored. */
  readonly records: Records | undefined
  /** Keeps something that all processes of the proxy have in common. */
  readonly share: Share
}

/** When and how an exchange ended. */
export interface Finished {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Status and headers of the response; undefined if the client left before it. */
  readonly head: ResponseHead | undefined
  /** Bytes on the wire, head and body. */
  readonly responseSize: number
}

/**
 * The functions of one configured plugin, phase by phase. The phases of all plugins run by priority; one
 * that ends the exchange by `exchange.exit(…)` skips later access phases only. An exception becomes an
 * error 500.
 */
export interface Work {
  /** Before the request goes to the upstream. */
  readonly access?: (exchange: Exchange) => void | Promise<void>
  /**
   * When status and headers are known, before they are sent; also for answers of the gateway's own. It may
   * change the head.
   */
  readonly response?: (exchange: Exchange, head: ResponseHead) => void
  /** When the response is over. */
  readonly log?: (exchange: Exchange, finished: Finished) => void
}

/** A plugin's work. */
export interface Handler {
  readonly name: string
  /**
   * Called once for each state of a configured plugin, not for each request: what can be prepared is prepared
   * here.
   */
  readonly configure: (plugin: ActivePlugin) => Work
  /** Its additional endpoints of the Admin API. */
  readonly endpoints?: readonly PluginEndpoint[]
  /** Sends what still waits to be sent, and ends timers. */
  readonly close?: () => void | Promise<void>
}
