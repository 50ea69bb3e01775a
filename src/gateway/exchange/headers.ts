/**
 * Which headers go on to the upstream and back to the client, as Kong sends them in each version (source:
 * recorded).
 */
import type { Version } from '../../entities/language/define.ts'
import type { ClientRequest } from './client.ts'
import { type Exchange, type Header, headerOf } from './exchange.ts'
import { HeaderNames } from './header-names.ts'
import { headerPath } from './paths.ts'

/**
 * The treatment of a client's header: headers of one connection, and those that the proxy sets itself, are
 * not forwarded. Proxy-Authorization is (recorded).
 */
type Fate = 'drop' | 'connection' | 'te' | 'via'

const ofClients = new HeaderNames<Fate>([
  ['connection', 'connection'],
  ['te', 'te'],
  ['via', 'via'],
  ...[
    'keep-alive',
    'proxy-connection',
    'transfer-encoding',
    'upgrade',
    'expect',
    'proxy',
    'host',
    'x-forwarded-for',
    'x-forwarded-proto',
    'x-forwarded-host',
    'x-forwarded-port',
    'x-forwarded-path',
    'x-forwarded-prefix',
    'x-real-ip',
    'x-kong-request-id',
  ].map(name => [name, 'drop'] as const),
])

/** Response headers that belong to the upstream's connection, or that the gateway sets itself. */
const notPassedBack = new HeaderNames<Fate>([
  ['connection', 'connection'],
  ['trailer', 'te'],
  ...[
    'keep-alive',
    'proxy-connection',
    'transfer-encoding',
    'upgrade',
    'te',
    'expect',
    'x-kong-proxy-latency',
    'x-kong-upstream-latency',
    // Headers by which upstreams control nginx.
    'x-pad',
    'x-accel-buffering',
    'x-accel-charset',
    'x-accel-expires',
    'x-accel-limit-rate',
    'x-accel-redirect',
  ].map(name => [name, 'drop'] as const),
])

export const serverName = (version: Version): string => `kong/${version.text}`

const viaOf = (version: Version): string =>
  version.major >= 3 ? `1.1 ${serverName(version)}` : serverName(version)

/** The HTTP version as Kong sends it to upstreams: `1`, `1.1` or `2`. */
const spokenVersion = ({ httpVersionMajor, httpVersionMinor }: ClientRequest): string =>
  httpVersionMinor === 0 ? String(httpVersionMajor) : `${httpVersionMajor}.${httpVersionMinor}`

export interface Sender {
  readonly version: Version
}

/**
 * Names and values in turn. What X-Forwarded-For and Via begin with is the client's own, whatever plugins
 * made of these headers: Kong reads them before plugins run.
 *
 * @param host the Host header for the upstream
 */
export function upstreamHeaders(exchange: Exchange, host: string, { version }: Sender): string[] {
  const { headers, clientIp, request } = exchange
  const isNew = version.major >= 3
  const passed: Header[] = []
  let takesTrailers = false
  let named: ReadonlySet<string> | undefined
  for (const header of headers) {
    const fate = ofClients.get(header[0])
    if (fate === undefined || (fate === 'via' && !isNew)) passed.push(header)
    else if (fate === 'te') takesTrailers ||= header[1].toLowerCase().includes('trailers')
    else if (fate === 'connection') named = namedIn(header[1], named)
  }
  const result: string[] = []
  if (isNew) result.push('Via', `${before(request, 'via')}${spokenVersion(request)} ${serverName(version)}`)
  if (takesTrailers) result.push('TE', 'trailers')
  result.push('Host', host)
  result.push('X-Forwarded-For', before(request, 'x-forwarded-for') + clientIp)
  result.push('X-Forwarded-Proto', exchange.scheme)
  result.push('X-Forwarded-Host', exchange.forwardedHost)
  result.push('X-Forwarded-Port', String(exchange.port))
  result.push('X-Forwarded-Path', exchange.rawPath)
  if (exchange.matchedPrefix !== undefined)
    result.push('X-Forwarded-Prefix', headerPath(exchange.matchedPrefix))
  result.push('X-Real-IP', clientIp)
  if (isNew) result.push('X-Kong-Request-Id', exchange.requestId)
  for (const [name, value] of passed) if (named?.has(name.toLowerCase()) !== true) result.push(name, value)
  return result
}

/** The client's value, with the separator for the next one. */
function before({ headers }: ClientRequest, name: string): string {
  const values = headers[name]
  return values === undefined ? '' : `${values}, `
}

/** Most clients name nothing. */
function namedIn(
  connection: string,
  before: ReadonlySet<string> | undefined,
): ReadonlySet<string> | undefined {
  if (connection === 'keep-alive' || connection === 'close') return before
  return new Set([...(before ?? []), ...connection.split(',').map(name => name.trim().toLowerCase())])
}

/** Whether the client's connection stays open: HTTP/1.0 must request it, HTTP/1.1 must decline it. */
export function connectionOf({
  headers,
  httpVersionMajor,
  httpVersionMinor,
}: ClientRequest): 'close' | 'keep-alive' {
  if (headers.connection === undefined && httpVersionMinor === 1) return 'keep-alive'
  const wishes = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/)
  if (wishes.includes('close')) return 'close'
  return httpVersionMajor > 1 || httpVersionMinor > 0 || wishes.includes('keep-alive')
    ? 'keep-alive'
    : 'close'
}

/** Whether the client takes headers behind a body. */
export const wantsTrailers = ({ headers }: ClientRequest): boolean =>
  String(headers.te).toLowerCase().includes('trailers')

/** The upstream's headers as the client gets them. */
export function passedBack(headers: readonly Header[], request: ClientRequest): Header[] {
  const passed: Header[] = []
  let named: ReadonlySet<string> | undefined
  for (const header of headers) {
    const fate = notPassedBack.get(header[0])
    if (fate === undefined || (fate === 'te' && wantsTrailers(request))) passed.push(header)
    else if (fate === 'connection') named = namedIn(header[1], named)
  }
  return named === undefined ? passed : passed.filter(([name]) => !named.has(name.toLowerCase()))
}

/**
 * Headers that nginx writes first, of an upstream's response and of Kong's own; the others keep their order
 * (recorded).
 */
const firstProxied = new HeaderNames([
  ['content-type', 0],
  ['content-length', 1],
  ['transfer-encoding', 1],
  ['connection', 2],
])
const firstOwn = new HeaderNames([
  ['content-type', 0],
  ['connection', 1],
])

export function inOrder(headers: readonly Header[], from: 'upstream' | 'kong'): Header[] {
  const places = from === 'upstream' ? firstProxied : firstOwn
  const ordered: Header[] = []
  const taken: number[] = []
  const rest: Header[] = []
  for (const header of headers) {
    const place = places.get(header[0])
    if (place === undefined) {
      rest.push(header)
      continue
    }
    // They are two or three: each moves up past those that come after it.
    let at = taken.length
    for (; at > 0 && (taken[at - 1] as number) > place; at--) {
      taken[at] = taken[at - 1] as number
      ordered[at] = ordered[at - 1] as Header
    }
    taken[at] = place
    ordered[at] = header
  }
  for (const header of rest) ordered.push(header)
  return ordered
}

/** Headers that Kong adds to a proxied response. */
export function withProxiedHeaders(
  headers: readonly Header[],
  latencies: { readonly upstream: number; readonly proxy: number },
  exchange: Exchange,
  version: Version,
): Header[] {
  const isNew = version.major >= 3
  const all: Header[] = []
  let via = ''
  let seen = 0
  for (const header of headers) {
    const known = ofUpstreams.get(header[0])
    if (known === undefined) all.push(header)
    else if (known === isVia) via += isNew ? `${header[1]}, ` : ''
    else if ((seen & known) === 0) all.push(known === isContentType ? withCharset(header) : header)
    seen |= known ?? 0
  }
  if (isNew && (seen & isServer) === 0) all.push(['Server', serverName(version)])
  all.push(
    ['X-Kong-Upstream-Latency', String(latencies.upstream)],
    ['X-Kong-Proxy-Latency', String(latencies.proxy)],
    ['Via', via + viaOf(version)],
  )
  if (isNew) all.push(['X-Kong-Request-Id', exchange.requestId])
  else all.push(...debugHeaders(exchange))
  return all
}

const isVia = 1
const isServer = 2
const isContentType = 4

/** nginx keeps the first of these and drops repetitions; each has its own bit. */
const ofUpstreams = new HeaderNames([
  ['via', isVia],
  ['server', isServer],
  ['content-type', isContentType],
  ['date', 8],
  ['last-modified', 16],
  ['etag', 32],
  ['location', 64],
])

/**
 * 2.8 describes the route of a request with `Kong-Debug: 1`; 3.x only if the setting `allow_debug_header` is
 * on.
 */
function debugHeaders({ headers, route, service }: Exchange): Header[] {
  if (headerOf(headers, 'kong-debug') !== '1') return []
  const debug = [
    ['Kong-Route-Id', route?.id],
    ['Kong-Route-Name', route?.name],
    ['Kong-Service-Id', service?.id],
    ['Kong-Service-Name', service?.name],
  ] as const
  return debug.flatMap(([name, value]) => (value ? [[name, value] as const] : []))
}

/** Types that nginx, as Kong configures it, gives a charset where they have none. */
const charsetTypes = new Set([
  'text/html',
  'text/xml',
  'text/plain',
  'text/vnd.wap.wml',
  'application/javascript',
  'application/rss+xml',
])

export function withCharset([name, value]: Header): Header {
  const lacks = name.toLowerCase() === 'content-type' && charsetTypes.has(value.trim().toLowerCase())
  return lacks ? [name, `${value}; charset=UTF-8`] : [name, value]
}

/** Headers that Kong adds to its own response. */
export function withOwnHeaders(
  headers: readonly Header[],
  latency: number,
  exchange: Exchange,
  version: Version,
): Header[] {
  const added: Header[] = [
    ['X-Kong-Response-Latency', String(latency)],
    ['Server', serverName(version)],
  ]
  if (version.major >= 3) added.push(['X-Kong-Request-Id', exchange.requestId])
  return [...headers, ...added]
}
