/**
 * `/upstreams/{upstreams}/health`: what the balancer knows of an upstream's targets, or of the upstream as a
 * whole.
 */
import type { Entity } from '../../../entities/language/define.ts'
import type { TargetHealth, UpstreamHealth } from '../../data-plane.ts'
import { type Admin, type Endpoint, notFound, ok, type Values } from '../endpoint.ts'
import { pageAnswer, pageByNumber } from '../lists.ts'
import { findEntity } from '../lookup.ts'
import { newestFirst } from './targets.ts'

export function upstreamHealthEndpoints(admin: Admin): Endpoint[] {
  const upstreams = admin.store.schemas.of('upstream')
  return [
    {
      path: '/upstreams/{upstreams}/health',
      handlers: {
        GET: request => {
          const upstream = findEntity(upstreams, request.params['upstreams'] ?? '', admin.store)
          if (upstream === undefined) return notFound
          const health = admin.dataPlane.healthOf(upstream.id)
          if (request.query['balancer_health'] === '1') {
            return ok({ ...wholeHealth(admin, upstream, health), next: null, node_id: admin.nodeId })
          }
          const page = pageByNumber(newestFirst(admin, upstream), request.query)
          const data = page.data.map(target => withHealth(target, health?.targets.get(target.id)))
          const path = `/upstreams/${request.rawParams['upstreams']}/health`
          return ok({ ...pageAnswer({ ...page, data }, path, ''), node_id: admin.nodeId })
        },
      },
    },
  ]
}

/** Lua knows no empty lists: an empty one is printed as an empty record. */
const luaList = (items: readonly unknown[]): unknown => (items.length === 0 ? {} : items)

/** IPv6 addresses are printed in brackets. */
const printedHost = (host: string): string =>
  host.includes(':') && !host.startsWith('[') ? `[${host}]` : host

/** The printed fields of one target, except for the health of its addresses. */
function hostData(known: TargetHealth): Values {
  const { health: _health, addresses: _addresses, ...data } = known
  return { ...data, host: printedHost(known.host) }
}

function withHealth(target: Entity, known: TargetHealth | undefined): Values {
  if (known === undefined) return target
  const addresses = known.addresses.map(one => ({ ...one, ip: printedHost(one.ip) }))
  const data = { ...hostData(known), addresses: luaList(addresses) }
  return { ...target, health: known.health, data }
}

function hostDetails(known: TargetHealth): Values {
  const addresses = known.addresses.map(({ health, ip, ...one }) => ({
    ...one,
    ip: printedHost(ip),
    healthy: health !== 'UNHEALTHY',
  }))
  return { ...hostData(known), addresses: luaList(addresses) }
}

function wholeHealth(admin: Admin, upstream: Entity, known: UpstreamHealth | undefined): Values {
  if (known === undefined) return {}
  const isOff = known.health === 'HEALTHCHECKS_OFF'
  const isNew = admin.store.schemas.version.major >= 3
  const isHealthy = isOff ? known.weight.available > 0 : known.health === 'HEALTHY'
  const hosts = newestFirst(admin, upstream)
    .toReversed()
    .flatMap(target => known.targets.get(target.id) ?? [])
    .map(host => hostDetails(host))
  const details = { healthy: isHealthy, hosts: luaList(hosts), weight: known.weight }
  return {
    data: {
      id: upstream.id,
      health: known.health,
      ...((isNew || !isOff) && { details }),
      ...(isNew && { balancer_health: isHealthy ? 'HEALTHY' : 'UNHEALTHY' }),
    },
  }
}
