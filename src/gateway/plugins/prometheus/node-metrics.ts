/** Metrics of the node, computed per request: connections, memory, health of targets. */
import type { EntitySets } from '../../data-plane.ts'
import type { Surroundings } from '../../exchange/handler.ts'
import { createGauge, type Labels, type Metric } from './metrics.ts'

type Reading = readonly [Labels, number]

/** @param showsHealth whether the health of targets is included */
export function nodeMetrics(surroundings: Surroundings, showsHealth: () => boolean): Metric[] {
  const { version, node } = surroundings
  const isNew = version.major >= 3
  const ofNode: Labels = isNew ? [['node_id', node.id]] : []
  const gauge = (name: string, help: string, read: () => Reading[]) =>
    createGauge({ name: `kong_${name}`, help }, read)
  const shared = [
    gauge('datastore_reachable', 'Datastore reachable from Kong, 0 is unreachable', () => [[[], 1]]),
    gauge('memory_workers_lua_vms_bytes', 'Allocated bytes in worker Lua VM', () =>
      surroundings
        .processes()
        .map(({ pid, heapUsed }) => [[...ofNode, ['pid', pid], ['kong_subsystem', 'http']], heapUsed]),
    ),
    gauge('nginx_timers', 'Number of nginx timers', () => [
      [[['state', 'pending']], 0],
      [[['state', 'running']], 0],
    ]),
    gauge(
      'upstream_target_health',
      'Health status of targets of upstream. States = healthchecks_off|healthy|unhealthy|dns_error, value is 1 when state is populated.',
      () => (showsHealth() ? healthReadings(surroundings) : []),
    ),
  ]
  if (!isNew) {
    const help = 'Number of HTTP connections'
    return [
      ...shared,
      gauge('nginx_http_current_connections', help, () => connectionReadings(surroundings, [])),
    ]
  }
  const ofSubsystem: Labels = [...ofNode, ['subsystem', 'http']]
  return [
    ...shared,
    gauge('nginx_connections_total', 'Number of connections by subsystem', () =>
      connectionReadings(surroundings, ofSubsystem),
    ),
    gauge('nginx_requests_total', 'Number of requests total', () => [
      [ofSubsystem, surroundings.traffic().requests],
    ]),
    gauge('node_info', 'Kong Node metadata information', () => [[[...ofNode, ['version', version.text]], 1]]),
  ]
}

function connectionReadings({ traffic }: Surroundings, labels: Labels): Reading[] {
  const { accepted, active, requests, underWay } = traffic()
  const states = {
    accepted,
    handled: accepted,
    total: requests,
    active,
    reading: 0,
    writing: underWay,
    waiting: Math.max(0, active - underWay),
  }
  return Object.entries(states).map(([state, value]) => [[...labels, ['state', state]], value])
}

const states = ['healthchecks_off', 'healthy', 'unhealthy', 'dns_error'] as const

/** Each address of each target, once for each state: 1 where it is in that state. */
function healthReadings({ entities, healthOf }: Surroundings): Reading[] {
  const upstreams = entities().get('upstreams')?.values() ?? []
  return [...upstreams].flatMap(({ id, name }) =>
    [...(healthOf(id)?.targets.values() ?? [])].flatMap(({ host, port, addresses }) => {
      const places = addresses.map(one => [`${one.ip}:${one.port}`, one.health.toLowerCase()] as const)
      const known = places.length > 0 ? places : [['', 'dns_error'] as const]
      return known.flatMap(([address, health]) =>
        states.map((state): Reading => {
          const labels: Labels = [
            ['upstream', String(name)],
            ['target', `${host}:${port}`],
            ['address', address],
            ['state', state],
            ['subsystem', 'http'],
          ]
          return [labels, health === state ? 1 : 0]
        }),
      )
    }),
  )
}

/** Whether a configured plugin reports the health of targets; 2.8 always does. */
export const asksForHealth = (sets: EntitySets): boolean =>
  enabled(sets).some(
    ({ config }) => (config as { upstream_health_metrics?: unknown })?.upstream_health_metrics === true,
  )

export const isEnabled = (sets: EntitySets): boolean => enabled(sets).length > 0

const enabled = (sets: EntitySets) =>
  [...(sets.get('plugins')?.values() ?? [])].filter(
    plugin => plugin['name'] === 'prometheus' && plugin['enabled'] === true,
  )
