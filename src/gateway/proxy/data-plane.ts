/**
 * The proxy, put together: a listener, the snapshot it serves, and what outlives snapshots (peers,
 * connections, health checks, plugins' memory).
 */
import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { hostname } from 'node:os'
import { stockFlavor } from '../../entities/expressions/router-flavors.ts'
import type { Balancer } from '../balancer/balancer.ts'
import { createRings, type Rings } from '../balancer/rings.ts'
import type { DataPlane, DataPlaneOptions, ProxyProcess, TargetTraffic, Together } from '../data-plane.ts'
import { createResolver, type Resolver } from '../dns/resolver.ts'
import type { Handler, Surroundings } from '../exchange/handler.ts'
import { serverName } from '../exchange/headers.ts'
import { countTraffic } from '../exchange/traffic.ts'
import { type ActiveChecks, createActiveChecks } from '../health/active.ts'
import { ownHealth } from '../health/keeper.ts'
import { type Certificates, createListener } from '../listener/listener.ts'
import { createHandlers, type MakeHandler, withoutSending } from '../plugins/handlers.ts'
import { createRouterCompiler } from '../router/router.ts'
import { alone } from '../sharing.ts'
import { selfSigned } from '../tls/self-signed.ts'
import { createServerCertificates } from '../tls/server-certificates.ts'
import { pairOf } from '../tls/upstream-tls.ts'
import { createIdleTimeouts } from '../upstream/idle-timeouts.ts'
import { createPools } from '../upstream/pools.ts'
import { createClientEvents } from './client-events.ts'
import { createConfiguration } from './configuration.ts'
import { createFind } from './entity-index.ts'
import { logNotRun } from './not-run.ts'
import type { Lasting, Snapshot } from './snapshot.ts'
import { countTargetTraffic, type TargetTrafficCount } from './target-traffic.ts'

/** A data plane, with the methods that other processes call. */
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
  const { version, resolve, log, together = byItself } = options
  const now = options.now ?? Date.now
  const traffic = countTraffic()
  const targetTraffic = countTargetTraffic()
  const pools = createPools()
  const idleTimeouts = createIdleTimeouts()
  const resolver = resolverOf(options)
  const rings = createRings(resolve, resolver, together.health)
  const snapshot = () => configuration.snapshot()
  const healthOf = (upstreamId: string) => snapshot().balancers.get(upstreamId)?.health()
  const entities = () => configuration.sets()
  const handlers = handlersOf(options, { now, traffic: traffic.now, entities, healthOf }, others)
  const checks = createActiveChecks({
    userAgent: `${serverName(version)} (healthcheck)`,
    resolver,
    clientOf: upstream => pairOf(upstream.client_certificate, snapshot().certificates),
  })
  const lasting = lastingOf(options, rings, handlers)
  const configuration = createConfiguration(lasting, log, follow(options, handlers, checks, targetTraffic))
  const clients = createClientEvents({
    snapshot,
    forwarding: { version, pools, idleTimeouts, resolve, resolver, now, log },
    traffic,
    targetTraffic,
    takeBack: socket => listener.takeBack(socket),
  })
  const listener = createListener(clients, certificatesOf(options, snapshot), options.clientTimeouts)

  return {
    configure: configuration.change,
    pluginEndpoints: handlers.flatMap(handler => handler.endpoints ?? []),
    healthOf,
    trafficOf: targetTraffic.of,
    setHealth: (upstreamId, targetId, address, healthy) =>
      snapshot().balancers.get(upstreamId)?.setHealth(targetId, address, healthy) ?? false,
    traffic: traffic.now,
    balancers: () => snapshot().balancers,
    targetTraffic: targetTraffic.all,
    accept: listener.accept,
    listen: listener.listen,
    listenTls: listener.listenTls,
    close: async (graceMs = 1000) => {
      for (const part of [configuration, checks, rings]) part.close()
      await listener.close(graceMs)
      clients.close()
      await pools.close()
      idleTimeouts.close()
      await Promise.all(handlers.map(handler => handler.close?.()))
    },
  }
}

const resolverOf = ({ nameServers, version }: DataPlaneOptions): Resolver =>
  createResolver({
    ...(nameServers !== undefined && { servers: nameServers }),
    staleTtl: version.major < 3 ? 4 : 3600,
  })

/** The parts of the proxy that plugins see, beside the options. */
type Inside = Pick<Surroundings, 'now' | 'traffic' | 'entities' | 'healthOf'>

/** Highest priority first. */
function handlersOf(
  options: DataPlaneOptions,
  inside: Inside,
  others: readonly MakeHandler[],
): readonly Handler[] {
  const { version, log, records, together = byItself } = options
  const handlers = createHandlers(
    {
      ...inside,
      version,
      log,
      node: options.node ?? { id: randomUUID(), hostname: hostname() },
      traffic: together.traffic ?? inside.traffic,
      processes: together.processes ?? thisProcess,
      records,
      share: together.share,
    },
    others,
  )
  return options.sendsLogs === false ? handlers.map(withoutSending) : handlers
}

/** State that outlives snapshots and is used to compile each of them. */
const lastingOf = (options: DataPlaneOptions, rings: Rings, handlers: readonly Handler[]): Lasting => ({
  version: options.version,
  compileRouter: createRouterCompiler(options.version, options.routerFlavor ?? stockFlavor),
  rings,
  health: (options.together ?? byItself).health,
  handlers,
  works: new WeakMap(),
  find: createFind(),
})

/** Actions after each new configuration: health checks, counters of targets, and warnings in the log. */
function follow(
  { log, together = byItself }: DataPlaneOptions,
  handlers: readonly Handler[],
  checks: ActiveChecks,
  targetTraffic: TargetTrafficCount,
): (snapshot: Snapshot, last: Snapshot) => void {
  const names = handlers.map(handler => handler.name)
  const warn = logNotRun(names, log)
  return ({ balancers, sets }, last) => {
    if (together.probes && balancers !== last.balancers) checks.follow(balancers.values())
    if (sets.get('targets') !== last.sets.get('targets')) targetTraffic.keep(sets)
    const isKnown = ['plugins', 'services'].every(set => sets.get(set) === last.sets.get(set))
    if (!isKnown) warn(sets)
  }
}

const certificatesOf = (options: DataPlaneOptions, snapshot: () => Snapshot): Certificates => ({
  fallback: () => options.together?.fallback ?? selfSigned('localhost', options.now?.() ?? Date.now()),
  pairsFor: createServerCertificates(snapshot, options.log).pairsFor,
})
