/**
 * `deck file route`: which route, service, plugins and targets a request meets, decided by the gateway's own
 * router and plugin plan on plain entities, with no server. Few commands need it: import it where it is used.
 */
import type { RouterFlavor } from '../entities/expressions/router-flavors.ts'
import type { Plugin } from '../entities/kinds/plugin.ts'
import type { ExpressionRoute, Route } from '../entities/kinds/route.ts'
import type { Service } from '../entities/kinds/service.ts'
import type { Target } from '../entities/kinds/target.ts'
import type { Upstream } from '../entities/kinds/upstream.ts'
import type { Version } from '../entities/language/define.ts'
import type { EntitySets } from '../gateway/data-plane.ts'
import { upstreamPath } from '../gateway/exchange/paths.ts'
import { createRouterCompiler, type Match, type RouterRequest } from '../gateway/router/router.ts'
import { type RequestText, readRequest } from './checked-request.ts'
import { type IsSecret, type Reason, unmetConditions } from './conditions.ts'
import { type MetPlugin, pluginsMet } from './plugins-met.ts'
import { whyFirst } from './precedence.ts'

/** For the rules of `lint --recommended`, which use the router and the plugin plan as well. */
export { unreachedRoutes } from './dead-routes.ts'
export { authenticates, pluginNames } from './plugins-met.ts'

export interface RouteCheck {
  readonly request: RouterRequest
  readonly found: RouteMatch | undefined
  /** The nearest first, at most three. */
  readonly others: readonly OtherRoute[]
}

export interface RouteMatch {
  readonly route: Route
  /** What of the path the route matched: the prefix, or the regular expression's match. */
  readonly matchedPath: string
  /** Kong answers by itself: a route for https alone, reached by http. */
  readonly httpsOnly: number | undefined
  readonly service: Service | undefined
  readonly plugins: readonly MetPlugin[]
  readonly disabledPlugins: readonly Plugin[]
  readonly destination: Destination | undefined
}

export interface Destination {
  readonly path: string
  /** The Host header that the upstream gets; undefined where it is the target's own name. */
  readonly host: string | undefined
  readonly upstream: Upstream | undefined
  readonly targets: readonly WeightedTarget[]
}

export interface WeightedTarget {
  readonly target: Target
  /** Of all requests, between 0 and 1. */
  readonly share: number
}

export interface OtherRoute {
  readonly route: Route
  /** Empty for a route that matches as well and comes later. */
  readonly reasons: readonly Reason[]
  /** If this route matches as well: the reason why the other one comes first. */
  readonly later?: { readonly why: string; readonly isTie: boolean }
}

export interface RouteCheckOptions {
  readonly version: Version
  readonly flavor: RouterFlavor
  /** The consumer that the request is from, where it is known. */
  readonly consumerId?: string | undefined
  /** Values that must not be shown, by the entity's id and the path in it. */
  readonly isSecret: IsSecret
}

const most = 3

/** @throws UsageError for a request that no client can send */
export function checkRoute(sets: EntitySets, text: RequestText, options: RouteCheckOptions): RouteCheck {
  const request = readRequest(text)
  const routes = setOf<ExpressionRoute>(sets, 'routes')
  const services = setOf<Service>(sets, 'services')
  const isServed = ({ service }: Route) => service === null || services.get(service.id)?.enabled !== false
  const compile = createRouterCompiler(options.version, options.flavor)
  const match = compile(routes, isServed)(request)
  const others = [...routes.values()]
    .filter(({ id }) => id !== match?.route.id)
    .map(route => otherRoute(route, match, isServed(route)))
  return {
    request,
    found: match && foundRoute(match, request, sets, options),
    others: others.sort((a, b) => compareNearness(nearness(a, request), nearness(b, request))).slice(0, most),
  }

  function otherRoute(route: ExpressionRoute, found: Match | undefined, served: boolean): OtherRoute {
    const reasons = unmetConditions(route, request, compile, options.isSecret)
    if (!served)
      return { route, reasons: [...reasons, { condition: 'service', message: 'its service is disabled' }] }
    if (reasons.length > 0 || found === undefined) return { route, reasons }
    return { route, reasons, later: whyFirst(found.route, route, request, options.version) }
  }
}

/**
 * The fewer conditions are unmet the nearer; then by how much of the path is the same, then by how many
 * conditions are met.
 */
function nearness({ route, reasons }: OtherRoute, { path }: RouterRequest): readonly number[] {
  const fits = reasons.every(({ condition }) => condition !== 'path')
  const lengths = (route.paths ?? []).map(one => commonLength(one.replace(/^~/, ''), path))
  const { paths, hosts, methods, headers } = route
  const conditions = [paths, hosts, methods, Object.keys(headers ?? {})].filter(one => one?.length)
  return [-reasons.length, fits ? path.length : Math.max(0, ...lengths), conditions.length]
}

function compareNearness(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((one, index) => one !== b[index])
  return at === -1 ? 0 : (b[at] ?? 0) - (a[at] ?? 0)
}

function commonLength(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length += 1
  return length
}

export const setOf = <T>(sets: EntitySets, schema: string): ReadonlyMap<string, T> =>
  (sets.get(schema) ?? new Map()) as unknown as ReadonlyMap<string, T>

function foundRoute(
  { route, matched }: Match,
  request: RouterRequest,
  sets: EntitySets,
  { version, consumerId }: RouteCheckOptions,
): RouteMatch {
  const service = route.service === null ? undefined : setOf<Service>(sets, 'services').get(route.service.id)
  const plugins = [...setOf<Plugin>(sets, 'plugins').values()]
  const isHttpsOnly = route.protocols.includes('https') && !route.protocols.includes('http')
  return {
    route,
    matchedPath: matched,
    httpsOnly:
      isHttpsOnly && request.connection.protocol === 'http' ? route.https_redirect_status_code : undefined,
    service,
    plugins: pluginsMet(plugins, route, version, consumerId),
    disabledPlugins: plugins.filter(plugin => !plugin.enabled && isAbout(plugin, route)),
    destination: service && destinationOf(route, service, matched, request, sets),
  }
}

const isAbout = ({ route, service }: Plugin, about: Route): boolean =>
  (route === null || route.id === about.id) && (service === null || service.id === about.service?.id)

function destinationOf(
  route: Route,
  service: Service,
  matched: string,
  request: RouterRequest,
  sets: EntitySets,
): Destination {
  const upstream = [...setOf<Upstream>(sets, 'upstreams').values()].find(({ name }) => name === service.host)
  // Without a prefix nothing is stripped.
  const stripped = route.strip_path && matched.length > 1 ? matched : ''
  const path = upstreamPath(request.path, stripped, { ...route, strip_path: stripped !== '' }, service.path)
  const query = request.query === undefined ? '' : `?${request.query}`
  const [port, usual] = [service.port, service.protocol === 'https' ? 443 : 80]
  const own = `${service.host}${port === usual ? '' : `:${port}`}`
  return {
    path: `${path}${query}`,
    host: route.preserve_host
      ? request.host
      : upstream === undefined
        ? own
        : (upstream.host_header ?? undefined),
    upstream,
    targets: upstream === undefined ? [] : weighted(upstream, sets),
  }
}

function weighted(upstream: Upstream, sets: EntitySets): WeightedTarget[] {
  const targets = [...setOf<Target>(sets, 'targets').values()].filter(
    target => target.upstream.id === upstream.id,
  )
  const total = targets.reduce((sum, { weight }) => sum + (weight ?? 100), 0)
  return targets.map(target => ({ target, share: total === 0 ? 0 : (target.weight ?? 100) / total }))
}
