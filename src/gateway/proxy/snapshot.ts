/** One configuration, compiled for serving: never changed, swapped whole. What outlives it (peers, connections, counters) is handed in. */
import type { Entity, Version } from '../../entities/define.ts'
import type { RouterFlavor } from '../../entities/flavors.ts'
import type { Certificate } from '../../entities/kinds/certificate.ts'
import type { Consumer } from '../../entities/kinds/consumer.ts'
import type { Plugin } from '../../entities/kinds/plugin.ts'
import type { Route } from '../../entities/kinds/route.ts'
import type { Service } from '../../entities/kinds/service.ts'
import type { Sni } from '../../entities/kinds/sni.ts'
import type { Target } from '../../entities/kinds/target.ts'
import type { Upstream } from '../../entities/kinds/upstream.ts'
import { type Balancer, createBalancer } from '../balancer/balancer.ts'
import type { PeerStore } from '../balancer/peers.ts'
import type { EntitySets } from '../data-plane.ts'
import type { Handler } from '../plugins/define.ts'
import { type PluginPlans, planPlugins, type Works } from './plugin-plan.ts'
import { compileRouter, type Router } from './router.ts'

/** Entities found by a key of theirs, e.g. credentials by username. */
export interface Index<T> {
  /** Kong's name of the set: `keyauth_credentials`. */
  readonly schema: string
  readonly keyOf: (entity: T) => string | null
}

export interface Snapshot {
  readonly version: Version
  readonly router: Router
  readonly services: ReadonlyMap<string, Service>
  readonly consumers: ReadonlyMap<string, Consumer>
  /** By username. */
  readonly consumersByName: ReadonlyMap<string, Consumer>
  /** All entities with a key. */
  readonly find: <T>(index: Index<T>, key: string) => readonly T[]
  /** By the upstream's id, and by its name. */
  readonly balancers: ReadonlyMap<string, Balancer>
  readonly balancersByName: ReadonlyMap<string, Balancer>
  readonly plugins: PluginPlans
  /** @param name of an SNI, perhaps with a wildcard */
  readonly certificateOfSni: (name: string) => Certificate | undefined
}

export interface Lasting {
  readonly version: Version
  readonly routerFlavor: RouterFlavor
  readonly peers: PeerStore
  /** Highest priority first. */
  readonly handlers: readonly Handler[]
  readonly works: Works
  readonly find: FindIn
}

type FindIn = <T>(sets: EntitySets, index: Index<T>, key: string) => readonly T[]

const none: readonly never[] = []

/** Indexes are made when they are first asked for, and again only when their set has changed: it is another one then. */
export function createFind(): FindIn {
  const made = new WeakMap<Index<never>, { readonly of: unknown; readonly byKey: Map<string, unknown[]> }>()
  return <T>(sets: EntitySets, index: Index<T>, key: string) => {
    const set = sets.get(index.schema)
    if (set === undefined) return none
    let known = made.get(index as Index<never>)
    if (known?.of !== set) {
      known = { of: set, byKey: grouped([...set.values()] as (Entity & T)[], index.keyOf) }
      made.set(index as Index<never>, known)
    }
    return (known.byKey.get(key) as T[] | undefined) ?? none
  }
}

function grouped<T>(list: readonly T[], keyOf: (one: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of list) {
    const key = keyOf(one)
    if (key === null) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return groups
}

/** Entities come from the store, which keeps them as their definitions say: this is where they get their types. */
function rows<T>(sets: EntitySets, schema: string): T[] {
  return [...(sets.get(schema)?.values() ?? [])] as (Entity & T)[]
}

const snisByName: Index<Sni> = { schema: 'snis', keyOf: sni => sni.name }

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
    find: (index, key) => lasting.find(sets, index, key),
    balancers: new Map(balancers.map(one => [one.upstream.id, one])),
    balancersByName: new Map(balancers.map(one => [one.upstream.name, one])),
    certificateOfSni: name => {
      const [sni] = lasting.find(sets, snisByName, name)
      return sni && (sets.get('certificates')?.get(sni.certificate.id) as Certificate | undefined)
    },
    plugins: planPlugins(rows<Plugin>(sets, 'plugins'), lasting.handlers, lasting.works),
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
  const targets = grouped(rows<Target>(sets, 'targets'), target => target.upstream.id)
  return upstreams.map(upstream => {
    const newestFirst = (targets.get(upstream.id) ?? []).sort((a, b) => b.created_at - a.created_at)
    return createBalancer(upstream, peers.of(upstream.id, newestFirst).toReversed())
  })
}
