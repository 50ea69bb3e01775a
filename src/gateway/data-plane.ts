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

/** The health of one address of a target, for `/upstreams/{u}/health`. */
export interface AddressHealth {
  readonly ip: string
  readonly port: number
  readonly health: HealthWord
  readonly weight: number
}

/** The health of one target, the source of `data` in the Admin API's response. */
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
  /** In the form of `/endpoints`: `/proxy-cache/{cache_key}`. */
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

/** The identity of the gateway in logs, metrics and echoes of plugins. */
export interface Node {
  readonly id: string
  readonly hostname: string
}

/** Requests to a target since the gateway's start, including failed attempts. */
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
  /** The router flavor of 3.x; default: Kong's. */
  readonly routerFlavor?: RouterFlavor
  /** `host:port` of a target → the address its traffic goes to, as `deck serve --resolve` gives it. */
  readonly resolve: ReadonlyMap<string, { readonly host: string; readonly port: number }>
  /** For slow and silent clients; nginx's where absent. */
  readonly clientTimeouts?: ClientTimeouts
  /** Used instead of the system's name servers (Kong's `dns_resolver`). */
  readonly nameServers?: readonly { readonly host: string; readonly port: number }[]
  /** Milliseconds since 1970; the system's clock where absent. */
  readonly now?: () => number
  /** False: plugins that send logs and metrics elsewhere do not run. Default: true. */
  readonly sendsLogs?: boolean
  readonly log: (line: string) => void
  /** The node's identity for plugins; absent: an anonymous one. */
  readonly node?: Node
  /** Absent: plugins cannot store entities, and fail if they must. */
  readonly records?: Records
  /** State shared with other processes of the same proxy; absent: it is the only process. */
  readonly together?: Together
}

export interface Together {
  readonly share: Share
  readonly health: HealthKeeper
  /** Whether it makes the active checks: one does it for all. */
  readonly probes: boolean
  /** The default TLS certificate; absent: a self-signed one. */
  readonly fallback?: CertificateAndKey
  /** The traffic of all processes; absent: only this one's. */
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
  /** Endpoints that its plugins add to the Admin API. */
  readonly pluginEndpoints?: readonly PluginEndpoint[]
  /**
   * Compiles a complete new snapshot and activates it. Health, rings and connections of unchanged parts are
   * kept.
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
  /** The same over TLS, with HTTP/2 for clients that support it; certificates come from the configuration. */
  listenTls(host: string, port: number): Promise<{ readonly host: string; readonly port: number }>
  /** Lets requests under way end (at most `graceMs`), then closes. */
  close(graceMs?: number): Promise<void>
}
