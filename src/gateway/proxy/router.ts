/**
 * Which route a request belongs to, by Kong's order: the route that says more wins; then plain hosts before wildcards, more headers,
 * regex paths before prefixes, `regex_priority`, the longer path (`orderAt` has what differs between versions). Pure; compiled once for each configuration.
 */
import type { Version } from '../../entities/define.ts'
import { withoutOldNames } from '../../entities/expression-fields.ts'
import { parseExpression } from '../../entities/expression-language.ts'
import { type RouterFlavor, stockFlavor } from '../../entities/flavors.ts'
import type { ExpressionRoute, Route } from '../../entities/kinds/route.ts'
import { pcreOrNever } from '../../entities/pcre.ts'
import type { Header } from './exchange.ts'
import { compileExpression, type ExpressionTest } from './expression-match.ts'
import { splitHost } from './hosts.ts'
import { readPath } from './paths.ts'

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

type PathTest = { readonly prefix: string } | { readonly regex: RegExp } | undefined

/** One path of one route, ready to be tried. */
interface Entry {
  readonly route: Route
  readonly path: PathTest
  readonly methods: ReadonlySet<string> | undefined
  readonly hosts: readonly HostTest[] | undefined
  readonly headers: readonly HeaderTest[]
  readonly serverNames: readonly ServerNameTest[] | undefined
  /** The route is written as an expression: nothing else is looked at. */
  readonly expression?: ExpressionTest
}

type ServerNameTest = (serverName: string) => boolean
type HostTest = (hostname: string, port: string) => boolean
type HeaderTest = (headers: readonly Header[]) => boolean

export type Router = (request: RouterRequest) => Match | undefined

export function compileRouter(
  routes: readonly Route[],
  version: Version,
  flavor: RouterFlavor = stockFlavor,
): Router {
  const entries = routes
    .filter(route => route.protocols.some(protocol => protocol === 'http' || protocol === 'https'))
    .flatMap(route => entriesOf(route, version))
    .sort(orderOf(version, flavor))
  const rank = new Map(entries.map((entry, index) => [entry, index]))
  const byPrefix = new Map<string, Entry[]>()
  const others: Entry[] = []
  for (const entry of entries) {
    if (entry.path !== undefined && 'prefix' in entry.path) {
      const same = byPrefix.get(entry.path.prefix)
      if (same === undefined) byPrefix.set(entry.path.prefix, [entry])
      else same.push(entry)
    } else others.push(entry)
  }
  const lengths = [...new Set([...byPrefix.keys()].map(prefix => prefix.length))]

  return request => {
    const [hostname = '', port = String(request.port)] = splitHost(request.host)
    const found: { entry: Entry; matched: string }[] = []
    const firstOf = (list: readonly Entry[]) => {
      for (const entry of list) {
        const matched = tryEntry(entry, request, hostname, port)
        if (matched !== undefined) return found.push({ entry, matched })
      }
      return 0
    }
    for (const length of lengths) {
      const same = length <= request.path.length ? byPrefix.get(request.path.slice(0, length)) : undefined
      if (same !== undefined) firstOf(same)
    }
    firstOf(others)
    const best = found.sort((a, b) => (rank.get(a.entry) ?? 0) - (rank.get(b.entry) ?? 0))[0]
    return best && { route: best.entry.route, matched: best.matched }
  }
}

function entriesOf(route: ExpressionRoute, version: Version): Entry[] {
  if (typeof route.expression === 'string') return [expressionEntry(route, route.expression)]
  const paths: PathTest[] = route.paths?.length
    ? route.paths.map(path => pathTest(path, version))
    : [undefined]
  const shared = {
    route,
    methods: route.methods?.length ? new Set(route.methods) : undefined,
    hosts: route.hosts?.length ? route.hosts.map(hostTest) : undefined,
    serverNames: route.snis?.length ? route.snis.map(serverNameTest) : undefined,
    headers: Object.entries(route.headers ?? {}).map(([name, values]) => headerTest(name, values)),
  }
  return paths.map(path => ({ ...shared, path }))
}

function expressionEntry(route: Route, text: string): Entry {
  const test = compileExpression(parseExpression(withoutOldNames(text)))
  // A route for https alone is found over http too, so that the client can be told to come by https.
  const [only, ...others] = route.protocols
  const anyProtocol = only === 'https' && others.length === 0
  const expression: ExpressionTest = (request, found) =>
    (anyProtocol || route.protocols.includes(request.connection.protocol)) && test(request, found)
  return {
    route,
    path: undefined,
    methods: undefined,
    hosts: undefined,
    headers: [],
    serverNames: undefined,
    expression,
  }
}

/** 3.x: `~` begins a regex. 2.8: what is no plain path is one. */
const isRegexPath = (path: string, version: Version): boolean =>
  version.major >= 3 ? path.startsWith('~') : /[^A-Za-z0-9._~/%-]/.test(path)

function pathTest(path: string, version: Version): PathTest {
  if (!isRegexPath(path, version)) return { prefix: readPath(path) }
  const source = version.major >= 3 ? path.slice(1) : path
  return { regex: pcreOrNever(`^(?:${source})`) }
}

/** A route's host: exact, or with one wildcard at its begin or end; a port only where the route gives one. Case matters (recorded). */
function hostTest(pattern: string): HostTest {
  const [name = '', port] = splitHost(pattern)
  const samePort = (other: string) => port === undefined || port === other
  if (name.startsWith('*.')) return (hostname, other) => samePort(other) && hostname.endsWith(name.slice(1))
  if (name.endsWith('.*'))
    return (hostname, other) => samePort(other) && hostname.startsWith(name.slice(0, -1))
  return (hostname, other) => samePort(other) && hostname === name
}

function headerTest(name: string, values: readonly string[]): HeaderTest {
  const lower = name.toLowerCase()
  const only = values.length === 1 ? values[0] : undefined
  const regex = only?.startsWith('~*') === true ? pcreOrNever(only.slice(2), 'i') : undefined
  const wanted = new Set(values.map(value => value.toLowerCase()))
  return headers =>
    headers.some(
      ([one, value]) =>
        one.toLowerCase() === lower &&
        (regex === undefined ? wanted.has(value.toLowerCase()) : regex.test(value)),
    )
}

/** A name, or with a wildcard at its begin or end; the dot that may end a full name does not count. */
function serverNameTest(pattern: string): ServerNameTest {
  if (pattern.endsWith('.*')) return name => name.startsWith(pattern.slice(0, -1))
  const plain = pattern.replace(/\.$/, '')
  return plain.startsWith('*') ? name => name.endsWith(plain.slice(1)) : name => name === plain
}

/** Without TLS there is no name to ask for, and a route's names do not count (source: Kong's issue 6425). */
const isAskedFor = (tests: readonly ServerNameTest[], { protocol, serverName = '' }: Connection): boolean =>
  protocol === 'http' || tests.some(test => test(serverName))

/** @returns what of the path matched (possibly nothing), or undefined where the entry does not match */
function tryEntry(entry: Entry, request: RouterRequest, hostname: string, port: string): string | undefined {
  if (entry.expression !== undefined) {
    const found = { path: '' }
    return entry.expression(request, found) ? found.path : undefined
  }
  if (entry.methods !== undefined && !entry.methods.has(request.method)) return undefined
  if (entry.hosts !== undefined && !entry.hosts.some(test => test(hostname, port))) return undefined
  if (entry.serverNames !== undefined && !isAskedFor(entry.serverNames, request.connection)) return undefined
  if (!entry.headers.every(test => test(request.headers))) return undefined
  if (entry.path === undefined) return ''
  if ('prefix' in entry.path)
    return request.path.startsWith(entry.path.prefix) ? entry.path.prefix : undefined
  return entry.path.regex.exec(request.path)?.[0]
}

const said = (entry: Entry): number =>
  [entry.path, entry.methods, entry.hosts, entry.serverNames].filter(one => one !== undefined).length +
  (entry.headers.length > 0 ? 1 : 0)

const isRegex = (entry: Entry): boolean => entry.path !== undefined && 'regex' in entry.path

/** Plain names weigh more than wildcards, and than no hosts. */
const hasPlainHosts = ({ route: { hosts } }: Entry): boolean =>
  hosts !== null && hosts.length > 0 && hosts.every(host => !host.includes('*'))

const prefixLength = (entry: Entry): number =>
  entry.path !== undefined && 'prefix' in entry.path ? entry.path.prefix.length : 0

const regexPriority = (entry: Entry): number => (isRegex(entry) ? (entry.route.regex_priority ?? 0) : 0)

type Compare = (a: Entry, b: Entry) => number

const more =
  (measure: (entry: Entry) => number | boolean): Compare =>
  (a, b) =>
    Number(measure(b)) - Number(measure(a))

const byText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1)

const hasRegex =
  (version: Version) =>
  ({ route: { paths } }: Entry): boolean =>
    paths?.some(path => isRegexPath(path, version)) ?? false

const longestPath =
  (version: Version) =>
  ({ route: { paths } }: Entry): number =>
    Math.max(0, ...(paths ?? []).filter(path => !isRegexPath(path, version)).map(path => path.length))

const headerCount = (entry: Entry): number => entry.headers.length

/** Of expressions the higher priority comes first, and all of them before other routes. */
const expressionPriority = ({ route, expression }: Entry): number =>
  expression === undefined ? -1 : ((route as ExpressionRoute).priority ?? 0)

/** Each path of a route weighs by itself; the greater id wins, whichever came first. */
const byPath: readonly Compare[] = [
  more(expressionPriority),
  more(said),
  more(hasPlainHosts),
  more(headerCount),
  more(isRegex),
  more(regexPriority),
  more(prefixLength),
  (a, b) => byText(b.route.id, a.route.id),
]

/** A route weighs by all its paths; what was there first wins. */
const byRoute = (version: Version): readonly Compare[] => [
  more(said),
  more(hasPlainHosts),
  more(hasRegex(version)),
  more(headerCount),
  more(regexPriority),
  more(longestPath(version)),
  (a, b) => a.route.created_at - b.route.created_at,
  (a, b) => byText(a.route.id, b.route.id),
  more(isRegex),
  more(prefixLength),
]

/** Who comes first, by the first of these that makes a difference (source: the recorded tables of matches; `kong/router` of both versions). */
function orderOf(version: Version, flavor: RouterFlavor): Compare {
  const rules = version.major >= 3 && flavor !== 'traditional' ? byPath : byRoute(version)
  return (a, b) => {
    for (const rule of rules) {
      const difference = rule(a, b)
      if (difference !== 0) return difference
    }
    return 0
  }
}
