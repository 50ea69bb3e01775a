/** What a gateway is made of: its options, and the parts that tests replace. */
import type { RouterFlavor } from '../entities/expressions/router-flavors.ts'
import type { Version } from '../entities/language/define.ts'
import type { PluginSchema } from '../entities/language/schemas.ts'
import type { KnownPlugin } from './admin-api/endpoint.ts'
import type { GuardOptions } from './admin-api/guard.ts'
import type { DataPlane, DataPlaneOptions } from './data-plane.ts'
import type { Surroundings } from './store/surroundings.ts'

export interface Listen {
  readonly host?: string
  /** 0 for any free one. */
  readonly port: number
}

export interface GatewayOptions {
  readonly adminListen: Listen
  /** Pages and names of others that may use the Admin API. */
  readonly adminAllow?: Pick<GuardOptions, 'origins' | 'hosts'>
  readonly proxyListen: Listen
  /** TLS and HTTP/2. Default: off. */
  readonly proxyTlsListen?: Listen & {
    /** The port is a default: if it is in use, the proxy runs without TLS. */
    readonly implied?: boolean
  }
  readonly version: Version
  /** How 3.x's router reads routes; as it is stocked where absent. */
  readonly routerFlavor?: RouterFlavor
  /** `off`: the configuration is one declarative file, taken at `POST /config`. */
  readonly database?: 'postgres' | 'off'
  /** The text of a declarative file to begin with; for nodes without a database. */
  readonly declarativeConfig?: string
  /** `host:port` of targets → the address their traffic goes to. */
  readonly resolve?: DataPlaneOptions['resolve']
  /** For slow and silent clients of the Admin API and the proxy; nginx's where absent. */
  readonly clientTimeouts?: DataPlaneOptions['clientTimeouts']
  /** Asked for names in the place of the system's. */
  readonly nameServers?: DataPlaneOptions['nameServers']
  /** Entities are kept here; in memory alone where absent. */
  readonly dataDir?: string
  /** Milliseconds since 1970, for tests that move the clock; the system's where absent. */
  readonly now?: () => number
  /** False: plugins that send logs and metrics elsewhere do not run. */
  readonly sendsLogs?: boolean
  readonly log?: (line: string) => void
  /** Plugins that Kong does not bundle: they are known, with any configuration, and do not run. */
  readonly otherPlugins?: readonly string[]
  /** Made before the gateway listens, in this order. */
  readonly initial?: readonly { readonly kind: string; readonly fields: Readonly<Record<string, unknown>> }[]
}

export interface Parts {
  readonly createDataPlane: (options: DataPlaneOptions) => DataPlane
  readonly pluginSchema: (name: string, version: Version, withDatabase: boolean) => PluginSchema | undefined
  readonly pluginsAt: (version: Version) => readonly KnownPlugin[]
  readonly around?: Surroundings
}
