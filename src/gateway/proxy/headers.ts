/** Which headers go on to the upstream and back to the client, as Kong sends them in each version (source: recorded). */
import type { Version } from '../../entities/define.ts'
import type { ClientRequest } from './client.ts'
import { type Exchange, type Header, headerOf, headersOf } from './exchange.ts'
import { headerPath } from './paths.ts'

/** Hop by hop: they belong to one connection. Proxy-Authorization goes on (recorded). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'proxy',
])

/** Set by the proxy, whatever the client says. */
const own = new Set([
  'host',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-path',
  'x-forwarded-prefix',
  'x-real-ip',
  'x-kong-request-id',
])

export const serverName = (version: Version): string => `kong/${version.text}`

const viaOf = (version: Version): string =>
  version.major >= 3 ? `1.1 ${serverName(version)}` : serverName(version)

/** As Kong tells it to upstreams: `1`, `1.1` or `2`. */
const spokenVersion = ({ httpVersionMajor, httpVersionMinor }: ClientRequest): string =>
  httpVersionMinor === 0 ? String(httpVersionMajor) : `${httpVersionMajor}.${httpVersionMinor}`

export interface Sender {
  readonly version: Version
}

/** @param host the Host header for the upstream */
export function upstreamHeaders(exchange: Exchange, host: string, { version }: Sender): Header[] {
  const { headers, clientIp } = exchange
  const named = new Set(
    headersOf(headers, 'connection').flatMap(value =>
      value.split(',').map(name => name.trim().toLowerCase()),
    ),
  )
  const passed = headers.filter(([name]) => {
    const lower = name.toLowerCase()
    return (
      !hopByHop.has(lower) && !own.has(lower) && !named.has(lower) && !(version.major >= 3 && lower === 'via')
    )
  })
  const forwardedFor = headersOf(headers, 'x-forwarded-for')
  const result: Header[] = []
  if (version.major >= 3) {
    const own = `${spokenVersion(exchange.request)} ${serverName(version)}`
    result.push(['Via', [...headersOf(headers, 'via'), own].join(', ')])
  }
  if (headersOf(headers, 'te').some(value => value.toLowerCase().includes('trailers')))
    result.push(['TE', 'trailers'])
  result.push(
    ['Host', host],
    ['X-Forwarded-For', [...forwardedFor, clientIp].join(', ')],
    ['X-Forwarded-Proto', exchange.scheme],
    ['X-Forwarded-Host', exchange.host.replace(/:\d+$/, '').replace(/\.$/, '').toLowerCase()],
    ['X-Forwarded-Port', String(exchange.port)],
    ['X-Forwarded-Path', exchange.rawPath],
  )
  if (exchange.matchedPrefix !== undefined)
    result.push(['X-Forwarded-Prefix', headerPath(exchange.matchedPrefix)])
  result.push(['X-Real-IP', clientIp])
  if (version.major >= 3) result.push(['X-Kong-Request-Id', exchange.requestId])
  return [...result, ...passed]
}

/** Whether the client's connection stays: HTTP/1.0 asks for it, HTTP/1.1 asks where it should not. */
export function connectionOf({
  headers,
  httpVersionMajor,
  httpVersionMinor,
}: ClientRequest): 'close' | 'keep-alive' {
  const wishes = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/)
  if (wishes.includes('close')) return 'close'
  return httpVersionMajor > 1 || httpVersionMinor > 0 || wishes.includes('keep-alive')
    ? 'keep-alive'
    : 'close'
}

/** The upstream's headers as the client gets them. */
export function passedBack(headers: readonly Header[]): Header[] {
  return headers.filter(([name]) => {
    const lower = name.toLowerCase()
    return (
      !hopByHop.has(lower) &&
      !lower.startsWith('x-kong-proxy-latency') &&
      !lower.startsWith('x-kong-upstream-latency')
    )
  })
}

/** What Kong adds to a proxied answer. */
export function withProxiedHeaders(
  headers: readonly Header[],
  latencies: { readonly upstream: number; readonly proxy: number },
  exchange: Exchange,
  version: Version,
): Header[] {
  const others = onlyFirst(headers.filter(([name]) => name.toLowerCase() !== 'via')).map(withCharset)
  const via = version.major >= 3 ? [...headersOf(headers, 'via'), viaOf(version)].join(', ') : viaOf(version)
  const added: Header[] = [
    ['X-Kong-Upstream-Latency', String(latencies.upstream)],
    ['X-Kong-Proxy-Latency', String(latencies.proxy)],
    ['Via', via],
  ]
  if (version.major < 3) added.push(...debugHeaders(exchange))
  else {
    added.push(['X-Kong-Request-Id', exchange.requestId])
    if (headerOf(headers, 'server') === undefined) added.unshift(['Server', serverName(version)])
  }
  return [...others, ...added]
}

/** 2.8 tells whoever sends `Kong-Debug: 1` where a request went; 3.x only where that was switched on. */
function debugHeaders({ headers, route, service }: Exchange): Header[] {
  if (headerOf(headers, 'kong-debug') !== '1') return []
  const told = [
    ['Kong-Route-Id', route?.id],
    ['Kong-Route-Name', route?.name],
    ['Kong-Service-Id', service?.id],
    ['Kong-Service-Name', service?.name],
  ] as const
  return told.flatMap(([name, value]) => (value ? [[name, value] as const] : []))
}

/** Of these nginx takes the first and drops the others. */
const single = new Set(['server', 'date', 'content-type', 'last-modified', 'etag', 'location'])

function onlyFirst(headers: readonly Header[]): Header[] {
  const seen = new Set<string>()
  return headers.filter(([name]) => {
    const lower = name.toLowerCase()
    if (!single.has(lower)) return true
    const isFirst = !seen.has(lower)
    seen.add(lower)
    return isFirst
  })
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

/** What Kong adds to an answer of its own. */
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
