/** A route's ways to match, each path by itself, made ready to be tried; and trying them. Which comes first is `route-order.ts`'s business. */

import { withoutOldNames } from '../../entities/expressions/expression-fields.ts'
import { parseExpression } from '../../entities/expressions/expression-language.ts'
import type { ExpressionRoute, Route } from '../../entities/kinds/route.ts'
import type { Version } from '../../entities/language/define.ts'
import { pcreOrNever } from '../../entities/text/pcre.ts'
import type { Header } from '../exchange/exchange.ts'
import { compileExpression, type ExpressionTest } from './expression-match.ts'
import { type AskedHost, type HostTest, hostTest, isHost, namesPort } from './hosts.ts'
import { readPath } from './paths.ts'
import { regexOf } from './regex-paths.ts'
import type { Connection, RouterRequest } from './router.ts'

export type PathTest =
  | { readonly prefix: string }
  | { readonly regex: RegExp; readonly source: string }
  | undefined

/** One path of one route, ready to be tried. */
export interface Entry {
  readonly route: Route
  readonly path: PathTest
  readonly methods: ReadonlySet<string> | undefined
  readonly hosts: readonly HostTest[] | undefined
  /** Of hosts with ports: to the traditional router one that is named with its port comes before the same one with any. */
  readonly isOfPort: boolean
  readonly headers: readonly HeaderTest[]
  readonly serverNames: readonly ServerNameTest[] | undefined
  /** Where the client comes from and goes to, each of which must be one that the route names. */
  readonly addresses: readonly ExpressionTest[]
  /** The route is written as an expression: nothing else is looked at. */
  readonly expression?: ExpressionTest
}

type ServerNameTest = (serverName: string) => boolean
type HeaderTest = (headers: readonly Header[]) => boolean

/** Who reads a route. */
export interface Reading {
  readonly version: Version
  /** The router of 2.8, which 3.x has too. */
  readonly isTraditional: boolean
}

export function entriesOf(route: ExpressionRoute, reading: Reading): Entry[] {
  if (typeof route.expression === 'string') return [expressionEntry(route, route.expression)]
  const paths: PathTest[] = route.paths?.length
    ? route.paths.map(path => pathTest(path, reading))
    : [undefined]
  const shared = {
    route,
    methods: route.methods?.length ? new Set(route.methods) : undefined,
    serverNames: route.snis?.length ? route.snis.map(serverNameTest) : undefined,
    addresses: [...addressTest('net.src', route.sources), ...addressTest('net.dst', route.destinations)],
    headers: Object.entries(route.headers ?? {}).map(([name, values]) => headerTest(name, values, reading)),
  }
  return hostsOf(route, reading).flatMap(hosts => paths.map(path => ({ ...shared, ...hosts, path })))
}

/** The traditional router looks for the host and port first that a client names, where no headers are asked for. */
function hostsOf(
  { hosts, headers }: Route,
  { isTraditional }: Reading,
): readonly Pick<Entry, 'hosts' | 'isOfPort'>[] {
  if (!hosts?.length) return [{ hosts: undefined, isOfPort: false }]
  const tests = hosts.map(host => hostTest(host, isTraditional))
  const ofPort = tests.filter(({ part, text }) => part === 'whole' && isTraditional && namesPort(text))
  if (ofPort.length === 0 || headers !== null) return [{ hosts: tests, isOfPort: false }]
  const others = tests.filter(test => !ofPort.includes(test))
  return [
    { hosts: ofPort, isOfPort: true },
    ...(others.length > 0 ? [{ hosts: others, isOfPort: false }] : []),
  ]
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
    isOfPort: false,
    headers: [],
    serverNames: undefined,
    addresses: [],
    expression,
  }
}

/** The traditional router's regexes begin where the path does; before others Kong puts `^`, which of alternatives holds for the first alone. */
function pathTest(path: string, { version, isTraditional }: Reading): PathTest {
  const source = regexOf(path, version)
  if (source === undefined) return { prefix: readPath(path) }
  return { regex: pcreOrNever(isTraditional ? `^(?:${source})` : `^${source}`), source }
}

/** Values of any case. `~*` begins a regex; to the traditional router only where it is the header's one value, and as it is written (else: in small letters). */
function headerTest(name: string, values: readonly string[], { isTraditional }: Reading): HeaderTest {
  const lower = name.toLowerCase()
  const marked = values.filter(value => value.startsWith('~*')).map(value => value.slice(2))
  const sources = isTraditional
    ? marked.slice(0, values.length === 1 ? 1 : 0)
    : marked.map(source => source.toLowerCase())
  const regexes = sources.map(source => pcreOrNever(source))
  const wanted = new Set(values.map(value => value.toLowerCase()))
  const isWanted = (value: string) => wanted.has(value) || regexes.some(regex => regex.test(value))
  return headers =>
    headers.some(([one, value]) => one.toLowerCase() === lower && isWanted(value.toLowerCase()))
}

/** A name, or with a wildcard at its begin or end; the dot that may end a full name does not count. */
function serverNameTest(pattern: string): ServerNameTest {
  if (pattern.endsWith('.*')) return name => name.startsWith(pattern.slice(0, -1))
  const plain = pattern.replace(/\.$/, '')
  return plain.startsWith('*') ? name => name.endsWith(plain.slice(1)) : name => name === plain
}

/** Addresses as the expression that Kong makes of them: `net.src.ip in 10.0.0.0/8 && net.src.port == 80`, or the next. */
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

/** Without TLS there is no name to ask for, and a route's names do not count (source: Kong's issue 6425). */
const isAskedFor = (tests: readonly ServerNameTest[], { protocol, serverName = '' }: Connection): boolean =>
  protocol === 'http' || tests.some(test => test(serverName))

/** @returns what of the path matched (possibly nothing), or undefined where the entry does not match */
export function tryEntry(entry: Entry, request: RouterRequest, host: AskedHost): string | undefined {
  if (entry.expression !== undefined) {
    const found = { path: '' }
    return entry.expression(request, found) ? found.path : undefined
  }
  if (entry.methods !== undefined && !entry.methods.has(request.method)) return undefined
  if (entry.hosts !== undefined && !entry.hosts.some(test => isHost(test, host))) return undefined
  if (entry.serverNames !== undefined && !isAskedFor(entry.serverNames, request.connection)) return undefined
  if (!entry.headers.every(test => test(request.headers))) return undefined
  if (!entry.addresses.every(test => test(request, { path: '' }))) return undefined
  if (entry.path === undefined) return ''
  if ('prefix' in entry.path)
    return request.path.startsWith(entry.path.prefix) ? entry.path.prefix : undefined
  return entry.path.regex.exec(request.path)?.[0]
}
