/** Which of two entries comes first, by the first thing in which they differ (source: the recorded tables of matches; `kong/router` of both versions). */
import type { ExpressionRoute } from '../../entities/kinds/route.ts'
import type { Entry } from './route-entries.ts'

/** What an entry weighs in each respect, the most important first. */
export type Weights = readonly (number | string)[]

export interface RouteOrder {
  /** Taken once for each entry. */
  readonly weigh: (entry: Entry) => Weights
  /** The same for requests without TLS, where that differs. */
  readonly weighPlain?: (entry: Entry) => Weights
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

/** Of routes that say as many things those come first that say the greater of these. */
const category = ({ hosts, headers, path, methods, serverNames }: Entry): number =>
  (hosts ? 16 : 0) + (headers.length > 0 ? 8 : 0) + (path ? 4 : 0) + (methods ? 2 : 0) + (serverNames ? 1 : 0)

const hasWildcardWithPort = ({ route: { hosts } }: Entry): boolean =>
  hosts?.some(host => /\*.*:\d+$/.test(host)) === true

/** What was there first wins, and of two that came together the one with the smaller id. */
const byCategory: RouteOrder = {
  weigh: entry => [said(entry), category(entry), 1, ...withinCategory(entry)],
  // Without TLS there are no server names: a route that asks for them too comes after one that does not.
  weighPlain: entry => {
    const { serverNames, ...asked } = entry
    const rest = { ...asked, serverNames: undefined }
    return [said(rest), category(rest), Number(serverNames === undefined), ...withinCategory(entry)]
  },
  compare: (a, b) => comparison(a, b, 'smaller first'),
}

const withinCategory = (entry: Entry): Weights => [
  Number(entry.isOfPort),
  Number(hasWildcardWithPort(entry)),
  Number(hasPlainHosts(entry)),
  Number(isRegex(entry)),
  entry.headers.length,
  regexPriority(entry),
  prefixLength(entry),
  -entry.route.created_at,
  entry.route.id,
]

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

export const orderOf = (isTraditional: boolean): RouteOrder => (isTraditional ? byCategory : byPath)
