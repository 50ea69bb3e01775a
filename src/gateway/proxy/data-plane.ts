/**
 * The proxy, put together: a listener, the snapshot it serves, and what outlives snapshots (peers,
 * connections, health checks, plugins' memory).
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { hostname } from 'node:os'
import type { Duplex } from 'node:stream'
import { stockFlavor } from '../../entities/expressions/router-flavors.ts'
import type { Balancer } from '../balancer/balancer.ts'
import { createRings } from '../balancer/rings.ts'
import type {
  DataPlane,
  DataPlaneOptions,
  EntitySets,
  ProxyProcess,
  TargetTraffic,
  Together,
} from '../data-plane.ts'
import { createResolver } from '../dns/resolver.ts'
import { breakOff, type ClientRequest, type ClientResponse, sendHead } from '../exchange/client.ts'
import { serverName } from '../exchange/headers.ts'
import { createRequestIds } from '../exchange/request-ids.ts'
import { reasonOf } from '../exchange/status-phrases.ts'
import { countTraffic } from '../exchange/traffic.ts'
import { createActiveChecks } from '../health/active.ts'
import { ownHealth } from '../health/keeper.ts'
import { createListener } from '../listener/listener.ts'
import { refuseMalformed, refuseTunnel } from '../listener/malformed.ts'
import { withoutUpgrade } from '../listener/replayed-connection.ts'
import { createHandlers, type MakeHandler, withoutSending } from '../plugins/handlers.ts'
import { createRouterCompiler } from '../router/router.ts'
import { alone } from '../sharing.ts'
import { selfSigned } from '../tls/self-signed.ts'
import { createServerCertificates } from '../tls/server-certificates.ts'
import { pairOf } from '../tls/upstream-tls.ts'
import type { Forwarding } from '../upstream/forward.ts'
import { createIdleTimeouts } from '../upstream/idle-timeouts.ts'
import { createPools } from '../upstream/pools.ts'
import { createConfiguration } from './configuration.ts'
import { createFind } from './entity-index.ts'
import { tellNotRun } from './not-run.ts'
import { newExchange, serveRequest } from './serve.ts'
import { isWebSocket, serveUpgrade } from './serve-upgrade.ts'
import type { Lasting } from './snapshot.ts'
import { countTargetTraffic } from './target-traffic.ts'

/** A data plane, and what its processes ask of one another's. */
export interface ProxyDataPlane extends DataPlane {
  /** By the upstream's id. */
  balancers(): ReadonlyMap<string, Balancer>
  /** A connection that another process accepted. */
  accept(socket: Socket, isTls: boolean): void
  /** By the target entity's id. */
  targetTraffic(): ReadonlyMap<string, TargetTraffic>
}

const thisProcess = (): ProxyProcess[] => [{ pid: process.pid, heapUsed: process.memoryUsage().heapUsed }]

const byItself: Together = { share: alone, health: ownHealth, probes: true }

/** @param others plugins that it runs besides its own; tests put theirs */
export function createDataPlane(
  options: DataPlaneOptions,
  others: readonly MakeHandler[] = [],
): ProxyDataPlane {
  const { version, routerFlavor = stockFlavor, resolve, log, together = byItself } = options
  const now = options.now ?? Date.now
  const node = options.node ?? { id: randomUUID(), hostname: hostname() }
  let inForce: EntitySets = new Map()
  const healthOf = (upstreamId: string) => configuration.snapshot().balancers.get(upstreamId)?.health()
  const traffic = countTraffic()
  const targetTraffic = countTargetTraffic()
  const all = createHandlers(
    {
      version,
      now,
      log,
      node,
      entities: () => inForce,
      traffic: together.traffic ?? traffic.now,
      processes: together.processes ?? thisProcess,
      healthOf,
      records: options.records,
      share: together.share,
    },
    others,
  )
  const handlers = options.sendsLogs === false ? all.map(withoutSending) : all
  const resolver = createResolver({
    ...(options.nameServers !== undefined && { servers: options.nameServers }),
    staleTtl: version.major < 3 ? 4 : 3600,
  })
  const rings = createRings(resolve, resolver, together.health)
  const lasting: Lasting = {
    version,
    compileRouter: createRouterCompiler(version, routerFlavor),
    rings,
    health: together.health,
    handlers,
    works: new WeakMap(),
    find: createFind(),
  }
  const pools = createPools()
  const idleTimeouts = createIdleTimeouts()
  const newRequestId = createRequestIds()
  const tell = tellNotRun(
    handlers.map(handler => handler.name),
    log,
  )
  const checks = createActiveChecks({
    userAgent: `${serverName(version)} (healthcheck)`,
    resolver,
    clientOf: upstream => pairOf(upstream.client_certificate, configuration.snapshot().certificates),
  })
  const configuration = createConfiguration(lasting, log, (snapshot, last) => {
    if (together.probes && snapshot.balancers !== last.balancers) checks.follow(snapshot.balancers.values())
    if (snapshot.sets.get('targets') !== last.sets.get('targets')) targetTraffic.keep(snapshot.sets)
    const known = ['plugins', 'services'].every(one => snapshot.sets.get(one) === last.sets.get(one))
    if (!known) tell(snapshot.sets)
  })
  const forwarding: Forwarding = { version, pools, idleTimeouts, resolve, resolver, now, log }
  const onRequest = async (request: ClientRequest, response: ClientResponse) => {
    const exchange = newExchange(request, configuration.snapshot(), newRequestId(), now())
    traffic.begun()
    try {
      await serveRequest(exchange, response, forwarding)
    } catch (error) {
      // A client that leaves in the middle of its body is no mistake of ours.
      if (request.errored !== null && !request.complete) breakOff(response)
      else failed(error, response, log)
    }
    traffic.ended()
    targetTraffic.note(exchange)
  }
  /** Connections that are no longer the server's. */
  const upgraded = new Set<Duplex>()
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const forget = () => upgraded.delete(socket)
    // Nobody else looks after its errors now.
    const fail = () => socket.destroy()
    const takeBack = () => {
      forget()
      socket.off('close', forget).off('error', fail)
      listener.takeBack(socket)
    }
    if (!isWebSocket(request)) {
      socket.unshift(Buffer.concat([withoutUpgrade(request), head]))
      return takeBack()
    }
    upgraded.add(socket)
    socket.once('close', forget).on('error', fail)
    const exchange = newExchange(request, configuration.snapshot(), newRequestId(), now())
    serveUpgrade(exchange, { socket, begun: head, takeBack }, forwarding).catch(() => socket.destroy())
  }
  const certificates = createServerCertificates(() => configuration.snapshot(), log)
  const listener = createListener(
    {
      onConnection: traffic.connected,
      onRequest,
      onUpgrade,
      onTunnel: (request, socket) => refuseTunnel(request, socket, version),
      onMalformed: (error, socket) => refuseMalformed(error, socket, version),
    },
    {
      fallback: () => together.fallback ?? selfSigned('localhost', now()),
      pairsFor: certificates.pairsFor,
    },
    options.clientTimeouts,
  )

  return {
    configure: sets => {
      inForce = sets
      configuration.change(sets)
    },
    pluginEndpoints: handlers.flatMap(handler => handler.endpoints ?? []),
    healthOf,
    trafficOf: targetTraffic.of,
    setHealth: (upstreamId, targetId, address, healthy) =>
      configuration.snapshot().balancers.get(upstreamId)?.setHealth(targetId, address, healthy) ?? false,
    traffic: traffic.now,
    balancers: () => configuration.snapshot().balancers,
    targetTraffic: targetTraffic.all,
    accept: listener.accept,
    listen: listener.listen,
    listenTls: listener.listenTls,
    close: async (graceMs = 1000) => {
      configuration.close()
      checks.close()
      rings.close()
      await listener.close(graceMs)
      for (const socket of upgraded) socket.destroy()
      await pools.close()
      idleTimeouts.close()
      await Promise.all(handlers.map(handler => handler.close?.()))
    },
  }
}

/** A mistake of ours: the client gets a 500, the log what happened. */
function failed(error: unknown, response: ClientResponse, log: (line: string) => void): void {
  log(`proxy: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  if (response.headersSent) breakOff(response)
  else {
    sendHead(response, 500, reasonOf(500), [['Content-Type', 'application/json; charset=utf-8']])
    response.end('{"message":"An unexpected error occurred"}')
  }
}
