/**
 * Of two routes that match the same request: why the router of 3.x takes one of them. The traditional
 * router's order is not explained.
 */
import type { Route } from '../entities/kinds/route.ts'
import type { Version } from '../entities/language/define.ts'
import { requestHost } from '../gateway/router/hosts.ts'
import { type Entry, entriesOf, tryEntry } from '../gateway/router/route-entries.ts'
import type { RouterRequest } from '../gateway/router/router.ts'

/** Of a route's ways to match the one that counts for this request. */
function bestEntry(entries: readonly Entry[], request: RouterRequest): Entry | undefined {
  const host = requestHost(request.host, request.port)
  return entries
    .filter(entry => tryEntry(entry, request, host) !== undefined)
    .reduce<Entry | undefined>(
      (best, one) => (best === undefined || one.group.priority > best.group.priority ? one : best),
      undefined,
    )
}

/** Whether two routes that match a request are equal to Kong, so that the greater id wins. */
export function createTieTest(version: Version): (a: Route, b: Route, request: RouterRequest) => boolean {
  const made = new WeakMap<Route, readonly Entry[]>()
  const entriesFor = (route: Route): readonly Entry[] => {
    const entries = made.get(route) ?? entriesOf(route, version)
    made.set(route, entries)
    return entries
  }
  return (a, b, request) => {
    const [first, second] = [a, b].map(route => bestEntry(entriesFor(route), request))
    return first !== undefined && second !== undefined && first.group.priority === second.group.priority
  }
}

/** Above it Kong's sum of a route's conditions has overflowed (`route-priority.ts` says how). */
const overflown = 1n << 63n

interface Rank {
  readonly of: (entry: Entry) => number
  readonly why: string
}

/** The most important first. */
const ranks: readonly Rank[] = [
  { of: ({ group }) => Number(group.priority >= overflown), why: 'Kong sums its conditions up to the top' },
  {
    of: ({ hosts }) => Number(hosts?.every(({ part }) => part === 'whole') === true),
    why: 'names its hosts without wildcards',
  },
  { of: ({ path }) => Number(path !== undefined && 'regex' in path), why: 'has a regular expression' },
  { of: conditionCount, why: 'has more kinds of conditions' },
  { of: ({ headers }) => headers.length, why: 'asks for more headers' },
  { of: regexPriority, why: 'has the greater regex_priority' },
  { of: ({ path }) => (path && 'prefix' in path ? path.prefix.length : 0), why: 'has the longer path' },
]

/** Of a prefix it does not count. */
function regexPriority({ route, path }: Entry): number {
  return path !== undefined && 'regex' in path ? (route.regex_priority ?? 0) : 0
}

function conditionCount({ route }: Entry): number {
  const { sources, destinations, methods, hosts, snis, paths, headers } = route
  const all = [sources, destinations, methods, hosts, snis, paths, Object.keys(headers ?? {})]
  return all.filter(one => one?.length).length
}

/** @example whyFirst(one, other, …) // 'has the longer path' */
export function whyFirst(
  winner: Route,
  other: Route,
  request: RouterRequest,
  version: Version,
): { readonly why: string; readonly isTie: boolean } {
  const [first, second] = [winner, other].map(route => bestEntry(entriesOf(route, version), request))
  const unknown = { why: 'comes first in the order of the router', isTie: false }
  if (first === undefined || second === undefined) return unknown
  if (first.group.priority === second.group.priority)
    return { why: 'has the greater id, and all else is equal', isTie: true }
  if (first.expression !== undefined) return { why: 'has the greater priority', isTie: false }
  const rank = ranks.find(({ of }) => of(first) !== of(second))
  return rank !== undefined && rank.of(first) > rank.of(second) ? { why: rank.why, isTie: false } : unknown
}
