/**
 * The gateway's parts put together: a store, the Admin API in front of it, the data plane behind it. Which
 * data plane and which plugins is the caller's choice (`gateway.ts` takes the real ones), so that each half
 * can be tried without the other.
 */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { type RouterFlavor, stockFlavor } from '../entities/expressions/router-flavors.ts'
import { gatewaySets } from '../entities/gateway-sets.ts'
import type { Version } from '../entities/language/define.ts'
import { createSchemas, type PluginSchema } from '../entities/language/schemas.ts'
import { DeckError, DeclarativeError } from '../errors.ts'
import type { Listener } from './admin-api/configuration.ts'
import type { KnownPlugin } from './admin-api/endpoint.ts'
import { createGuard, type GuardOptions } from './admin-api/guard.ts'
import { type AdminServer, createAdminServer } from './admin-api/server.ts'
import type { DataPlane, DataPlaneOptions, EntitySets } from './data-plane.ts'
import type { Declarative } from './declarative/declarative.ts'
import { countTraffic } from './exchange/traffic.ts'
import { KongError } from './store/errors.ts'
import { createExpiry, type Expiry } from './store/expiry.ts'
import { type Journal, memoryJournal } from './store/journal.ts'
import { createRecords } from './store/records.ts'
import { createStore, type Store } from './store/store.ts'
import { realSurroundings, type Surroundings } from './store/surroundings.ts'
import { createWrites, type Writes } from './store/writes.ts'

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

export interface Gateway {
  /** `http://127.0.0.1:PORT` */
  readonly admin: string
  readonly proxy: string
  /** `https://127.0.0.1:PORT` */
  readonly proxyTls?: string
  /** The Admin API tells of it as of its own listeners. */
  announce(listener: Listener): void
  /** @param graceMs so long requests under way may take to end; a second where absent */
  close(graceMs?: number): Promise<void>
}

export interface Parts {
  readonly createDataPlane: (options: DataPlaneOptions) => DataPlane
  readonly pluginSchema: (name: string, version: Version, withDatabase: boolean) => PluginSchema | undefined
  readonly pluginsAt: (version: Version) => readonly KnownPlugin[]
  readonly around?: Surroundings
}

/** The releases whose behaviour is known; another is played as its own text says. */
const played: Readonly<Record<string, string>> = { '2.8': '2.8.5', '3.9': '3.9.1' }

const url = (address: { readonly host: string; readonly port: number }, scheme = 'http'): string =>
  `${scheme}://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`

export async function assembleGateway(options: GatewayOptions, parts: Parts): Promise<Gateway> {
  const { log = () => {}, routerFlavor = stockFlavor } = options
  const { major, minor, text } = options.version
  const version = { major, minor, text: played[`${major}.${minor}`] ?? text }
  const withDatabase = options.database !== 'off'
  const schemas = createSchemas(
    version,
    rememberedSchemas(name => parts.pluginSchema(name, version, withDatabase)),
    { routerFlavor, more: gatewaySets },
  )
  const journal = await openJournal(options.dataDir, version)
  const { now = realSurroundings.now } = options
  const around = parts.around ?? { ...realSurroundings, now }
  const node = { id: randomUUID(), hostname: hostname() }
  const dataPlane = parts.createDataPlane({
    version,
    routerFlavor,
    resolve: options.resolve ?? new Map(),
    ...(options.nameServers !== undefined && { nameServers: options.nameServers }),
    ...(options.clientTimeouts !== undefined && { clientTimeouts: options.clientTimeouts }),
    ...(options.now !== undefined && { now: options.now }),
    ...(options.sendsLogs !== undefined && { sendsLogs: options.sendsLogs }),
    log,
    node,
    records: createRecords(() => ({ store, writes }), around),
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
  const writes = createWrites(store, expiry, around, withDatabase)
  const closeAll = async (graceMs?: number, admin?: AdminServer) => {
    expiry.close()
    await Promise.all([admin?.close(graceMs), dataPlane.close(graceMs)])
    await store.close()
  }
  const begin = async () => {
    if (withDatabase) insertFirst(store, writes)
    for (const { kind, fields } of options.initial ?? []) writes.insert(schemas.of(kind), fields)
    const declarative = withDatabase
      ? undefined
      : await openDeclarative(options, store, writes, expiry, around)
    await store.committed()
    configure(store.sets())
    return declarative
  }
  const declarative = await begin().catch(async (error: unknown) => {
    await closeAll()
    throw error
  })

  const plugins = parts.pluginsAt(version)
  const { id: nodeId, hostname: name } = node
  const listeners: Listener[] = []
  const server = createAdminServer(
    {
      store,
      writes,
      expiry,
      dataPlane,
      plugins,
      ...(declarative && { declarative }),
      around,
      traffic: countTraffic(),
      listeners: () => listeners,
      nodeId,
      hostname: name,
    },
    createGuard({
      host: options.adminListen.host ?? '127.0.0.1',
      origins: options.adminAllow?.origins ?? [],
      hosts: options.adminAllow?.hosts ?? [],
    }),
    log,
    options.clientTimeouts,
  )
  const close = (graceMs?: number) => closeAll(graceMs, server)
  const announce = (listener: Listener) => {
    listeners.push(listener)
  }
  try {
    return { ...(await listenAll(server, dataPlane, options, announce)), announce, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function listenAll(
  server: AdminServer,
  dataPlane: DataPlane,
  { adminListen, proxyListen, proxyTlsListen, log = () => {} }: GatewayOptions,
  announce: Gateway['announce'],
): Promise<Pick<Gateway, 'admin' | 'proxy' | 'proxyTls'>> {
  const listen = async (of: Listener['of'], one: Pick<DataPlane, 'listen'>, { host, port }: Listen) => {
    const address = await one.listen(host ?? '127.0.0.1', port)
    announce({ of, ...address })
    return url(address)
  }
  const admin = await listen('admin', server, adminListen)
  const proxy = await listen('proxy', dataPlane, proxyListen)
  const overTls = proxyTlsListen && (await listenTls(dataPlane, proxyTlsListen, log))
  if (overTls === undefined) return { admin, proxy }
  announce({ of: 'proxy', ...overTls, tls: true })
  return { admin, proxy, proxyTls: url(overTls, 'https') }
}

/** What is there from the beginning, unless it was kept. */
function insertFirst(store: Store, writes: Writes): void {
  for (const definition of store.schemas.kinds) {
    if (store.table(definition.schema).list().length > 0) continue
    for (const fields of definition.atFirst ?? []) writes.insert(definition, fields)
  }
}

async function listenTls(
  dataPlane: DataPlane,
  { host = '127.0.0.1', port, implied }: NonNullable<GatewayOptions['proxyTlsListen']>,
  log: (line: string) => void,
): Promise<{ readonly host: string; readonly port: number } | undefined> {
  try {
    return await dataPlane.listenTls(host, port)
  } catch (error) {
    if (implied !== true) throw error
    log(
      `${host}:${port} cannot be listened at (${error instanceof Error ? error.message : error}): no proxy over TLS`,
    )
    return undefined
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
  const { openLmdbJournal } = await import('./store/lmdb.ts').catch(refuseWithoutLmdb)
  return openLmdbJournal(dataDir, version)
}

/** lmdb is an optional dependency: npm goes on where it has no program for a machine. */
function refuseWithoutLmdb(error: NodeJS.ErrnoException): never {
  const [reason] = error.message.split('\n')
  const isMissing = error.code === 'MODULE_NOT_FOUND' && error.message.includes("'lmdb'")
  const problem = isMissing ? 'which is not installed' : `which cannot be loaded: ${reason}`
  throw new DeckError(`--data needs the package lmdb, ${problem}`, {
    hint: 'install deck again without --omit=optional; or leave --data out: entities are then kept in memory',
    cause: error,
  })
}

/**
 * YAML is loaded only where there is no database.
 * @throws DeckError where the file to begin with cannot be used
 */
async function openDeclarative(
  { declarativeConfig }: GatewayOptions,
  ...parts: [Store, Writes, Expiry, Surroundings]
): Promise<Declarative> {
  const { createDeclarative } = await import('./declarative/declarative.ts')
  const declarative = createDeclarative(...parts)
  if (declarativeConfig === undefined) return declarative
  try {
    declarative.load(declarative.read(declarativeConfig), declarativeConfig, false)
    return declarative
  } catch (error) {
    if (!(error instanceof KongError)) throw error
    throw new DeclarativeError(error.message, error.body['fields'])
  }
}
