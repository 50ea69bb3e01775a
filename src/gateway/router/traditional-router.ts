/**
 * The router of 2.8, which is flavor `traditional` in 3.x (source: `find_route` of
 * `kong/router/traditional.lua` of 3.9 and `kong/router.lua` of 2.8). It first computes the request's
 * category: the matchers that could apply to it. It tries the categories from there downwards, or all of
 * them if the category does not exist. In each, it tries the smallest set of candidates first, then all of
 * them.
 */
import type { Version } from '../../entities/language/define.ts'
import { lookedUp } from './route-index.ts'
import type { CompileRouter, Match, RouterRequest } from './router.ts'
import { createViewCompiler } from './traditional-compiler.ts'
import { isOfWildcard, type TraditionalHost, traditionalHost } from './traditional-hosts.ts'
import { type Candidate, capturesOf, type Hits, keyOf, rules, tryCandidate } from './traditional-routes.ts'
import type { View } from './traditional-view.ts'

export function createTraditionalCompiler(version: Version): CompileRouter {
  const compileView = createViewCompiler(version)
  return (routes, isServed = () => true) => {
    const view = compileView(routes, isServed)
    return request => findRoute(view, request)
  }
}

function findRoute(view: View, request: RouterRequest): Match | undefined {
  const host = traditionalHost(request.host, request.connection.protocol)
  const hits = hitsOf(view, request, host)
  if (hits.category === 0) return undefined
  const start = view.categories.indexOf(hits.category)
  for (const category of view.categories.slice(Math.max(start, 0))) {
    const found = findInCategory(view, category, request, host, hits)
    if (found !== undefined) return found
  }
  return undefined
}

function findInCategory(
  view: View,
  category: number,
  request: RouterRequest,
  host: TraditionalHost,
  hits: Hits,
): Match | undefined {
  const looked = lookedUp(request, host)
  const requests = hits.path === undefined ? [looked] : [looked, { ...looked, path: hits.path }]
  const fits = (candidate: Candidate) => tryCandidate(candidate, request, host, hits) !== undefined
  const key = smallestSet(view, category, request, host, hits)
  const preferred =
    key === undefined ? undefined : view.find(category, requests, one => one.keys.has(key) && fits(one))
  const found = preferred ?? view.find(category, requests, fits)
  if (found === undefined) return undefined
  const matched = tryCandidate(found, request, host, hits) ?? ''
  return { route: found.route, matched, captures: () => capturesOf(found, request.path) }
}

/** By the header wherever there is one. */
function smallestSet(
  view: View,
  category: number,
  request: RouterRequest,
  host: TraditionalHost,
  hits: Hits,
): string | undefined {
  const header = hits.header === undefined ? undefined : keyOf.header(hits.header)
  if (header !== undefined && view.count(category, header) > 0) return header
  const keys = [
    ...(category & rules.host ? [keyOf.host(hits.host ?? host.sent)] : []),
    ...(category & rules.path && hits.path !== undefined ? [keyOf.path(hits.path)] : []),
    ...(category & rules.method ? [keyOf.method(request.method)] : []),
    ...(category & rules.serverName ? [keyOf.serverName(request.connection.serverName ?? '')] : []),
  ]
  let smallest: string | undefined
  let size = 0
  for (const key of keys) {
    const count = view.count(category, key)
    if (count === 0 || (smallest !== undefined && count >= size)) continue
    smallest = key
    size = count
  }
  return smallest
}

function hitsOf(view: View, request: RouterRequest, host: TraditionalHost): Hits {
  const header = view.headerName(request.headers)
  const isPlain = [host.withPort, host.name].some(one => view.first(keyOf.plainHost(one)) !== undefined)
  const wildcard = isPlain ? undefined : firstWildcard(view, host)
  const path = view.regex(request.path) ?? longestPrefix(view, request.path)
  const hasMethod = view.first(keyOf.method(request.method)) !== undefined
  const { serverName = '' } = request.connection
  const hasName = serverName !== '' && view.first(keyOf.serverName(serverName)) !== undefined
  return {
    category:
      (isPlain || wildcard !== undefined ? rules.host : 0) +
      (header === undefined ? 0 : rules.header) +
      (path === undefined ? 0 : rules.path) +
      (hasMethod ? rules.method : 0) +
      (hasName ? rules.serverName : 0),
    host: wildcard,
    header,
    path,
  }
}

/** The wildcard as written in its route. */
function firstWildcard(view: View, host: TraditionalHost): string | undefined {
  const { name } = host
  let first: Candidate | undefined
  const fits = ({ hosts = [] }: Candidate) =>
    hosts.some(test => test.part !== 'whole' && isOfWildcard(test, host))
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    for (const text of [name.slice(dot), name.slice(0, dot + 1)]) {
      const found = view.first(keyOf.wildcard(text), fits)
      if (found && (first === undefined || view.compare(found, first) < 0)) first = found
    }
  }
  return first?.hosts?.find(test => test.part !== 'whole' && isOfWildcard(test, host))?.value
}

function longestPrefix({ prefixLengths, first }: View, path: string): string | undefined {
  for (const length of prefixLengths) {
    const prefix = path.slice(0, length)
    if (prefix.length === length && first(keyOf.prefix(prefix)) !== undefined) return prefix
  }
  return undefined
}
