/**
 * Content of a state file that its manifests lack or change. The messages have only names of kinds and
 * objects.
 */
import { isRecord, type Values } from '../../entities/language/values.ts'
import { type Entities, inside } from '../merged-content.ts'
import type { Manifest } from './manifest.ts'

/** The name of the service that a route at the top of a file refers to. */
export const serviceOf = ({ service }: Values): unknown => (isRecord(service) ? service['name'] : service)

/** Entities without a name for a Kubernetes object; decK skips them, and we report them. */
export function nameless(content: Entities): string[] {
  const callers = { services: 'name', consumers: 'username', consumer_groups: 'name' }
  const own = Object.entries(callers).flatMap(([key, field]) =>
    (content[key] ?? []).flatMap((entity, index) =>
      entity[field] === undefined ? [`${key}[${index}] has no ${field}: it is left out`] : [],
    ),
  )
  const routes = (content['services'] ?? []).flatMap((service, index) =>
    inside(service, 'routes').flatMap((route, at) =>
      route['name'] === undefined ? [`services[${index}].routes[${at}] has no name: it is left out`] : [],
    ),
  )
  return [...own, ...routes]
}

/** @param converted the lists at the top that become manifests */
export function leftOut(content: Entities, converted: ReadonlySet<string>): string[] {
  const {
    services = [],
    routes = [],
    plugins = [],
    consumers = [],
    upstreams = [],
    certificates = [],
  } = content
  const names = new Set(services.map(({ name }) => name ?? null))
  const parts: [string, number][] = [
    ...Object.entries(content)
      .filter(([key]) => !converted.has(key))
      .map(([key, list]): [string, number] => [key, list.length]),
    [
      'routes without a service of the file',
      routes.filter(route => !names.has(serviceOf(route) ?? '')).length,
    ],
    ['targets of upstreams', countIn(upstreams, 'targets')],
    ['snis of certificates', countIn(certificates, 'snis')],
    ['groups of consumers (name the consumers in consumer_groups)', countIn(consumers, 'groups')],
  ]
  const missing = parts.filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`)
  const wider = plugins.filter(({ consumer, service, route }) => consumer && !service && !route).length
  return [
    ...(missing.length > 0 ? [`not in the manifests: ${missing.join(', ')}`] : []),
    ...(wider > 0
      ? [
          `${wider} plugins of consumers at the top of the file became KongClusterPlugins, which are for all requests; write them inside the consumer`,
        ]
      : []),
  ]
}

const countIn = (owners: readonly Values[], key: string): number =>
  owners.reduce((sum, owner) => sum + inside(owner, key).length, 0)

/** Of two objects with one name, `kubectl apply` keeps the second. */
export function repeatedNames(manifests: readonly Manifest[]): string[] {
  const counts = new Map<string, number>()
  for (const { kind, metadata } of manifests) {
    const key = `${kind} ${JSON.stringify(metadata.name)}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(([key, count]) => `${count} manifests are the ${key}: the last replaces the others in a cluster`)
}
