/** The proxy, put together: a listener, the snapshot it serves, and what outlives snapshots (peers, connections, health checks, plugins' memory). */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { hostname } from 'node:os'
import type { Duplex } from 'node:stream'
import type { Version } from '../../entities/define.ts'
import { stockFlavor } from '../../entities/flavors.ts'
import { createPeerStore } from '../balancer/peers.ts'
import type { DataPlane, DataPlaneOptions, EntitySets } from '../data-plane.ts'
import { createActiveChecks } from '../health/active.ts'
import { createHandlers, type MakeHandler } from '../plugins/handlers.ts'
import { createConfiguration } from './configuration.ts'
import type { Forwarding } from './forward.ts'
import { serverName } from './headers.ts'
import { refuseMalformed, refuseTunnel } from './malformed.ts'
import { tellNotRun } from './not-run.ts'
import { createPools } from './pools.ts'
import { newExchange, serveRequest } from './serve.ts'
import { serveUpgrade } from './serve-upgrade.ts'
import { createFind, type Lasting } from './snapshot.ts'
import { countTraffic } from './traffic.ts'

/** @param others plugins that it runs besides its own; tests put theirs */
export function createDataPlane(options: DataPlaneOptions, others: readonly MakeHandler[] = []): DataPlane {
  const { version, routerFlavor = stockFlavor, resolve, log } = options
  const now = () => Date.now()
  const node = options.node ?? { id: randomUUID(), hostname: hostname(), workspaceId: randomUUID() }
  let inForce: EntitySets = new Map()
  const healthOf = (upstreamId: string) => configuration.snapshot().balancers.get(upstreamId)?.health()
  const traffic = countTraffic()
  const handlers = createHandlers(
    { version, now, log, node, entities: () => inForce, traffic: traffic.now, healthOf },
    others,
  )
  const lasting: Lasting = {
    version,
    routerFlavor,
    peers: createPeerStore(resolve),
    handlers,
    works: new WeakMap(),
    find: createFind(),
  }
  const pools = createPools()
  const tell = tellNotRun(
    handlers.map(handler => handler.name),
    log,
  )
  const checks = createActiveChecks(`${serverName(version)} (healthcheck)`)
  const configuration = createConfiguration(lasting, log, (sets, snapshot) => {
    checks.follow(snapshot.balancers.values())
    tell(sets)
  })
  let port = 0

  const forwarding = (): Forwarding => ({ version, port, pools, resolve, now, log })
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const exchange = newExchange(request, configuration.snapshot(), now())
    traffic.begun()
    serveRequest(exchange, response, forwarding())
      .catch(error => {
        // A client that leaves in the middle of its body is no mistake of ours.
        if (request.errored !== null && !request.complete) response.destroy()
        else failed(error, response, log)
      })
      .then(traffic.ended)
  }
  /** Connections that are no longer the server's. */
  const upgraded = new Set<Duplex>()
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgraded.add(socket)
    socket.once('close', () => upgraded.delete(socket))
    const exchange = newExchange(request, configuration.snapshot(), now())
    serveUpgrade(exchange, socket, head, forwarding()).catch(() => socket.destroy())
  }
  const server = createProxyServer(onRequest, onUpgrade, version)
  traffic.follow(server)

  return {
    configure: sets => {
      inForce = sets
      configuration.change(sets)
    },
    pluginEndpoints: handlers.flatMap(handler => handler.endpoints ?? []),
    healthOf,
    setHealth: (upstreamId, targetId, address, healthy) =>
      configuration.snapshot().balancers.get(upstreamId)?.setHealth(targetId, address, healthy) ?? false,
    listen: (host, wanted) =>
      new Promise((ready, fail) => {
        server.once('error', fail)
        server.listen(wanted, host, () => {
          server.off('error', fail)
          const address = server.address() as AddressInfo
          port = address.port
          ready({ host: address.address, port })
        })
      }),
    close: async (graceMs = 1000) => {
      configuration.close()
      checks.close()
      await closeServer(server, graceMs, () => {
        for (const socket of upgraded) socket.destroy()
      })
      await pools.close()
      await Promise.all(handlers.map(handler => handler.close?.()))
    },
  }
}

function createProxyServer(
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
  onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
  version: Version,
): Server {
  // 32 KiB of headers, as nginx's four buffers of 8 KiB hold; answers may take as long as the service's timeouts say.
  const server = createServer(
    { maxHeaderSize: 32 * 1024, requestTimeout: 0, keepAliveTimeout: 75_000, requireHostHeader: false },
    onRequest,
  )
  server.on('upgrade', onUpgrade)
  server.on('connect', (request, socket) => refuseTunnel(request, socket, version))
  server.on('clientError', (error, socket) => refuseMalformed(error, socket as Socket, version))
  return server
}

/** Idle connections end at once, requests under way get their time. */
function closeServer(server: Server, graceMs: number, onImpatient: () => void): Promise<void> {
  if (!server.listening) return Promise.resolve()
  return new Promise(done => {
    const timer = setTimeout(() => {
      onImpatient()
      server.closeAllConnections()
    }, graceMs)
    server.close(() => {
      clearTimeout(timer)
      done()
    })
    server.closeIdleConnections()
  })
}

/** A mistake of ours: the client gets a 500, the log what happened. */
function failed(error: unknown, response: ServerResponse, log: (line: string) => void): void {
  log(`proxy: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  if (response.headersSent) response.destroy()
  else
    response
      .writeHead(500, { 'Content-Type': 'application/json; charset=utf-8' })
      .end('{"message":"An unexpected error occurred"}')
}
