/** Which of two entries comes first, by the first thing in which they differ (source: the recorded tables of matches; `kong/router` of both versions). */
import type { Version } from '../../entities/define.ts'
import type { RouterFlavor } from '../../entities/flavors.ts'
import type { ExpressionRoute } from '../../entities/kinds/route.ts'
import { type Entry, isRegexPath } from './route-entries.ts'

/** What an entry weighs in each respect, the most important first. */
export type Weights = readonly (number | string)[]

export interface RouteOrder {
  /** Taken once for each entry. */
  readonly weigh: (entry: Entry) => Weights
  /** As for `sort`. */
  readonly compare: (a: Weights, b: Weights) => number
}

const said = (entry: Entry): number =>
  [entry.path, entry.methods, entry.hosts, entry.serverNames].filter(one => one !== undefined).length +
  entry.addresses.length +
  (entry.headers.length > 0 ? 1 : 0)

const isRegex = (entry: Entry): boolean => entry.path !== undefined && 'regex' in entry.path

/** Plain names weigh more than wildcards, and than no hosts. */
const hasPlainHosts = ({ route: { hosts } }: Entry): boolean =>
  hosts !== null && hosts.length > 0 && hosts.every(host => !host.includes('*'))

const prefixLength = (entry: Entry): number =>
  entry.path !== undefined && 'prefix' in entry.path ? entry.path.prefix.length : 0

const regexPriority = (entry: Entry): number => (isRegex(entry) ? (entry.route.regex_priority ?? 0) : 0)

/** Of expressions the higher priority comes first, and all of them before other routes. */
const expressionPriority = ({ route, expression }: Entry): number =>
  expression === undefined ? -1 : ((route as ExpressionRoute).priority ?? 0)

/** Each path of a route weighs by itself; the greater id wins, whichever came first. */
const byPath: RouteOrder = {
  weigh: entry => [
    expressionPriority(entry),
    said(entry),
    Number(hasPlainHosts(entry)),
    entry.headers.length,
    Number(isRegex(entry)),
    regexPriority(entry),
    prefixLength(entry),
    entry.route.id,
  ],
  compare: (a, b) => comparison(a, b, 'greater first'),
}

/** A route weighs by all its paths; what was there first wins, and of two that came together the smaller id. */
const byRoute = (version: Version): RouteOrder => ({
  weigh: entry => {
    const paths = entry.route.paths ?? []
    const plain = paths.filter(path => !isRegexPath(path, version))
    return [
      said(entry),
      Number(hasPlainHosts(entry)),
      Number(plain.length < paths.length),
      entry.headers.length,
      regexPriority(entry),
      Math.max(0, ...plain.map(path => path.length)),
      -entry.route.created_at,
      entry.route.id,
      Number(isRegex(entry)),
      prefixLength(entry),
    ]
  },
  compare: (a, b) => comparison(a, b, 'smaller first'),
})

/** @param ids which of two ids comes first; of numbers the greater does */
function comparison(a: Weights, b: Weights, ids: 'greater first' | 'smaller first'): number {
  for (let at = 0; at < a.length; at++) {
    const [one = 0, other = 0] = [a[at], b[at]]
    if (one === other) continue
    const greaterFirst = typeof one === 'number' || ids === 'greater first'
    return one > other === greaterFirst ? -1 : 1
  }
  return 0
}

export const orderOf = (version: Version, flavor: RouterFlavor): RouteOrder =>
  version.major >= 3 && flavor !== 'traditional' ? byPath : byRoute(version)
