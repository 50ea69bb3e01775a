/**
 * Assembles the gateway: a store, the Admin API in front of it, the data plane behind it. The caller
 * chooses the data plane and the plugins (`gateway.ts` uses the real ones), so that each half can be tested
 * alone.
 */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Version } from '../entities/language/define.ts'
import type { Listener } from './admin-api/configuration.ts'
import { createGuard } from './admin-api/guard.ts'
import { type AdminServer, createAdminServer } from './admin-api/server.ts'
import { createCore, fill } from './core.ts'
import type { DataPlane } from './data-plane.ts'
import { countTraffic } from './exchange/traffic.ts'
import type { GatewayOptions, Listen, Parts } from './options.ts'

export interface Gateway {
  /** `http://127.0.0.1:PORT` */
  readonly admin: string
  readonly proxy: string
  /** `https://127.0.0.1:PORT` */
  readonly proxyTls?: string
  /** The Admin API lists it with its own listeners. */
  announce(listener: Listener): void
  /** @param graceMs so long requests under way may take to end; a second where absent */
  close(graceMs?: number): Promise<void>
}

/** The releases whose behaviour is known; another is played as its own text says. */
const played: Readonly<Record<string, string>> = { '2.8': '2.8.5', '3.9': '3.9.1' }

const url = (address: { readonly host: string; readonly port: number }, scheme = 'http'): string =>
  `${scheme}://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`

export async function assembleGateway(options: GatewayOptions, parts: Parts): Promise<Gateway> {
  const { log = () => {} } = options
  const version = playedVersion(options.version)
  const node = { id: randomUUID(), hostname: hostname() }
  const core = await createCore(options, parts, version, node)
  const { store, writes, expiry, dataPlane, around } = core
  const closeAll = async (graceMs?: number, admin?: AdminServer) => {
    expiry.close()
    await Promise.all([admin?.close(graceMs), dataPlane.close(graceMs)])
    await store.close()
  }
  const declarative = await fill(core, options).catch(async (error: unknown) => {
    await closeAll()
    throw error
  })

  const listeners: Listener[] = []
  const server = createAdminServer(
    {
      store,
      writes,
      expiry,
      dataPlane,
      plugins: parts.pluginsAt(version),
      ...(declarative && { declarative }),
      around,
      traffic: countTraffic(),
      listeners: () => listeners,
      nodeId: node.id,
      hostname: node.hostname,
    },
    guardOf(options),
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

const playedVersion = ({ major, minor, text }: Version): Version => ({
  major,
  minor,
  text: played[`${major}.${minor}`] ?? text,
})

const guardOf = ({ adminListen, adminAllow }: GatewayOptions) =>
  createGuard({
    host: adminListen.host ?? '127.0.0.1',
    origins: adminAllow?.origins ?? [],
    hosts: adminAllow?.hosts ?? [],
  })

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
