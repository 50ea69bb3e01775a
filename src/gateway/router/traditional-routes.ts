/**
 * Routes in the form of the traditional router, one entry per path: the matchers of a route, whether a
 * request meets them, and the order of two routes of one category (source: `marshall_route`, `sort_routes`
 * and `match_route` of `kong/router/traditional.lua` of 3.9).
 */
import type { Route } from '../../entities/kinds/route.ts'
import type { Version } from '../../entities/language/define.ts'
import { pcreOrNever } from '../../entities/regex/or-never.ts'
import { asBytes, lowerAscii, type Regex } from '../../entities/regex/regex.ts'
import type { Captures } from '../exchange/exchange.ts'
import { readPath } from '../exchange/paths.ts'
import { noCaptures } from './captures.ts'
import { headerValues } from './header-values.ts'
import { pcreOfPath, regexOf } from './regex-paths.ts'
import { conditionsOf } from './route-conditions.ts'
import type { PathTest } from './route-entries.ts'
import type { Indexed } from './route-index.ts'
import type { RouterRequest } from './router.ts'
import {
  isTraditionalHost,
  namesPort,
  type TraditionalHost,
  type TraditionalHostTest,
  traditionalHostTest,
} from './traditional-hosts.ts'

/**
 * The kinds of matchers. Their sum is the route's category; of categories with equally many matchers the
 * greater one comes first.
 */
export const rules = { host: 16, header: 8, path: 4, method: 2, serverName: 1 } as const

export interface Candidate extends Indexed {
  readonly route: Route
  readonly category: number
  readonly hosts: readonly TraditionalHostTest[] | undefined
  readonly path: PathTest
  /** The prefix, or the regex as text. */
  readonly pathValue: string | undefined
  readonly headers: readonly HeaderMatcher[]
  readonly methods: ReadonlySet<string> | undefined
  readonly serverNames: ReadonlySet<string> | undefined
  readonly keys: ReadonlySet<string>
  readonly weights: readonly number[]
  readonly position: number
}

interface HeaderMatcher {
  readonly name: string
  readonly isExpected: (value: string) => boolean
}

/** Kong's findings about a request before it looks at routes. */
export interface Hits {
  /** The rules that the request may fulfil. */
  readonly category: number
  readonly host: string | undefined
  readonly header: string | undefined
  readonly path: string | undefined
}

/** The keys of candidates; `plainHost`, `wildcard` and `prefix` among all, the others within a category. */
export const keyOf = {
  plainHost: (value: string) => `plain ${value}`,
  wildcard: (text: string) => `wildcard ${text}`,
  prefix: (value: string) => `prefix ${value}`,
  host: (value: string) => `host ${value}`,
  header: (name: string) => `header ${name}`,
  path: (value: string) => `path ${value}`,
  method: (method: string) => `method ${method}`,
  serverName: (name: string) => `sni ${name}`,
} as const

/** One for each path of the route. */
export function candidatesOf(route: Route, version: Version): Candidate[] {
  const hosts = route.hosts?.length ? route.hosts.map(traditionalHostTest) : undefined
  const headers = Object.entries(route.headers ?? {}).map(([name, values]) =>
    headerMatcher(name, values, version),
  )
  const methods = route.methods?.length ? new Set(route.methods) : undefined
  // The dot that may end a full name does not count.
  const serverNames = route.snis?.length
    ? new Set(route.snis.map(sni => sni.replace(/(?<=.)\.$/, '')))
    : undefined
  // This router does not compare the addresses of HTTP requests.
  const conditions = conditionsOf({ ...route, sources: null, destinations: null })
  const paths = route.paths?.length ? route.paths : [undefined]
  return paths.map((text, position) => {
    const { path, pathValue } = text === undefined ? anyPath : readRoutePath(text, version)
    return {
      route,
      category:
        (hosts ? rules.host : 0) +
        (headers.length > 0 ? rules.header : 0) +
        (path ? rules.path : 0) +
        (methods ? rules.method : 0) +
        (serverNames ? rules.serverName : 0),
      hosts,
      path,
      pathValue,
      headers,
      methods,
      serverNames,
      keys: new Set([
        ...(hosts ?? []).flatMap(hostKeys),
        ...headers.map(({ name }) => keyOf.header(name)),
        ...(path && 'prefix' in path ? [keyOf.prefix(path.prefix)] : []),
        ...(pathValue === undefined ? [] : [keyOf.path(pathValue)]),
        ...[...(methods ?? [])].map(keyOf.method),
        ...[...(serverNames ?? [])].map(keyOf.serverName),
      ]),
      weights: weightsOf(route, text, path),
      position,
      conditions,
    }
  })
}

const hostKeys = ({ part, text, value }: TraditionalHostTest): string[] => [
  keyOf.host(value),
  part === 'whole' ? keyOf.plainHost(value) : keyOf.wildcard(text),
]

const anyPath = { path: undefined, pathValue: undefined } as const

function readRoutePath(text: string, version: Version): { path: PathTest; pathValue: string } {
  const source = regexOf(text, version)
  if (source === undefined) {
    const prefix = readPath(text)
    return { path: { prefix }, pathValue: prefix }
  }
  const bytes = pcreOfPath(source, version)
  const regex = pcreOrNever(bytes, version, { anchored: true })
  return { path: { regex, source: bytes, strip: stripRegex(bytes, version) }, pathValue: bytes }
}

/**
 * Kong adds the rest of the path as a group: of alternatives only the last one has it (source: `strip_regex`
 * in `kong/router/traditional.lua`).
 */
const restGroup = 'uri_postfix'
const stripRegex = (source: string, version: Version): Regex =>
  pcreOrNever(`${source}(?<${restGroup}>.*)`, version, { anchored: true })

/** The stripped part: nothing if an alternative other than the last one matched. */
function withoutRest(strip: Regex, path: string): string | undefined {
  const match = strip.match(path)
  if (match === undefined) return undefined
  const rest = match.named[restGroup]
  return rest === undefined ? '' : path.slice(0, path.length - rest.length)
}

/** Zero is the whole path here (source: `match_regex_uri` in `kong/router/traditional.lua`). */
export function capturesOf({ path }: Candidate, requestPath: string): Captures {
  const match = path !== undefined && 'regex' in path ? path.strip?.match(requestPath) : undefined
  if (match === undefined) return noCaptures
  const { [restGroup]: rest, ...named } = match.named
  const unnamed = rest === undefined ? match.groups : match.groups.slice(0, -1)
  return unnamed.length === 0 ? noCaptures : { whole: match.whole, unnamed, named }
}

/** Values of any case. `~*` begins a regex where it is the header's one value. */
function headerMatcher(name: string, values: readonly string[], version: Version): HeaderMatcher {
  const [only = '', ...others] = values
  const regex =
    only.startsWith('~*') && others.length === 0 ? pcreOrNever(asBytes(only.slice(2)), version) : undefined
  const expected = new Set(values.map(value => lowerAscii(asBytes(value))))
  return { name: name.toLowerCase(), isExpected: value => expected.has(value) || regex?.test(value) === true }
}

const subrules = { wildcardWithPort: 4, plainHosts: 2, regex: 1 } as const

/** The most important first; the greater comes first. Kong counts a path's length as the route writes it. */
function weightsOf(
  { hosts, headers, regex_priority, created_at }: Route,
  text: string | undefined,
  path: PathTest,
): number[] {
  const wildcards = (hosts ?? []).filter(host => host.includes('*'))
  const isRegex = path !== undefined && 'regex' in path
  return [
    (wildcards.some(namesPort) ? subrules.wildcardWithPort : 0) +
      (hosts && wildcards.length === 0 ? subrules.plainHosts : 0) +
      (isRegex ? subrules.regex : 0),
    Object.keys(headers ?? {}).length,
    isRegex ? (regex_priority ?? 0) : 0,
    text === undefined || isRegex ? 0 : Buffer.byteLength(text),
    -created_at,
  ]
}

/** Kong's comparison; of otherwise equal routes the older one comes first. */
export function compareWeights(a: Candidate, b: Candidate): number {
  for (let at = 0; at < a.weights.length; at++) {
    const difference = (b.weights[at] ?? 0) - (a.weights[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** The order in which Kong reads routes from its database. */
export const compareIds = (a: Candidate, b: Candidate): number =>
  a.route.id === b.route.id ? a.position - b.position : a.route.id < b.route.id ? -1 : 1

/** @returns what of the path matched (possibly nothing), or undefined where the candidate does not match */
export function tryCandidate(
  candidate: Candidate,
  request: RouterRequest,
  host: TraditionalHost,
  hits: Hits,
): string | undefined {
  const { methods, hosts, serverNames, headers } = candidate
  if (methods !== undefined && !methods.has(request.method)) return undefined
  if (hosts !== undefined && !hosts.some(test => isTraditionalHost(test, host, hits.host))) return undefined
  if (serverNames !== undefined && !matchesServerName(serverNames, request)) return undefined
  if (!headers.every(header => hasHeader(request, header))) return undefined
  return matchedPath(candidate, request.path, hits)
}

/** Without TLS there is no server name, and the names of a route do not count (source: Kong's issue 6425). */
const matchesServerName = (serverNames: ReadonlySet<string>, { connection }: RouterRequest): boolean =>
  connection.protocol === 'http' || serverNames.has(connection.serverName ?? '')

const hasHeader = ({ headers }: RouterRequest, { name, isExpected }: HeaderMatcher): boolean =>
  headerValues(headers, name).some(value => isExpected(lowerAscii(value)))

/**
 * A prefix that is written like the regex by which Kong found routes first counts as matched: Kong does not
 * try it again.
 */
function matchedPath({ path, pathValue }: Candidate, requestPath: string, hits: Hits): string | undefined {
  if (path === undefined) return ''
  if ('regex' in path) return withoutRest(path.strip ?? path.regex, requestPath)
  const { prefix } = path
  return pathValue === hits.path || requestPath.startsWith(prefix)
    ? requestPath.slice(0, prefix.length)
    : undefined
}
