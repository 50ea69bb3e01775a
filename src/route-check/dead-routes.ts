/**
 * Routes that no request reaches, and routes of which ids decide. For each route requests are made that meet
 * its conditions and as little else as possible; where another route takes all of them, the router never
 * finds this one.
 */
import type { RouterFlavor } from '../entities/expressions/router-flavors.ts'
import type { ExpressionRoute, Route } from '../entities/kinds/route.ts'
import type { Service } from '../entities/kinds/service.ts'
import type { Version } from '../entities/language/define.ts'
import type { EntitySets } from '../gateway/data-plane.ts'
import { readPath } from '../gateway/exchange/paths.ts'
import { isForHttp } from '../gateway/router/http-routes.ts'
import { regexOf } from '../gateway/router/regex-paths.ts'
import { type Connection, createRouterCompiler, type RouterRequest } from '../gateway/router/router.ts'
import { createTieTest } from './precedence.ts'

export interface UnreachedRoute {
  readonly route: Route
  /**
   * `duplicate`: another route has the same conditions; `dead`: others take all its requests; `ambiguous`:
   * another route is equal to Kong, so that ids decide.
   */
  readonly because: 'duplicate' | 'dead' | 'ambiguous'
  readonly by: readonly Route[]
}

/** @param givesId whether the file says the id of a route */
export function unreachedRoutes(
  sets: EntitySets,
  { version, flavor }: { readonly version: Version; readonly flavor: RouterFlavor },
  givesId: (id: string) => boolean,
): UnreachedRoute[] {
  const takerOf = takers(servedRoutes(sets), { version, flavor }, givesId)
  const firstWith = new Map<string, Route>()
  return servedRoutes(sets).flatMap((route): UnreachedRoute[] => {
    const key = conditionsOf(route)
    const first = firstWith.get(key)
    if (first !== undefined) return [{ route, because: 'duplicate', by: [first] }]
    firstWith.set(key, route)
    const taken = takenFrom(route, requestsFor(route, version), takerOf)
    const by = [...new Set(taken.map(one => one.route))]
    // A duplicate of this route is reported there.
    if (by.length === 0 || by.some(one => conditionsOf(one) === key)) return []
    return [{ route, because: taken.some(({ isTied }) => isTied) ? 'ambiguous' : 'dead', by }]
  })
}

function servedRoutes(sets: EntitySets): ExpressionRoute[] {
  const routes = (sets.get('routes') ?? new Map()) as unknown as ReadonlyMap<string, ExpressionRoute>
  const services = (sets.get('services') ?? new Map()) as unknown as ReadonlyMap<string, Service>
  const isServed = ({ service }: Route): boolean =>
    service === null || services.get(service.id)?.enabled !== false
  return [...routes.values()].filter(route => isForHttp(route) && isServed(route))
}

interface Taker {
  readonly route: Route
  readonly isTied: boolean
}

type TakerOf = (route: Route, request: RouterRequest) => Taker | undefined

/** The routes that take the requests of a route; none if the route certainly gets one of them. */
function takenFrom(route: Route, requests: Iterable<RouterRequest>, takerOf: TakerOf): Taker[] {
  const taken: Taker[] = []
  for (const request of requests) {
    const taker = takerOf(route, request)
    if (taker === undefined) return []
    taken.push(taker)
  }
  return taken
}

/**
 * Finds the other route that takes a request of a route; undefined where the route gets it for certain, or
 * nothing is certain.
 */
function takers(
  served: readonly Route[],
  { version, flavor }: { readonly version: Version; readonly flavor: RouterFlavor },
  givesId: (id: string) => boolean,
): TakerOf {
  const all = new Map(served.map(route => [route.id, route]))
  const compile = createRouterCompiler(version, flavor)
  const router = compile(all)
  // Only the routers with priorities break ties by ids.
  const hasPriorities = version.major >= 3 && flavor !== 'traditional'
  const isTie = createTieTest(version)
  return (route, request) => {
    const winner = router(request)?.route
    if (winner === undefined) return undefined
    // The route that would get the request if ids were others.
    const second = hasPriorities ? compile(all, one => one.id !== route.id)(request)?.route : undefined
    const isEqual = second !== undefined && !(givesId(route.id) && givesId(second.id))
    if (isEqual && isTie(route, second, request)) return { route: second, isTied: true }
    return winner.id === route.id ? undefined : { route: winner, isTied: false }
  }
}

/** The conditions of a route as a text, equal for equal conditions. */
function conditionsOf(route: ExpressionRoute): string {
  const { paths, hosts, methods, snis, sources, destinations, headers, expression } = route
  const sorted = (list: readonly unknown[] | null | undefined): string[] =>
    (list ?? []).map(one => JSON.stringify(one)).sort()
  const named = Object.entries(headers ?? {}).map(([name, values]) => [name.toLowerCase(), sorted(values)])
  const lists = [paths, hosts, methods, snis, sources, destinations].map(sorted)
  return JSON.stringify([...lists, sorted(named), expression ?? null])
}

/** Occurs in no route, so that only routes without such a condition match it. */
const nobody = 'zq7-4xk'

/** More requests than these are not tried: the route counts as reached. */
const most = 512

/** @returns nothing where it is not certain that they stand for all requests of the route */
function* requestsFor(route: ExpressionRoute, version: Version): Generator<RouterRequest> {
  const { hosts, methods, snis, sources, destinations, expression } = route
  if (typeof expression === 'string' || sources?.length || destinations?.length) return
  const paths = pathsFor(route, version)
  const headers = headersFor(route)
  if (paths === undefined || headers === undefined) return
  const names = hosts?.length ? hosts.map(hostFor) : [`${nobody}.${nobody}`]
  const verbs = methods?.length ? methods : ['ZQ']
  const connections = connectionsFor(route.protocols, snis ?? [])
  if (paths.length * headers.length * names.length * verbs.length * connections.length > most) return
  for (const path of paths)
    for (const host of names)
      for (const method of verbs)
        for (const one of headers)
          for (const connection of connections)
            yield { method, path, host, headers: one, port: 8000, connection }
}

/** A prefix itself, and something below it. Of a regular expression no path is known. */
function pathsFor({ paths }: Route, version: Version): string[] | undefined {
  if (!paths?.length) return [`/${nobody}`]
  if (paths.some(path => regexOf(path, version) !== undefined)) return undefined
  return paths.flatMap(path => [readPath(path), `${readPath(path)}/${nobody}`, `${readPath(path)}${nobody}`])
}

const hostFor = (host: string): string => host.replace('*', nobody)

/** Each header has one of its values; the first header goes through all of them. */
function headersFor({ headers }: Route): (readonly (readonly [string, string])[])[] | undefined {
  const all = Object.entries(headers ?? {})
  if (all.some(([, values]) => values.some(value => value.startsWith('~*')))) return undefined
  return all.reduce<(readonly (readonly [string, string])[])[]>(
    (lists, [name, values]) => lists.flatMap(list => values.map(value => [...list, [name, value] as const])),
    [[]],
  )
}

function connectionsFor(protocols: readonly string[], snis: readonly string[]): Connection[] {
  const names = snis.length > 0 ? snis.map(sni => sni.replace('*', nobody)) : [undefined]
  const source = { ip: '192.0.2.1', port: 50_000 }
  const overTls = names.map(serverName => ({ protocol: 'https' as const, serverName, source }))
  return protocols.includes('http') ? [{ protocol: 'http', source }, ...overTls] : overTls
}
