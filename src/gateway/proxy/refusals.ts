/**
 * Requests that nginx refuses before Kong looks for a route: missing or repeated hosts, too long lines,
 * paths with invalid escapes. Input that is not HTTP never becomes a request: see `malformed.ts`.
 */
import type { Version } from '../../entities/language/define.ts'
import { type ClientRequest, isHttp2, requestTarget } from '../exchange/client.ts'
import { nginxMessage, nginxPage } from '../exchange/error-responses.ts'
import type { Answer, Exchange } from '../exchange/exchange.ts'
import { encodingsOf, transferRefusal } from '../listener/transfer-encoding.ts'
import { nameOfHost } from '../router/hosts.ts'

/** nginx's buffers for the request line and for each header: 8 KiB. */
const longestLine = 8192

const closing = [['Connection', 'close']] as const

const refused = (status: number): Answer => ({ status, from: 'nginx', headers: closing })

/** Kong replaces most of nginx's pages by its own text, but not these. */
const refusedWithPage = (status: 501 | 505): Answer => ({
  status,
  from: 'nginx',
  body: nginxPage(status),
  headers: [['Content-Type', 'text/html; charset=UTF-8'], ...closing],
})

/** @returns how the request is refused; undefined where it is not */
export function refusal(exchange: Exchange, version: Version): Answer | undefined {
  const { request, method, rawPath } = exchange
  if (request.httpVersionMajor !== 1 && !isHttp2(request)) return refusedWithPage(505)
  if (method.length + (request.url ?? '').length + ' HTTP/1.1 '.length > longestLine) return refused(414)
  if (hasLongHeader(request)) return { ...refused(400), message: nginxMessage(494, version) }
  if (!hasOneHost(request, version)) return refused(400)
  if (!rawPath.startsWith('/') || hasBrokenEscape(rawPath) || leavesRoot(rawPath)) return refused(400)
  const ofBody = transferRefusal(encodingsOf(request.rawHeaders), request.httpVersion, version)
  if (ofBody !== undefined) return ofBody === 501 ? refusedWithPage(501) : refused(400)
  return method === 'TRACE' ? refused(405) : undefined
}

function hasLongHeader({ rawHeaders }: ClientRequest): boolean {
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if ((rawHeaders[at]?.length ?? 0) + (rawHeaders[at + 1]?.length ?? 0) + 4 > longestLine) return true
  }
  return false
}

/**
 * HTTP/1.0 needs no host. 3.9's nginx refuses a host with a space, 2.8's does not. An absolute URL may have
 * the host too.
 */
function hasOneHost(request: ClientRequest, version: Version): boolean {
  if (isHttp2(request) && request.authority) return true
  const { rawHeaders, httpVersionMajor, httpVersionMinor } = request
  const hosts: (string | undefined)[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() === 'host') hosts.push(rawHeaders[at + 1])
  }
  if (hosts.length === 0) return httpVersionMajor === 1 && httpVersionMinor === 0
  const [only = ''] = hosts
  if (hosts.length > 1 || nameOfHost(only) === undefined || (version.major >= 3 && /\s/.test(only)))
    return false
  return request.url?.startsWith('/') === true || nameOfHost(requestTarget(request).named) !== undefined
}

/** `/a/../../b`: more steps upwards than down. */
function leavesRoot(path: string): boolean {
  if (!/\.\.|%2e/i.test(path)) return false
  let depth = 0
  for (const segment of path
    .replace(/%2e/gi, '.')
    .split(/(?:\/|%2f)+/i)
    .slice(1)) {
    if (segment === '..') depth -= 1
    else if (segment !== '.') depth += 1
    if (depth < 0) return true
  }
  return false
}

const hasBrokenEscape = (path: string): boolean => /%(?![0-9A-Fa-f]{2})|%00/.test(path)
