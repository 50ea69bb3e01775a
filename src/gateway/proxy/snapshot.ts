/** One configuration, compiled for serving: never changed, swapped whole. What outlives it (peers, connections, counters) is handed in. */
import type { Entity, Version } from '../../entities/define.ts'
import type { RouterFlavor } from '../../entities/flavors.ts'
import type { Consumer } from '../../entities/kinds/consumer.ts'
import type { KeyauthCredential } from '../../entities/kinds/keyauth-credential.ts'
import type { Plugin } from '../../entities/kinds/plugin.ts'
import type { Route } from '../../entities/kinds/route.ts'
import type { Service } from '../../entities/kinds/service.ts'
import type { Target } from '../../entities/kinds/target.ts'
import type { Upstream } from '../../entities/kinds/upstream.ts'
import { type Balancer, createBalancer } from '../balancer/balancer.ts'
import type { PeerStore } from '../balancer/peers.ts'
import type { EntitySets } from '../data-plane.ts'
import type { ActivePlugin, Handler } from '../plugins/define.ts'
import { compileRouter, type Router } from './router.ts'

/** All configurations of one plugin, found by scope. */
export interface PluginSlot {
  readonly handler: Handler
  readonly byScope: ReadonlyMap<string, ActivePlugin>
}

export interface Snapshot {
  readonly version: Version
  readonly router: Router
  readonly services: ReadonlyMap<string, Service>
  readonly consumers: ReadonlyMap<string, Consumer>
  /** By username. */
  readonly consumersByName: ReadonlyMap<string, Consumer>
  /** By key. */
  readonly keys: ReadonlyMap<string, KeyauthCredential>
  /** By the upstream's id, and by its name. */
  readonly balancers: ReadonlyMap<string, Balancer>
  readonly balancersByName: ReadonlyMap<string, Balancer>
  /** Highest priority first. */
  readonly plugins: readonly PluginSlot[]
}

export interface Lasting {
  readonly version: Version
  readonly routerFlavor: RouterFlavor
  readonly peers: PeerStore
  /** Highest priority first. */
  readonly handlers: readonly Handler[]
}

/** Entities come from the store, which keeps them as their definitions say: this is where they get their types. */
function rows<T>(sets: EntitySets, schema: string): T[] {
  return [...(sets.get(schema)?.values() ?? [])] as (Entity & T)[]
}

export function compileSnapshot(sets: EntitySets, lasting: Lasting): Snapshot {
  const consumers = rows<Consumer>(sets, 'consumers')
  const balancers = compileBalancers(sets, lasting.peers)
  return {
    version: lasting.version,
    router: compileRouter(enabledRoutes(sets).map(withoutV1(lasting)), lasting.version, lasting.routerFlavor),
    services: byId(rows<Service>(sets, 'services')),
    consumers: byId(consumers),
    consumersByName: new Map(
      consumers.flatMap(one => (one.username === null ? [] : [[one.username, one] as const])),
    ),
    keys: new Map(rows<KeyauthCredential>(sets, 'keyauth_credentials').map(one => [one.key, one])),
    balancers: new Map(balancers.map(one => [one.upstream.id, one])),
    balancersByName: new Map(balancers.map(one => [one.upstream.name, one])),
    plugins: compilePlugins(rows<Plugin>(sets, 'plugins'), lasting.handlers),
  }
}

const byId = <T extends { readonly id: string }>(list: readonly T[]): Map<string, T> =>
  new Map(list.map(one => [one.id, one]))

/** Routes of a disabled service are not there at all. */
function enabledRoutes(sets: EntitySets): Route[] {
  const services = sets.get('services')
  return rows<Route>(sets, 'routes').filter(({ service }) => {
    return service === null || services?.get(service.id)?.['enabled'] !== false
  })
}

/** Of 3.x's routers only the traditional one does what `path_handling: v1` asks; the others take it and ignore it. */
function withoutV1({ version, routerFlavor }: Lasting): (route: Route) => Route {
  const known = version.major < 3 || routerFlavor === 'traditional'
  return route => (known || route.path_handling !== 'v1' ? route : { ...route, path_handling: 'v0' })
}

function compileBalancers(sets: EntitySets, peers: PeerStore): Balancer[] {
  const upstreams = rows<Upstream>(sets, 'upstreams')
  peers.keep(new Set(upstreams.map(upstream => upstream.id)))
  const targets = groupByUpstream(rows<Target>(sets, 'targets'))
  return upstreams.map(upstream => {
    const newestFirst = (targets.get(upstream.id) ?? []).sort((a, b) => b.created_at - a.created_at)
    return createBalancer(upstream, peers.of(upstream.id, newestFirst).toReversed())
  })
}

function groupByUpstream(targets: readonly Target[]): Map<string, Target[]> {
  const groups = new Map<string, Target[]>()
  for (const target of targets) {
    const group = groups.get(target.upstream.id)
    if (group === undefined) groups.set(target.upstream.id, [target])
    else group.push(target)
  }
  return groups
}

export const scopeKey = (
  routeId: string | null,
  serviceId: string | null,
  consumerId: string | null,
): string => `${routeId ?? ''}|${serviceId ?? ''}|${consumerId ?? ''}`

function compilePlugins(plugins: readonly Plugin[], handlers: readonly Handler[]): PluginSlot[] {
  return handlers.flatMap(handler => {
    const own = plugins.filter(plugin => plugin.name === handler.name && plugin.enabled)
    if (own.length === 0) return []
    const active = own.map(plugin => ({
      id: plugin.id,
      name: plugin.name,
      config: plugin.config ?? {},
      routeId: plugin.route?.id ?? null,
      serviceId: plugin.service?.id ?? null,
      consumerId: plugin.consumer?.id ?? null,
    }))
    const byScope = new Map(active.map(one => [scopeKey(one.routeId, one.serviceId, one.consumerId), one]))
    return [{ handler, byScope }]
  })
}
