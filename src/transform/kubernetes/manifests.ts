/**
 * State files as manifests for Kong's Ingress Controller, as decK 1.65 writes them (`deck file kong2kic`):
 * sorted by kind, and within a kind in the order of the files.
 */
import type { Values } from '../../entities/language/values.ts'
import { type Entities, inside } from '../merged-content.ts'
import { consumerManifests, groupManifests } from './consumers.ts'
import type { Manifest, Target } from './manifest.ts'
import { clusterPlugin } from './plugins.ts'
import { leftOut, nameless, repeatedNames, serviceOf } from './remarks.ts'
import { routeManifests } from './routes.ts'
import { authoritySecret, certificateSecret } from './secrets.ts'
import { serviceManifests } from './services.ts'

const order = [
  ...['KongIngress', 'KongPlugin', 'KongClusterPlugin', 'Ingress', 'HTTPRoute', 'KongUpstreamPolicy'],
  ...['Service', 'Secret', 'KongConsumer', 'KongConsumerGroup'],
]

/** @returns the manifests, and what of the files is not in them, or not as it was */
export function toManifests(
  content: Entities,
  target: Target,
): { manifests: Manifest[]; warnings: readonly string[] } {
  const converted = new Set(['routes'])
  const list = (key: string): readonly Values[] => {
    converted.add(key)
    return content[key] ?? []
  }
  const services = withTopLevel(list('services'), content)
  const routes = services.flatMap(service => inside(service, 'routes').map(route => ({ service, route })))
  const manifests = [
    ...named(services, 'name').flatMap(([service, name]) =>
      serviceManifests(service, name, list('upstreams'), target),
    ),
    ...routes.flatMap(({ service, route }) => {
      const names = [service['name'], route['name']]
      return areTexts(names) ? routeManifests({ service, route, names }, target) : []
    }),
    ...list('plugins')
      .filter(isForAll)
      .map(plugin => clusterPlugin(plugin, target)),
    ...named(list('consumers'), 'username').flatMap(([consumer, name]) =>
      consumerManifests(consumer, name, list('consumer_groups'), target),
    ),
    ...named(list('consumer_groups'), 'name').flatMap(([group, name]) => groupManifests(group, name, target)),
    ...list('ca_certificates').map(authority => authoritySecret(authority, target)),
    ...list('certificates').map(certificate => certificateSecret(certificate, target)),
  ]
  return {
    manifests: order.flatMap(kind => manifests.filter(manifest => manifest.kind === kind)),
    warnings: [...nameless(content), ...leftOut(content, converted), ...repeatedNames(manifests)],
  }
}

function named(entities: readonly Values[], field: string): [Values, string][] {
  return entities.flatMap(entity => {
    const { [field]: name } = entity
    return typeof name === 'string' ? [[entity, name] as [Values, string]] : []
  })
}

const areTexts = (names: readonly unknown[]): names is [string, string] =>
  names.every(name => typeof name === 'string')

/** decK 1.65 takes a consumer's plugin at the top of a file for one of all requests. */
const isForAll = ({ service, route, consumer_group }: Values): boolean =>
  [service, route, consumer_group].every(owner => owner === undefined)

/** Routes and plugins at the top of a file, put into the first service, or the routes, that they name. */
function withTopLevel(services: readonly Values[], { routes = [], plugins = [] }: Entities): Values[] {
  const ofService = grouped(plugins, plugin => plugin['service'])
  const ofRoute = grouped(plugins, plugin => (plugin['service'] === undefined ? plugin['route'] : undefined))
  const routesOf = grouped(routes, serviceOf)
  const taken = new Set<unknown>()
  return services.map(service => {
    const { name } = service
    const added = taken.has(name) ? undefined : name
    taken.add(name)
    const all = [...inside(service, 'routes'), ...(routesOf.get(added) ?? [])]
    return {
      ...service,
      routes: all.map(route => withPlugins(route, ofRoute.get(route['name']))),
      plugins: withPlugins(service, ofService.get(added)).plugins,
    }
  })
}

const withPlugins = (entity: Values, added: readonly Values[] = []): Values & { plugins: Values[] } => ({
  ...entity,
  plugins: [...inside(entity, 'plugins'), ...added],
})

/** By the name that each gives; what gives none is in no group. */
function grouped(entities: readonly Values[], nameIn: (entity: Values) => unknown): Map<unknown, Values[]> {
  const groups = new Map<unknown, Values[]>()
  for (const entity of entities) {
    const name = nameIn(entity)
    if (name === undefined) continue
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [entity])
    else group.push(entity)
  }
  return groups
}
