/**
 * A route's ways to match, one entry per path, prepared for the routers of 3.x that read expressions
 * (`traditional_compatible`, `expressions`), and the test of an entry. `route-priority.ts` has their order.
 */

import { predicatesOf, withoutOldNames } from '../../entities/expressions/expression-fields.ts'
import { parseExpression } from '../../entities/expressions/expression-language.ts'
import { rustOfPath } from '../../entities/expressions/router-expression.ts'
import type { ExpressionRoute, Route } from '../../entities/kinds/route.ts'
import type { Version } from '../../entities/language/define.ts'
import { rustOrNever } from '../../entities/regex/or-never.ts'
import { asBytes, lowerAscii, lowerCase, type Regex } from '../../entities/regex/regex.ts'
import type { Captures, Header } from '../exchange/exchange.ts'
import { readPath } from '../exchange/paths.ts'
import { type CapturesByKey, capturesFrom } from './captures.ts'
import { compileExpression, type ExpressionTest, findIn, type MatchResults } from './expression-match.ts'
import { headerValues } from './header-values.ts'
import { type HostTest, hostTest, isHost, type RequestHost } from './hosts.ts'
import { regexOf } from './regex-paths.ts'
import { type Condition, conditionsOf } from './route-conditions.ts'
import { type PathGroup, pathGroups } from './route-priority.ts'
import type { Connection, RouterRequest } from './router.ts'

export type PathTest =
  | { readonly prefix: string }
  | {
      readonly regex: Regex
      readonly source: string
      /** Traditional router: the regex with a group for the rest of the path. */
      readonly strip?: Regex
    }
  | undefined

/** One path of one route, ready to be tried. */
export interface Entry {
  readonly route: Route
  readonly group: PathGroup
  /** Which of the route's paths, from 0. */
  readonly position: number
  readonly path: PathTest
  readonly methods: ReadonlySet<string> | undefined
  readonly hosts: readonly HostTest[] | undefined
  readonly headers: readonly HeaderTest[]
  readonly serverNames: readonly ServerNameTest[] | undefined
  /** Where the client comes from and goes to, each of which must be one that the route names. */
  readonly addresses: readonly ExpressionTest[]
  readonly conditions: readonly Condition[]
  /** The fields that the route compares (`http.path`, `http.headers.x_a`). */
  readonly fields: readonly string[]
  /** The route is written as an expression: nothing else is looked at. */
  readonly expression?: ExpressionTest
}

type ServerNameTest = (serverName: string) => boolean
type HeaderTest = (headers: readonly Header[], results: MatchResults) => boolean

export function entriesOf(route: ExpressionRoute, version: Version): Entry[] {
  const groups = pathGroups(route)
  if (typeof route.expression === 'string')
    return groups.map(group => expressionEntry(route, group, route.expression ?? ''))
  const shared = {
    route,
    methods: route.methods?.length ? new Set(route.methods) : undefined,
    hosts: route.hosts?.length ? route.hosts.map(hostTest) : undefined,
    serverNames: route.snis?.length ? route.snis.map(serverNameTest) : undefined,
    addresses: [...addressTest('net.src', route.sources), ...addressTest('net.dst', route.destinations)],
    headers: Object.entries(route.headers ?? {}).map(([name, values]) => headerTest(name, values)),
    conditions: conditionsOf(route),
  }
  return groups.map((group, position) => {
    const path = route.paths?.[position]
    const test = path === undefined ? undefined : pathTest(path, version)
    return { ...shared, group, position, path: test, fields: fieldsOf(route, test !== undefined) }
  })
}

/** The fields of a request's own texts. */
const fieldsOf = ({ hosts, headers }: Route, readsPath: boolean): string[] => [
  ...(readsPath ? ['http.path'] : []),
  ...(hosts?.length ? ['http.host'] : []),
  ...Object.keys(headers ?? {}).map(name => `http.headers.${headerField(name)}`),
]

function expressionEntry(route: Route, group: PathGroup, text: string): Entry {
  const parsed = parseExpression(withoutOldNames(text))
  const test = compileExpression(parsed)
  // An https route also matches over http, so that the client can be redirected to https.
  const [only, ...others] = route.protocols
  const anyProtocol = only === 'https' && others.length === 0
  const expression: ExpressionTest = (request, results) =>
    (anyProtocol || route.protocols.includes(request.connection.protocol)) && test(request, results)
  return {
    route,
    group,
    position: 0,
    path: undefined,
    methods: undefined,
    hosts: undefined,
    headers: [],
    serverNames: undefined,
    addresses: [],
    conditions: [],
    fields: predicatesOf(parsed).map(({ field }) => field),
    expression,
  }
}

/** Kong puts `^` before a regex, which of alternatives holds for the first alone. */
function pathTest(path: string, version: Version): PathTest {
  const source = regexOf(path, version)
  if (source === undefined) return { prefix: readPath(path) }
  return { regex: rustOrNever(rustOfPath(source)), source }
}

const headerField = (name: string): string => name.replaceAll('-', '_')

/**
 * Values of any case. `~*` begins a regex, which is read in small letters. A dash in the name finds an
 * underscore too.
 */
function headerTest(name: string, values: readonly string[]): HeaderTest {
  const field = headerField(name)
  const marked = values.filter(value => value.startsWith('~*'))
  const regexes = marked.map(value => rustOrNever(lowerAscii(value.slice(2))))
  const expected = new Set(
    values.filter(value => !marked.includes(value)).map(value => lowerAscii(asBytes(value))),
  )
  const isExpected = (value: string, results: MatchResults) =>
    expected.has(value) || regexes.some(regex => findIn(regex, value, results) !== undefined)
  return (headers, results) =>
    headerValues(headers, field).some(value => isExpected(lowerCase(value), results))
}

/** A name, or with a wildcard at its begin or end; the dot that may end a full name does not count. */
function serverNameTest(pattern: string): ServerNameTest {
  if (pattern.endsWith('.*')) return name => name.startsWith(pattern.slice(0, -1))
  const plain = pattern.replace(/\.$/, '')
  return plain.startsWith('*') ? name => name.endsWith(plain.slice(1)) : name => name === plain
}

/**
 * Addresses as the expression that Kong makes of them: `net.src.ip in 10.0.0.0/8 && net.src.port == 80`, or
 * the next.
 */
function addressTest(side: 'net.src' | 'net.dst', all: Route['sources']): ExpressionTest[] {
  const texts = (all ?? []).map(({ ip, port }) => {
    const parts = [
      ...(ip === null ? [] : [`${side}.ip ${ip.includes('/') ? 'in' : '=='} ${ip}`]),
      ...(port === null ? [] : [`${side}.port == ${port}`]),
    ]
    return `(${parts.join(' && ')})`
  })
  return texts.length === 0 ? [] : [compileExpression(parseExpression(texts.join(' || ')))]
}

/** Without TLS there is no server name, and the names of a route do not count (source: Kong's issue 6425). */
const matchesServerName = (
  tests: readonly ServerNameTest[],
  { protocol, serverName = '' }: Connection,
): boolean => protocol === 'http' || tests.some(test => test(serverName))

/** The captures of a matching entry. */
export function capturesOf(entry: Entry, request: RouterRequest, host: RequestHost): Captures {
  const captures: CapturesByKey = new Map()
  tryEntry(entry, request, host, { path: '', captures })
  return capturesFrom(captures)
}

/** @returns what of the path matched (possibly nothing), or undefined where the entry does not match */
export function tryEntry(
  entry: Entry,
  request: RouterRequest,
  host: RequestHost,
  results: MatchResults = { path: '' },
): string | undefined {
  if (entry.expression !== undefined) return entry.expression(request, results) ? results.path : undefined
  if (entry.methods !== undefined && !entry.methods.has(request.method)) return undefined
  if (entry.hosts !== undefined && !entry.hosts.some(test => isHost(test, host))) return undefined
  if (entry.serverNames !== undefined && !matchesServerName(entry.serverNames, request.connection))
    return undefined
  if (!entry.addresses.every(test => test(request, results))) return undefined
  const matched = matchedPath(entry.path, request.path, results)
  // Kong's expressions end with the headers: what their regexes take counts last.
  return matched !== undefined && entry.headers.every(test => test(request.headers, results))
    ? matched
    : undefined
}

function matchedPath(path: PathTest, requestPath: string, results: MatchResults): string | undefined {
  if (path === undefined) return ''
  if ('prefix' in path) return requestPath.startsWith(path.prefix) ? path.prefix : undefined
  return findIn(path.regex, requestPath, results)
}
