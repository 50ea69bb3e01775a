/** The core of a gateway: its entities, what writes them, and the proxy, which follows each change. */
import { stockFlavor } from '../entities/expressions/router-flavors.ts'
import { gatewaySets } from '../entities/gateway-sets.ts'
import type { Version } from '../entities/language/define.ts'
import { createSchemas, type PluginSchema } from '../entities/language/schemas.ts'
import { DeckError, DeclarativeError } from '../errors.ts'
import type { DataPlane, EntitySets, Node } from './data-plane.ts'
import type { Declarative } from './declarative/declarative.ts'
import type { GatewayOptions, Parts } from './options.ts'
import { KongError } from './store/errors.ts'
import { createExpiry, type Expiry } from './store/expiry.ts'
import { type Journal, memoryJournal } from './store/journal.ts'
import { createRecords } from './store/records.ts'
import { createStore, type Store } from './store/store.ts'
import { realSurroundings, type Surroundings } from './store/surroundings.ts'
import { createWrites, type Writes } from './store/writes.ts'

export interface Core {
  readonly store: Store
  readonly writes: Writes
  readonly expiry: Expiry
  readonly dataPlane: DataPlane
  readonly around: Surroundings
  readonly configure: (sets: EntitySets) => void
}

export async function createCore(
  options: GatewayOptions,
  parts: Parts,
  version: Version,
  node: Node,
): Promise<Core> {
  const { log = () => {}, routerFlavor = stockFlavor, now = realSurroundings.now } = options
  const withDatabase = options.database !== 'off'
  const schemas = createSchemas(
    version,
    rememberedSchemas(name => parts.pluginSchema(name, version, withDatabase)),
    { routerFlavor, more: gatewaySets },
  )
  const journal = await openJournal(options.dataDir, version)
  const around = parts.around ?? { ...realSurroundings, now }
  const records = createRecords(() => ({ store, writes }), around)
  const dataPlane = parts.createDataPlane({
    ...proxyOptions(options),
    version,
    routerFlavor,
    log,
    node,
    records,
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
  return { store, writes, expiry, dataPlane, around, configure }
}

/** Gives the store its first entities and the proxy its first configuration. */
export async function fill(
  { store, writes, expiry, around, configure }: Core,
  options: GatewayOptions,
): Promise<Declarative | undefined> {
  const withDatabase = options.database !== 'off'
  if (withDatabase) insertFirst(store, writes)
  for (const { kind, fields } of options.initial ?? []) writes.insert(store.schemas.of(kind), fields)
  const declarative = withDatabase ? undefined : await openDeclarative(options, store, writes, expiry, around)
  await store.committed()
  configure(store.sets())
  return declarative
}

/** The options that only the proxy reads. */
const proxyOptions = ({ resolve, nameServers, clientTimeouts, now, sendsLogs }: GatewayOptions) => ({
  resolve: resolve ?? new Map(),
  ...(nameServers !== undefined && { nameServers }),
  ...(clientTimeouts !== undefined && { clientTimeouts }),
  ...(now !== undefined && { now }),
  ...(sendsLogs !== undefined && { sendsLogs }),
})

/** What is there from the beginning, unless it was kept. */
function insertFirst(store: Store, writes: Writes): void {
  for (const definition of store.schemas.kinds) {
    if (store.table(definition.schema).list().length > 0) continue
    for (const fields of definition.atFirst ?? []) writes.insert(definition, fields)
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
