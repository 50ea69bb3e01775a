/**
 * The seam between the gateway's two halves: the Admin API writes entities, the proxy serves them. The Admin
 * API calls the data plane through this interface and knows nothing of routing or balancing; the data plane
 * never touches the store, but for what its plugins hand to `Records`.
 */

import type { RouterFlavor } from '../entities/expressions/router-flavors.ts'
import type { Entity, Version } from '../entities/language/define.ts'
import type { Traffic } from './exchange/traffic.ts'
import type { HealthKeeper } from './health/keeper.ts'
import type { ClientTimeouts } from './listener/client-timeouts.ts'
import type { Share } from './sharing.ts'
import type { CertificateAndKey } from './tls/self-signed.ts'

/**
 * All entities, by Kong's name of the set (`services`), then by id. Never changed once handed over: each
 * change makes a new value.
 */
export type EntitySets = ReadonlyMap<string, ReadonlyMap<string, Entity>>

export type HealthWord = 'HEALTHY' | 'UNHEALTHY' | 'DNS_ERROR' | 'HEALTHCHECKS_OFF'

/** What `/upstreams/{u}/health` prints of one address of a target. */
export interface AddressHealth {
  readonly ip: string
  readonly port: number
  readonly health: HealthWord
  readonly weight: number
}

/** What is known of one target; `data` of the Admin API's answer is made from it. */
export interface TargetHealth {
  readonly health: HealthWord
  readonly host: string
  readonly port: number
  /** The kind of record the name was found by (`A` or `AAAA` for addresses too), or why it was not. */
  readonly dns: string
  readonly nodeWeight: number
  readonly weight: { readonly total: number; readonly available: number; readonly unavailable: number }
  readonly addresses: readonly AddressHealth[]
}

/** An upstream as the balancer sees it. */
export interface UpstreamHealth {
  readonly health: HealthWord
  /** By the target entity's id. */
  readonly targets: ReadonlyMap<string, TargetHealth>
  readonly weight: { readonly total: number; readonly available: number; readonly unavailable: number }
}

/** An endpoint of the Admin API that a plugin brings, e.g. `/metrics`. */
export interface PluginEndpoint {
  /** As `/endpoints` prints it: `/proxy-cache/{cache_key}`. */
  readonly path: string
  /** @param params by the names between braces in the path */
  readonly handlers: Readonly<
    Partial<Record<'GET' | 'DELETE', (params: Readonly<Record<string, string>>) => PluginAnswer>>
  >
}

/** `json` or `text`, or neither: then a 404 is nginx's own page. */
export interface PluginAnswer {
  readonly status: number
  readonly json?: unknown
  readonly text?: string
}

/** Who the gateway is, as plugins tell in logs, metrics and echoes. */
export interface Node {
  readonly id: string
  readonly hostname: string
}

/** What a target got since the gateway started, tries that failed among it. */
export interface TargetTraffic {
  readonly requests: number
  readonly failures: number
  /** Until the head of the answer, of all that were answered together. */
  readonly milliseconds: number
}

/** Where plugins keep what they make while they work, e.g. tokens: as entities, which the Admin API shows. */
export interface Records {
  /** A generated key: 32 letters and digits. */
  secret(): string
  /**
   * Resolves when it lasts and acts.
   *
   * @param schema Kong's name of the set: `oauth2_tokens`
   * @param fields as at the Admin API, with `ttl` in seconds
   */
  insert(schema: string, fields: Readonly<Record<string, unknown>>): Promise<Entity>
  update(schema: string, id: string, fields: Readonly<Record<string, unknown>>): Promise<Entity>
  remove(schema: string, id: string): Promise<void>
}

export interface DataPlaneOptions {
  readonly version: Version
  /** How 3.x reads routes; as it is stocked where absent. */
  readonly routerFlavor?: RouterFlavor
  /** `host:port` of a target → the address its traffic goes to, as `deck serve --resolve` gives it. */
  readonly resolve: ReadonlyMap<string, { readonly host: string; readonly port: number }>
  /** For slow and silent clients; nginx's where absent. */
  readonly clientTimeouts?: ClientTimeouts
  /** Asked for names in the place of the system's (Kong's `dns_resolver`). */
  readonly nameServers?: readonly { readonly host: string; readonly port: number }[]
  /** Milliseconds since 1970; the system's clock where absent. */
  readonly now?: () => number
  /** False: plugins that send logs and metrics elsewhere do not run. Default: true. */
  readonly sendsLogs?: boolean
  readonly log: (line: string) => void
  /** Who this is, for plugins that tell; absent: somebody. */
  readonly node?: Node
  /** Absent: what plugins make cannot be kept, and they fail where they must. */
  readonly records?: Records
  /** What it has in common with other processes that are the same proxy; absent: it is the only one. */
  readonly together?: Together
}

export interface Together {
  readonly share: Share
  readonly health: HealthKeeper
  /** Whether it makes the active checks: one does it for all. */
  readonly probes: boolean
  /** What TLS shows where no other certificate fits; absent: its own. */
  readonly fallback?: CertificateAndKey
  /** Of all of them; absent: this one counts alone. */
  readonly traffic?: () => Traffic
  readonly processes?: () => readonly ProxyProcess[]
}

/** One of the processes that a proxy is. */
export interface ProxyProcess {
  readonly pid: number
  /** Bytes. */
  readonly heapUsed: number
}

export interface DataPlane {
  /** What the plugins that it runs add to the Admin API. */
  readonly pluginEndpoints?: readonly PluginEndpoint[]
  /**
   * Compiles a new snapshot, whole, and swaps it in; health, wheels and connections of what stays are kept.
   */
  configure(entities: EntitySets): void
  /** Undefined where the upstream is not known. */
  healthOf(upstreamId: string): UpstreamHealth | undefined
  /** By the target entity's id. */
  trafficOf?(targetId: string): TargetTraffic
  /**
   * Marks a target (or one address of it) by hand.
   * @returns false where no such target or address is in the balancer
   */
  setHealth(
    upstreamId: string,
    targetId: string,
    address: { ip: string; port: number } | undefined,
    healthy: boolean,
  ): boolean
  /** Connections and requests of the proxy. */
  traffic?(): Traffic
  /**
   * Settles when all that was configured and marked so far acts on every request; absent: it does at once.
   */
  settled?(): Promise<void>
  /** The processes that it is; absent: this one. */
  processes?(): readonly ProxyProcess[]
  listen(host: string, port: number): Promise<{ readonly host: string; readonly port: number }>
  /** The same over TLS, with HTTP/2 for clients that speak it; certificates come with the configuration. */
  listenTls(host: string, port: number): Promise<{ readonly host: string; readonly port: number }>
  /** Lets requests under way end (at most `graceMs`), then closes. */
  close(graceMs?: number): Promise<void>
}
