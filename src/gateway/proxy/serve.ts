/** Serves one request: its route, the plugins, the upstream, and the response. */

import type { Service } from '../../entities/kinds/service.ts'
import type { Version } from '../../entities/language/define.ts'
import {
  type ClientRequest,
  type ClientResponse,
  headersFrom,
  hostOf,
  isTls,
  requestTarget,
  sendHead,
  sendWhole,
} from '../exchange/client.ts'
import { nginxPage, renderAnswer } from '../exchange/error-responses.ts'
import { type Answer, type Header, headerOf } from '../exchange/exchange.ts'
import {
  connectionOf,
  inOrder,
  withCharset,
  withOwnHeaders,
  withProxiedHeaders,
} from '../exchange/headers.ts'
import { normalisePath } from '../exchange/paths.ts'
import { reasonOf } from '../exchange/status-phrases.ts'
import { methodOf } from '../listener/replayed-connection.ts'
import { noCaptures } from '../router/captures.ts'
import { nameOfHost } from '../router/hosts.ts'
import { RoutedConnection } from '../router/routed-connection.ts'
import { type ClientSide, type Forwarding, forward } from '../upstream/forward.ts'
import { runAccess, runLog, runResponse } from './phases.ts'
import { proxiedHead } from './proxied-head.ts'
import { refusal } from './refusals.ts'
import type { ServedExchange } from './served-exchange.ts'
import type { Snapshot } from './snapshot.ts'
import { withoutTrace } from './trace.ts'

export function newExchange(
  request: ClientRequest,
  snapshot: Snapshot,
  requestId: string,
  now: number,
): ServedExchange {
  const isTraced = request.headers['x-deck-trace'] !== undefined
  const { url, named } = requestTarget(request)
  const host = hostOf(request) ?? ''
  const mark = url.indexOf('?')
  const rawPath = mark === -1 ? url : url.slice(0, mark)
  const connection = request.socket
  const exchange: ServedExchange = {
    snapshot,
    request,
    connection,
    scheme: isTls(connection) ? 'https' : 'http',
    port: connection.localPort ?? 0,
    method: methodOf(request),
    host,
    forwardedHost: nameOfHost(named) ?? 'kong',
    rawPath,
    path: normalisePath(rawPath),
    query: mark === -1 ? undefined : url.slice(mark + 1),
    headers: withoutTrace(headersFrom(request), isTraced),
    isTraced,
    clientIp: withoutMapping(connection.remoteAddress ?? ''),
    requestId,
    startedAt: now,
    route: undefined,
    service: undefined,
    matchedPath: '',
    captures: () => noCaptures,
    matchedPrefix: undefined,
    consumer: undefined,
    credential: undefined,
    authenticatedGroups: undefined,
    upstreamMethod: undefined,
    upstreamPath: undefined,
    upstreamHost: undefined,
    body: undefined,
    isBodyReplaced: false,
    addedHeaders: [],
    answer: undefined,
    upstream: undefined,
    works: undefined,
    attempts: [],
    logFields: undefined,
    logEntry: undefined,
    sent: undefined,
    writtenBefore: 0,
    onBody: undefined,
    rewriteBody: undefined,
    upstreamAskedAt: undefined,
    upstreamAnsweredAt: undefined,
    exit: answer => {
      exchange.answer ??= { from: 'kong', headers: [], ...answer }
    },
  }
  return exchange
}

/** An IPv4 address without the prefix that a socket for both families adds. */
const withoutMapping = (ip: string): string => (ip.startsWith('::ffff:') ? ip.slice(7) : ip)

export async function serveRequest(
  exchange: ServedExchange,
  response: ClientResponse,
  forwarding: Forwarding,
): Promise<void> {
  exchange.answer ??= refusal(exchange, forwarding.version)
  if (exchange.answer === undefined && mayPass(exchange)) {
    const pending = runAccess(exchange, forwarding.log)
    if (pending !== undefined) await pending
    const service = serviceOf(exchange)
    if (service !== undefined) {
      const headOf: ClientSide['headOf'] = (status, headers) =>
        proxiedHead(exchange, status, headers, forwarding)
      await forward(exchange, { response, headOf }, service, forwarding)
    }
  }
  if (exchange.answer !== undefined && !response.headersSent)
    sendAnswer(exchange, response, exchange.answer, forwarding)
  runLog(exchange, forwarding.now)
}

/** Whether there is a route, and the client may come to it as it does. */
function mayPass(exchange: ServedExchange): boolean {
  if (findRoute(exchange)) return !needsTls(exchange) && !isOfGrpc(exchange)
  exchange.exit({ status: 404, message: 'no Route matched with those values' })
  return false
}

/** The service of the request; undefined if the response is already decided. */
function serviceOf(exchange: ServedExchange): Service | undefined {
  if (exchange.answer !== undefined) return undefined
  if (exchange.service === undefined)
    exchange.exit({ status: 503, message: 'no Service found with those values' })
  return exchange.service
}

/** @returns whether there is one; it and its service are then in the exchange */
export function findRoute(exchange: ServedExchange): boolean {
  const { snapshot, method, path, query, host, headers, port } = exchange
  const connection = new RoutedConnection(exchange.connection)
  const match = snapshot.router({ method, path, query, host, headers, port, connection })
  if (match === undefined) return false
  exchange.route = match.route
  exchange.service = match.route.service === null ? undefined : snapshot.services.get(match.route.service.id)
  exchange.matchedPath = match.matched
  exchange.captures = match.captures
  // Without a prefix nothing is stripped.
  if (match.route.strip_path && match.matched.length > 1) exchange.matchedPrefix = match.matched
  return true
}

/** A request over http for a route that allows only https. */
export function needsTls(exchange: ServedExchange): boolean {
  const { route, request, forwardedHost, scheme } = exchange
  if (route === undefined || scheme === 'https') return false
  if (!route.protocols.includes('https') || route.protocols.includes('http')) return false
  const status = route.https_redirect_status_code
  if (status === 426) {
    exchange.exit({
      status,
      message: 'Please use HTTPS protocol',
      headers: [
        ['Connection', 'keep-alive'],
        ['Connection', 'Upgrade'],
        ['Upgrade', 'TLS/1.2, HTTP/1.1'],
      ],
    })
  } else {
    const location = `https://${forwardedHost}${requestTarget(request).url}`
    const headers: Header[] = [
      ['Content-Type', 'text/html'],
      ['Location', location],
    ]
    exchange.exit({ status, body: nginxPage(status), headers })
  }
  return true
}

/** gRPC is not proxied. A request to such a route gets Kong's response as far as possible. */
function isOfGrpc(exchange: ServedExchange): boolean {
  const { route, service, request } = exchange
  const isForGrpc = route?.protocols.some(protocol => protocol.startsWith('grpc')) === true
  if (!isForGrpc && service?.protocol.startsWith('http') !== false) return false
  if (isForGrpc && request.headers['content-type']?.startsWith('application/grpc') !== true) {
    exchange.exit({ status: 415, message: 'Non-gRPC request matched gRPC route' })
  } else if (isForGrpc && request.httpVersionMajor < 2) {
    const headers: Header[] = [
      ['Connection', 'Upgrade'],
      ['Upgrade', 'HTTP/2'],
    ]
    exchange.exit({ status: 426, message: 'Please use HTTP2 protocol', headers })
  } else {
    exchange.exit({ status: 501, message: `this gateway does not carry ${service?.protocol ?? 'grpc'}` })
  }
  return true
}

function sendAnswer(
  exchange: ServedExchange,
  response: ClientResponse,
  answer: Answer,
  { version, now }: Forwarding,
): void {
  const { accept, 'content-type': contentType } = exchange.request.headers
  const rendered = renderAnswer(answer, { accept, contentType }, exchange.requestId, version)
  const own = typed(answer, rendered.contentType)
  const others = exchange.addedHeaders.filter(([name]) => headerOf(own, name) === undefined)
  const { body: given } = rendered
  const length: Header[] =
    headerOf(own, 'content-length') === undefined ? [['Content-Length', String(given.length)]] : []
  const head = { status: answer.status, headers: [...others, ...own, ...length] }
  runResponse(exchange, head)
  const body = exchange.rewriteBody?.(given) ?? given
  const headers = withKongHeaders(head.headers, exchange, answer, version, now())
  const hasConnection = headers.some(([name]) => name === 'Connection')
  const connection: Header[] = hasConnection ? [] : [['Connection', connectionOf(exchange.request)]]
  response.sendDate = answer.proxied !== true
  head.headers = inOrder([...headers, ...connection], 'kong')
  sendHead(response, head.status, reasonOf(head.status), head.headers)
  if (exchange.method === 'HEAD') response.end()
  else sendWhole(response, body)
}

function typed({ body, headers, from }: Answer, contentType: string): Header[] {
  if (body === undefined) return [['Content-Type', contentType], ...headers]
  return from === 'plugin' ? headers.map(withCharset) : [...headers]
}

/** A response from the upstream or from a cache counts as proxied. */
function withKongHeaders(
  headers: Header[],
  exchange: ServedExchange,
  answer: Answer,
  version: Version,
  now: number,
): Header[] {
  const { upstreamAskedAt, startedAt } = exchange
  if (answer.proxied === true || (upstreamAskedAt !== undefined && answer.from === 'nginx')) {
    const asked = upstreamAskedAt ?? now
    return withProxiedHeaders(headers, { upstream: now - asked, proxy: asked - startedAt }, exchange, version)
  }
  return withOwnHeaders(headers, now - startedAt, exchange, version)
}
