/** 3.x's router: all entries in one order, of which the first that matches is taken. */
import type { Route } from '../../entities/kinds/route.ts'
import type { Version } from '../../entities/language/define.ts'
import { fromBytes } from '../../entities/regex/regex.ts'
import { layersOf } from '../layered-map.ts'
import { reader } from './expression-match.ts'
import { type RequestHost, requestHost } from './hosts.ts'
import { httpRoutes } from './http-routes.ts'
import { capturesOf, type Entry, entriesOf, tryEntry } from './route-entries.ts'
import { createRouteIndex, lookedUp, type Ranked } from './route-index.ts'
import type { CompileRouter, RouterRequest, Routes } from './router.ts'

/** The entries of one layer of routes, ready to be searched. */
interface Layer {
  readonly search: Search
  /** Whether all texts that its routes compare are UTF-8 in a request. */
  readonly isReadable: (request: RouterRequest) => boolean
}

type Search = (
  request: RouterRequest,
  host: RequestHost,
  isServed: (route: Route) => boolean,
) => Found | undefined

interface Found {
  readonly entry: Entry
  readonly matched: string
}

export function createPriorityCompiler(version: Version): CompileRouter {
  const entries = new WeakMap<Route, readonly Entry[]>()
  const layers = new WeakMap<ReadonlyMap<string, Route | undefined>, Layer>()
  const entriesFor = (route: Route) => {
    const known = entries.get(route)
    if (known !== undefined) return known
    const made = entriesOf(withoutV1(route), version)
    entries.set(route, made)
    return made
  }
  const layerOf = (layer: ReadonlyMap<string, Route | undefined>) => {
    const known = layers.get(layer)
    if (known !== undefined) return known
    const all = httpRoutes(layer).flatMap(entriesFor)
    const fields = new Set(all.flatMap(entry => entry.fields))
    const made = { search: createSearch(all), isReadable: textCheck(fields) }
    layers.set(layer, made)
    return made
  }
  return (routes: Routes, isServed = () => true) => {
    const { base, changes } = layersOf(routes)
    const lower = layerOf(base)
    const upper = layerOf(changes)
    const isOld = (route: Route) => !changes.has(route.id) && isServed(route)
    return request => {
      if (!isAscii(request) && !(lower.isReadable(request) && upper.isReadable(request))) return undefined
      const host = requestHost(request.host, request.port)
      const old = lower.search(request, host, isOld)
      const found = changes.size === 0 ? undefined : upper.search(request, host, isServed)
      const first = old && found ? (compare(old.entry, found.entry) <= 0 ? old : found) : (old ?? found)
      if (first === undefined) return undefined
      const { entry, matched } = first
      return { route: entry.route, matched, captures: () => capturesOf(entry, request, host) }
    }
  }
}

/**
 * Kong's router takes text: where a field that any of the routes compares is not UTF-8 in a request (the path,
 * the host, a header), no route matches (source: `add_value` of atc-router, whose error ends the search).
 */
function textCheck(fields: ReadonlySet<string>): (request: RouterRequest) => boolean {
  const readers = [...fields].map(reader)
  const isText = (value: string | number) => typeof value === 'number' || fromBytes(value) !== undefined
  return request => readers.every(read => read(request).every(isText))
}

/** Whether a request has no text that could be anything but UTF-8; the query may have bytes as `%C3`. */
function isAscii({ path, host, headers, query = '', connection }: RouterRequest): boolean {
  const texts = [path, host, query, connection.serverName ?? '', ...headers.map(([, value]) => value)]
  return !texts.some(text => /[^\0-\x7f]/.test(text)) && !/%[89a-f]/i.test(query)
}

/** In 3.x, only the traditional router implements `path_handling: v1`; the others accept and ignore it. */
const withoutV1 = (route: Route): Route =>
  route.path_handling === 'v1' ? { ...route, path_handling: 'v0' } : route

/** The greater priority first, then the greater id; of one group the path that the route names first. */
function compare(a: Entry, b: Entry): number {
  if (a.group.priority !== b.group.priority) return a.group.priority > b.group.priority ? -1 : 1
  if (a.group.id !== b.group.id) return a.group.id > b.group.id ? -1 : 1
  return a.position - b.position
}

function createSearch(entries: readonly Entry[]): Search {
  const index = createRouteIndex(entries.toSorted(compare).map((entry, rank) => ({ entry, rank })))
  return (request, host, isServed) => {
    let best: Ranked<Entry> | undefined
    let matched = ''
    index.visit(lookedUp(request, host), candidates => {
      for (const one of candidates) {
        if (best !== undefined && one.rank >= best.rank) return
        const found = isServed(one.entry.route) ? tryEntry(one.entry, request, host) : undefined
        if (found === undefined) continue
        best = one
        matched = found
        return
      }
    })
    return best && { entry: (best as Ranked<Entry>).entry, matched }
  }
}
