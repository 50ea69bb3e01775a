/**
 * Which route a request belongs to. What a route's matchers mean is `route-entries.ts`'s business, which of several comes first `route-order.ts`'s, and how they
 * are found among many `route-index.ts`'s. Pure; compiled once for each configuration, and where few routes changed, for those alone.
 */

import { type RouterFlavor, stockFlavor } from '../../entities/expressions/router-flavors.ts'
import type { Route } from '../../entities/kinds/route.ts'
import type { Version } from '../../entities/language/define.ts'
import type { Header } from '../exchange/exchange.ts'
import { layersOf } from '../layered-map.ts'
import { type AskedHost, askedHost } from './hosts.ts'
import { type Entry, entriesOf, tryEntry } from './route-entries.ts'
import { createRouteIndex, type Ranked } from './route-index.ts'
import { orderOf, type RouteOrder, type Weights } from './route-order.ts'

export interface RouterRequest {
  readonly method: string
  /** Normalised. */
  readonly path: string
  /** As sent, perhaps with a port. */
  readonly host: string
  readonly headers: readonly Header[]
  /** The proxy's own port, for hosts with ports. */
  readonly port: number
  /** Without `?`. */
  readonly query?: string | undefined
  readonly connection: Connection
}

/** What expressions may ask of the connection that a request came by. */
export interface Connection {
  readonly protocol: 'http' | 'https'
  /** The name that the client asked for in its TLS greeting. */
  readonly serverName?: string | undefined
  readonly source?: Address | undefined
  readonly destination?: Address | undefined
}

export interface Address {
  readonly ip: string
  readonly port: number
}

export interface Match {
  readonly route: Route
  /** What of the path was matched: the prefix, or the regex's match. */
  readonly matched: string
}

/** @param isServed routes of which it says no are as if they were not there */
export type Router = (request: RouterRequest, isServed?: (route: Route) => boolean) => Match | undefined

/** All routes by their ids. */
export type Routes = ReadonlyMap<string, Route>

export type CompileRouter = (routes: Routes) => Router

/** The routes of one layer, ready to be searched. */
interface Table {
  best(request: RouterRequest, host: AskedHost, isServed: (route: Route) => boolean): Found | undefined
}

interface Found {
  readonly entry: Entry
  readonly weights: Weights
  readonly matched: string
}

/** Compiles configuration after configuration; what is the same in the next one is not compiled again. */
export function createRouterCompiler(version: Version, flavor: RouterFlavor = stockFlavor): CompileRouter {
  const isTraditional = version.major < 3 || flavor === 'traditional'
  const order = orderOf(isTraditional)
  const weighed = new WeakMap<Route, readonly Weighed[]>()
  const tables = new WeakMap<Routes, Table>()
  const weighedOf = (route: Route) => {
    const known = weighed.get(route)
    if (known !== undefined) return known
    const made = entriesOf(asRead(route, isTraditional), { version, isTraditional }).map(entry => {
      const weights = order.weigh(entry)
      return { entry, weights, plainWeights: order.weighPlain?.(entry) ?? weights }
    })
    weighed.set(route, made)
    return made
  }
  const tableOf = (layer: ReadonlyMap<string, Route | undefined>) => {
    const known = tables.get(layer as Routes)
    if (known !== undefined) return known
    const routes = [...layer.values()].filter(route => route !== undefined && isForHttp(route)) as Route[]
    const made = createTable(routes.flatMap(weighedOf), order)
    tables.set(layer as Routes, made)
    return made
  }
  return routes => {
    const { base, changes } = layersOf(routes)
    const lower = tableOf(base)
    const upper = tableOf(changes)
    return (request, isServed = () => true) => {
      const host = askedHost(request.host, request.connection.protocol, request.port, isTraditional)
      if (changes.size === 0) return asMatch(lower.best(request, host, isServed))
      const old = lower.best(request, host, route => !changes.has(route.id) && isServed(route))
      const found = upper.best(request, host, isServed)
      const first =
        old && found ? (order.compare(old.weights, found.weights) <= 0 ? old : found) : (old ?? found)
      return asMatch(first)
    }
  }
}

const asMatch = (found: Found | undefined): Match | undefined =>
  found && { route: found.entry.route, matched: found.matched }

/** gRPC's are among them, so that who comes without gRPC can be told so. */
const isForHttp = ({ protocols }: Route): boolean => protocols.some(one => /^(http|grpc)s?$/.test(one))

/** Of 3.x's routers only the traditional one does what `path_handling: v1` asks; the others take it and ignore it. */
function asRead(route: Route, isTraditional: boolean): Route {
  return isTraditional || route.path_handling !== 'v1' ? route : { ...route, path_handling: 'v0' }
}

interface Weighed {
  readonly entry: Entry
  readonly weights: Weights
  /** Of requests without TLS. */
  readonly plainWeights: Weights
}

/** Two orders where routes ask for server names: without TLS they weigh otherwise. */
function createTable(weighed: readonly Weighed[], order: RouteOrder): Table {
  const secure = createSearch(weighed, order)
  const isSame =
    order.weighPlain === undefined || weighed.every(({ entry }) => entry.serverNames === undefined)
  if (isSame) return { best: secure }
  const plain = createSearch(
    weighed.map(one => ({ ...one, weights: one.plainWeights })),
    order,
  )
  return {
    best: (request, host, isServed) =>
      (request.connection.protocol === 'https' ? secure : plain)(request, host, isServed),
  }
}

function createSearch(weighed: readonly Weighed[], order: RouteOrder): Table['best'] {
  const sorted = weighed.toSorted((a, b) => order.compare(a.weights, b.weights))
  const index = createRouteIndex(sorted.map(({ entry }, rank) => ({ entry, rank })))
  return (request, host, isServed) => {
    let best: Ranked | undefined
    let matched = ''
    index.visit(host, request.path, candidates => {
      for (const one of candidates) {
        if (best !== undefined && one.rank >= best.rank) return
        const found = isServed(one.entry.route) ? tryEntry(one.entry, request, host) : undefined
        if (found === undefined) continue
        best = one
        matched = found
        return
      }
    })
    const weights = best && sorted[(best as Ranked).rank]?.weights
    return best && weights && { entry: (best as Ranked).entry, weights, matched }
  }
}
