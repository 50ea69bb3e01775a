/** Routes as HTTPRoutes of the Gateway API, or as Ingresses; with their plugins. */
import { isRecord, type Values } from '../../entities/language/values.ts'
import { inside } from '../merged-content.ts'
import {
  annotation,
  annotationsOf,
  attachPlugin,
  ifFilled,
  kongGroup,
  type Manifest,
  type Target,
} from './manifest.ts'
import { kongPlugin, kongPluginOfHttpRoute } from './plugins.ts'

/** Fields that both kinds express by annotations of the same names. */
const annotated = [
  ...['preserve_host', 'strip_path', 'https_redirect_status_code', 'regex_priority', 'path_handling'],
  ...['tags', 'snis', 'request_buffering', 'response_buffering'],
]

/** A route with a name, in a service with a name. */
export interface NamedRoute {
  readonly route: Values
  readonly service: Values
  /** The names of the service and of the route. */
  readonly names: readonly [string, string]
}

export const routeManifests = (named: NamedRoute, target: Target): Manifest[] =>
  target.api === 'gateway' ? httpRoute(named, target) : ingress(named, target)

function ingress({ route, service, names }: NamedRoute, target: Target): Manifest[] {
  const annotations = {
    ...annotationsOf(route, [...annotated, 'protocols', 'methods']),
    ...headerAnnotations(route),
  }
  const plugins = inside(route, 'plugins').map(plugin => kongPlugin(plugin, names, target))
  for (const { metadata } of plugins) attachPlugin(annotations, metadata.name)
  const { port } = service
  const backend = { service: { name: names[0], port: { number: port === 0 ? undefined : port } } }
  const paths = textsOf(route, 'paths').map(path => ({
    path: ifFilled(path.startsWith('~') ? `/${path}` : path),
    pathType: 'ImplementationSpecific',
    backend,
  }))
  const hosts = textsOf(route, 'hosts')
  const rules = (hosts.length === 0 ? [''] : hosts).map(host => ({ host: ifFilled(host), http: { paths } }))
  const own = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: target.nameOf(names.join('-')), annotations },
    spec: { ingressClassName: target.className, rules },
  }
  return [...plugins, own]
}

const headerAnnotations = (route: Values): Record<string, string> =>
  Object.fromEntries(
    headersOf(route).map(([name, values]) => [`${annotation('headers')}.${name}`, values.join(',')]),
  )

function headersOf({ headers }: Values): [name: string, values: string[]][] {
  if (!isRecord(headers)) return []
  const names = Object.keys(headers).sort((a, b) => (a < b ? -1 : 1))
  return names.map(name => [name, textsOf(headers, name)])
}

const textsOf = (record: Values, name: string): string[] => {
  const value = record[name]
  return Array.isArray(value) ? value.map(String) : []
}

function httpRoute({ route, service, names }: NamedRoute, target: Target): Manifest[] {
  const plugins = inside(route, 'plugins').map(plugin => kongPluginOfHttpRoute(plugin, names, target))
  const filters = plugins.map(({ kind, metadata: { name } }) => ({
    type: 'ExtensionRef',
    extensionRef: { group: kongGroup, kind, name },
  }))
  const backendRefs = [{ name: names[0], port: service['port'] }]
  const rules = matchesOf(route).map(match => ({
    matches: [match],
    ...(filters.length > 0 && { filters }),
    backendRefs,
  }))
  const hostnames = textsOf(route, 'hosts')
  const own = {
    apiVersion: `gateway.networking.k8s.io/${target.version === '3' ? 'v1' : 'v1beta1'}`,
    kind: 'HTTPRoute',
    metadata: { name: target.nameOf(names.join('-')), annotations: annotationsOf(route, annotated) },
    spec: {
      parentRefs: [{ name: target.className }],
      ...(hostnames.length > 0 && { hostnames }),
      ...(rules.length > 0 && { rules }),
    },
  }
  return [...plugins, own]
}

/** One match for each path and method; a route without either has none (decK 1.65). */
function matchesOf(route: Values): Values[] {
  const headers = headerMatches(route)
  const rest = headers.length > 0 ? { headers } : {}
  const methods = textsOf(route, 'methods').map(method => ({ method }))
  if (route['paths'] === undefined) return methods.map(method => ({ ...method, ...rest }))
  const choices = route['methods'] === undefined ? [{}] : methods
  return textsOf(route, 'paths').flatMap(path =>
    choices.map(method => ({ path: pathMatch(path), ...method, ...rest })),
  )
}

const pathMatch = (path: string): Values =>
  path.startsWith('~')
    ? { type: 'RegularExpression', value: path.slice(1) }
    : { type: 'PathPrefix', value: path }

const headerMatches = (route: Values): Values[] =>
  headersOf(route).map(([name, values]) => {
    const [first = ''] = values
    return values.length === 1 && first.startsWith('~*')
      ? { type: 'RegularExpression', name, value: first.slice(2) }
      : { type: 'Exact', name, value: values.join(',') }
  })
