/**
 * The gateway's parts put together: a store, the Admin API in front of it, the data plane behind it. Which data plane and which
 * plugins is the caller's choice (`gateway.ts` takes the real ones), so that each half can be tried without the other.
 */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Version } from '../entities/define.ts'
import { type RouterFlavor, stockFlavor } from '../entities/flavors.ts'
import { createSchemas, type PluginSchema } from '../entities/schemas.ts'
import type { KnownPlugin } from './admin-api/endpoint.ts'
import { createAdminServer } from './admin-api/server.ts'
import type { DataPlane, DataPlaneOptions, EntitySets } from './data-plane.ts'
import { createManager } from './manager/page.ts'
import { createExpiry } from './store/expiry.ts'
import { type Journal, memoryJournal } from './store/journal.ts'
import { createStore } from './store/store.ts'
import { createWrites, realSurroundings, type Surroundings } from './store/writes.ts'

export interface Listen {
  readonly host?: string
  /** 0 for any free one. */
  readonly port: number
}

export interface GatewayOptions {
  readonly adminListen: Listen
  readonly proxyListen: Listen
  readonly managerListen: Listen
  readonly version: Version
  /** How 3.x's router reads routes; as it is stocked where absent. */
  readonly routerFlavor?: RouterFlavor
  /** `host:port` of targets → the address their traffic goes to. */
  readonly resolve?: DataPlaneOptions['resolve']
  /** Entities are kept here; in memory alone where absent. */
  readonly dataDir?: string
  readonly log?: (line: string) => void
  /** Made before the gateway listens, in this order. */
  readonly initial?: readonly { readonly kind: string; readonly fields: Readonly<Record<string, unknown>> }[]
}

export interface Gateway {
  /** `http://127.0.0.1:PORT` */
  readonly admin: string
  readonly proxy: string
  readonly manager: string
  close(): Promise<void>
}

export interface Parts {
  readonly createDataPlane: (options: DataPlaneOptions) => DataPlane
  readonly pluginSchema: (name: string, version: Version) => PluginSchema | undefined
  readonly pluginsAt: (version: Version) => readonly KnownPlugin[]
  readonly around?: Surroundings
}

/** The releases whose behaviour is known; another is played as its own text says. */
const played: Readonly<Record<string, string>> = { '2.8': '2.8.5', '3.9': '3.9.1' }

const url = (address: { readonly host: string; readonly port: number }): string =>
  `http://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`

export async function assembleGateway(options: GatewayOptions, parts: Parts): Promise<Gateway> {
  const { log = () => {}, routerFlavor = stockFlavor } = options
  const { major, minor, text } = options.version
  const version = { major, minor, text: played[`${major}.${minor}`] ?? text }
  const schemas = createSchemas(
    version,
    rememberedSchemas(name => parts.pluginSchema(name, version)),
    undefined,
    routerFlavor,
  )
  const journal = await openJournal(options.dataDir, version)
  const around = parts.around ?? realSurroundings
  const node = { id: randomUUID(), hostname: hostname(), workspaceId: randomUUID() }
  const dataPlane = parts.createDataPlane({
    version,
    routerFlavor,
    resolve: options.resolve ?? new Map(),
    log,
    node,
  })
  const configure = (sets: EntitySets) => {
    try {
      dataPlane.configure(sets)
    } catch (error) {
      // As with Kong, what was written stays written: the proxy goes on with what it had, and says so.
      log(`the proxy keeps its last configuration: ${error instanceof Error ? error.stack : error}`)
    }
  }
  const store = createStore({ schemas, journal, onChange: configure })
  const expiry = createExpiry(store, around.now)
  const writes = createWrites(store, expiry, around)
  for (const { kind, fields } of options.initial ?? []) writes.insert(schemas.of(kind), fields)
  await store.committed()
  configure(store.sets())

  const plugins = parts.pluginsAt(version)
  const { id: nodeId, hostname: name } = node
  const server = createAdminServer(
    { store, writes, expiry, dataPlane, plugins, around, nodeId, hostname: name },
    log,
  )
  let adminUrl = ''
  const manager = createManager(() => ({ admin: adminUrl, version: version.text }))
  const close = async () => {
    await Promise.all([server.close(), manager.close()])
    expiry.close()
    await dataPlane.close()
    await store.close()
  }
  try {
    const at = ({ host = '127.0.0.1', port }: Listen) => [host, port] as const
    adminUrl = url(await server.listen(...at(options.adminListen)))
    const proxy = url(await dataPlane.listen(...at(options.proxyListen)))
    const managerUrl = url(await manager.listen(...at(options.managerListen)))
    return { admin: adminUrl, proxy, manager: managerUrl, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** A plugin's schema at one version is made once, not at each look at a plugin. */
function rememberedSchemas(
  make: (name: string) => PluginSchema | undefined,
): (name: string) => PluginSchema | undefined {
  const made = new Map<string, PluginSchema>()
  return name => {
    const known = made.get(name) ?? make(name)
    if (known !== undefined) made.set(name, known)
    return known
  }
}

/** LMDB is loaded only where it is wanted: it is native code and costs start-up. */
async function openJournal(dataDir: string | undefined, version: Version): Promise<Journal> {
  if (dataDir === undefined) return memoryJournal()
  const { openLmdbJournal } = await import('./store/lmdb.ts')
  return openLmdbJournal(dataDir, version)
}
