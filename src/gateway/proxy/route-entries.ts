/** A route's ways to match, each path by itself, made ready to be tried; and trying them. Which comes first is `route-order.ts`'s business. */
import type { Version } from '../../entities/define.ts'
import { withoutOldNames } from '../../entities/expression-fields.ts'
import { parseExpression } from '../../entities/expression-language.ts'
import type { ExpressionRoute, Route } from '../../entities/kinds/route.ts'
import { pcreOrNever } from '../../entities/pcre.ts'
import type { Header } from './exchange.ts'
import { compileExpression, type ExpressionTest } from './expression-match.ts'
import { splitHost } from './hosts.ts'
import { readPath } from './paths.ts'
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
  readonly headers: readonly HeaderTest[]
  readonly serverNames: readonly ServerNameTest[] | undefined
  /** Where the client comes from and goes to, each of which must be one that the route names. */
  readonly addresses: readonly ExpressionTest[]
  /** The route is written as an expression: nothing else is looked at. */
  readonly expression?: ExpressionTest
}

/** A host that a route names: all of it, or the end or the beginning where a wildcard stands for the rest. */
export interface HostTest {
  readonly part: 'whole' | 'end' | 'begin'
  readonly text: string
  readonly port: string | undefined
}

type ServerNameTest = (serverName: string) => boolean
type HeaderTest = (headers: readonly Header[]) => boolean

export function entriesOf(route: ExpressionRoute, version: Version): Entry[] {
  if (typeof route.expression === 'string') return [expressionEntry(route, route.expression)]
  const paths: PathTest[] = route.paths?.length
    ? route.paths.map(path => pathTest(path, version))
    : [undefined]
  const shared = {
    route,
    methods: route.methods?.length ? new Set(route.methods) : undefined,
    hosts: route.hosts?.length ? route.hosts.map(hostTest) : undefined,
    serverNames: route.snis?.length ? route.snis.map(serverNameTest) : undefined,
    addresses: [...addressTest('net.src', route.sources), ...addressTest('net.dst', route.destinations)],
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
    addresses: [],
    expression,
  }
}

/** 3.x: `~` begins a regex. 2.8: what is no plain path is one. */
export const isRegexPath = (path: string, version: Version): boolean =>
  version.major >= 3 ? path.startsWith('~') : /[^A-Za-z0-9._~/%-]/.test(path)

function pathTest(path: string, version: Version): PathTest {
  if (!isRegexPath(path, version)) return { prefix: readPath(path) }
  const source = version.major >= 3 ? path.slice(1) : path
  return { regex: pcreOrNever(`^(?:${source})`), source }
}

/** A route's host: exact, or with one wildcard at its begin or end; a port only where the route gives one. Case matters (recorded). */
function hostTest(pattern: string): HostTest {
  const [name = '', port] = splitHost(pattern)
  if (name.startsWith('*.')) return { part: 'end', text: name.slice(1), port }
  if (name.endsWith('.*')) return { part: 'begin', text: name.slice(0, -1), port }
  return { part: 'whole', text: name, port }
}

function isHost({ part, text, port }: HostTest, hostname: string, otherPort: string): boolean {
  if (port !== undefined && port !== otherPort) return false
  if (part === 'whole') return hostname === text
  return part === 'end' ? hostname.endsWith(text) : hostname.startsWith(text)
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
export function tryEntry(
  entry: Entry,
  request: RouterRequest,
  hostname: string,
  port: string,
): string | undefined {
  if (entry.expression !== undefined) {
    const found = { path: '' }
    return entry.expression(request, found) ? found.path : undefined
  }
  if (entry.methods !== undefined && !entry.methods.has(request.method)) return undefined
  if (entry.hosts !== undefined && !entry.hosts.some(test => isHost(test, hostname, port))) return undefined
  if (entry.serverNames !== undefined && !isAskedFor(entry.serverNames, request.connection)) return undefined
  if (!entry.headers.every(test => test(request.headers))) return undefined
  if (!entry.addresses.every(test => test(request, { path: '' }))) return undefined
  if (entry.path === undefined) return ''
  if ('prefix' in entry.path)
    return request.path.startsWith(entry.path.prefix) ? entry.path.prefix : undefined
  return entry.path.regex.exec(request.path)?.[0]
}
