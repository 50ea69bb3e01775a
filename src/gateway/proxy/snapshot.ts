/**
 * One configuration, compiled for serving: never changed, swapped whole. What outlives it (peers,
 * connections, counters) is handed in.
 */

import type { Certificate } from '../../entities/kinds/certificate.ts'
import type { Plugin } from '../../entities/kinds/plugin.ts'
import type { Service } from '../../entities/kinds/service.ts'
import type { Sni } from '../../entities/kinds/sni.ts'
import type { Target } from '../../entities/kinds/target.ts'
import type { Upstream } from '../../entities/kinds/upstream.ts'
import type { Version } from '../../entities/language/define.ts'
import { type Balancer, createBalancer } from '../balancer/balancer.ts'
import type { Rings } from '../balancer/rings.ts'
import type { EntitySets } from '../data-plane.ts'
import type { Index } from '../exchange/configuration-view.ts'
import type { Handler } from '../exchange/handler.ts'
import type { HealthKeeper } from '../health/keeper.ts'
import type { CompileRouter, Match, RouterRequest, Routes } from '../router/router.ts'
import { createUpstreamTls } from '../tls/upstream-tls.ts'
import type { UpstreamView } from '../upstream/forwarded-exchange.ts'
import { type FindIn, grouped } from './entity-index.ts'
import { type PluginPlans, planPlugins, type Works } from './plugin-plan.ts'

/** `sets`: what it was made from. */
export interface Snapshot extends UpstreamView {
  readonly router: (request: RouterRequest) => Match | undefined
  readonly services: ReadonlyMap<string, Service>
  /** By the upstream's id. */
  readonly balancers: ReadonlyMap<string, Balancer>
  readonly plugins: PluginPlans
  readonly certificates: ReadonlyMap<string, Certificate>
  /** @param name of an SNI, perhaps with a wildcard */
  readonly certificateOfSni: (name: string) => Certificate | undefined
}

export interface Lasting {
  readonly version: Version
  readonly compileRouter: CompileRouter
  readonly rings: Rings
  readonly health: HealthKeeper
  /** Highest priority first. */
  readonly handlers: readonly Handler[]
  readonly works: Works
  readonly find: FindIn
}

const snisByName: Index<Sni> = { schema: 'snis', keyOf: sni => sni.name }

/** @param last what was in force before: what did not change is taken over */
export function compileSnapshot(sets: EntitySets, lasting: Lasting, last?: Snapshot): Snapshot {
  const services = setOf<Service>(sets, 'services')
  const certificates = setOf<Certificate>(sets, 'certificates')
  return {
    sets,
    version: lasting.version,
    router: compileRoutes(setOf(sets, 'routes'), services, lasting),
    services,
    consumers: setOf(sets, 'consumers'),
    find: (index, key) => lasting.find(sets, index, key),
    ...balancersOf(sets, lasting, last),
    certificates,
    tlsOf: createUpstreamTls({ certificates, authorities: setOf(sets, 'ca_certificates') }),
    certificateOfSni: name => {
      const [sni] = lasting.find(sets, snisByName, name)
      return sni && certificates.get(sni.certificate.id)
    },
    plugins: pluginsOf(sets, lasting, last),
  }
}

/** The store holds entities by their definitions; here they get their types. */
const setOf = <T>(sets: EntitySets, schema: string): ReadonlyMap<string, T> =>
  (sets.get(schema) ?? empty) as unknown as ReadonlyMap<string, T>

const empty: ReadonlyMap<string, never> = new Map<string, never>()

const isSame = (last: Snapshot | undefined, sets: EntitySets, ...schemas: string[]): last is Snapshot =>
  last !== undefined && schemas.every(schema => setOf(last.sets, schema) === setOf(sets, schema))

/** Routes of a disabled service are not there at all. */
function compileRoutes(
  routes: Routes,
  services: ReadonlyMap<string, Service>,
  { compileRouter }: Lasting,
): Snapshot['router'] {
  return compileRouter(
    routes,
    ({ service }) => service === null || services.get(service.id)?.enabled !== false,
  )
}

function pluginsOf(sets: EntitySets, { handlers, works }: Lasting, last: Snapshot | undefined): PluginPlans {
  return isSame(last, sets, 'plugins')
    ? last.plugins
    : planPlugins([...setOf<Plugin>(sets, 'plugins').values()], handlers, works)
}

function balancersOf(
  sets: EntitySets,
  lasting: Lasting,
  last: Snapshot | undefined,
): Pick<Snapshot, 'balancers' | 'balancersByName'> {
  if (isSame(last, sets, 'upstreams', 'targets')) {
    return { balancers: last.balancers, balancersByName: last.balancersByName }
  }
  const balancers = compileBalancers(sets, lasting)
  return {
    balancers: new Map(balancers.map(one => [one.upstream.id, one])),
    balancersByName: new Map(balancers.map(one => [one.upstream.name, one])),
  }
}

function compileBalancers(sets: EntitySets, { rings, health }: Lasting): Balancer[] {
  const upstreams = [...setOf<Upstream>(sets, 'upstreams').values()]
  rings.keep(new Set(upstreams.map(upstream => upstream.id)))
  const targets = grouped([...setOf<Target>(sets, 'targets').values()], target => target.upstream.id)
  return upstreams.map(upstream => {
    const newestFirst = (targets.get(upstream.id) ?? []).sort((a, b) => b.created_at - a.created_at)
    return createBalancer(upstream, rings.of(upstream, newestFirst), health)
  })
}
