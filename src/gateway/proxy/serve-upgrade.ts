/**
 * A request that wants a WebSocket: the same way as any other up to the upstream, then bytes both ways. Other protocols are not changed to: through an
 * `h2c` connection a client could speak to the upstream past all plugins.
 */
import { type IncomingMessage, ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { NameError } from '../dns/resolver.ts'
import { hasBody } from './bodies.ts'
import { sendHead } from './client.ts'
import { type Exchange, headerPairs } from './exchange.ts'
import { destinationOf, type Forwarding, proxiedHead } from './forward.ts'
import { hashKey } from './hash-key.ts'
import { connectionOf, passedBack, upstreamHeaders, withProxiedHeaders } from './headers.ts'
import { upstreamPath } from './paths.ts'
import { runAccess, runLog, runResponse } from './phases.ts'
import { choosePlace, type FoundPlace, hostHeader, noAddress, noPeer } from './places.ts'
import { refusal } from './refusals.ts'
import { findRoute, needsTls, serveRequest } from './serve.ts'
import { askForUpgrade, type UpgradeResult } from './upgrade.ts'

/** A connection that the server gave away. */
export interface GivenAway {
  readonly socket: Duplex
  /** What the client sent already beyond its head. */
  readonly begun: Buffer
  /** Reads the next request from it, as from any other connection. */
  readonly takeBack: () => void
}

/** Bodies stand between this request and the next one, and Node has not looked at them. */
export const isWebSocket = (request: IncomingMessage): boolean =>
  request.headers.upgrade?.toLowerCase() === 'websocket' && !hasBody({ request })

export async function serveUpgrade(
  exchange: Exchange,
  given: GivenAway,
  forwarding: Forwarding,
): Promise<void> {
  exchange.answer = refusal(exchange, forwarding.version)
  const place = exchange.answer === undefined ? await findPlace(exchange, forwarding) : undefined
  if (place === undefined) return plainAnswer(exchange, given, forwarding)
  const result = await ask(exchange, given, place, forwarding)
  switch (result.outcome) {
    case 'agreed':
      given.socket.once('close', () => {
        place.ended()
        runLog(exchange, forwarding.now)
      })
      return result.join(switchingHead(exchange, result.response.rawHeaders, forwarding))
    case 'answered':
      place.ended()
      return passAnswer(exchange, given, result.response, forwarding)
    case 'failed':
      place.ended()
      exchange.exit({ status: 502, from: 'nginx' })
      return plainAnswer(exchange, given, forwarding)
  }
}

/** Where it goes, after the plugins agreed; undefined where `exchange.answer` says why nowhere. */
async function findPlace(exchange: Exchange, forwarding: Forwarding): Promise<FoundPlace | undefined> {
  if (!findRoute(exchange)) {
    exchange.exit({ status: 404, message: 'no Route matched with those values' })
    return undefined
  }
  if (needsTls(exchange)) return undefined
  await runAccess(exchange, forwarding.log)
  if (exchange.answer !== undefined) return undefined
  const { service, snapshot } = exchange
  if (service === undefined) {
    exchange.exit({ status: 503, message: 'no Service found with those values' })
    return undefined
  }
  const balancer = snapshot.balancersByName.get(service.host)
  const key = balancer === undefined ? '' : hashKey(exchange, balancer.upstream)
  const place = await choosePlace(balancer, new Set(), key, service, forwarding)
  if (place === undefined) {
    noPeer(exchange, false)
    return undefined
  }
  const { address } = place
  if (address instanceof NameError) {
    place.ended()
    noAddress(exchange, service.host, address, forwarding.version)
    return undefined
  }
  return { ...place, address }
}

function ask(
  exchange: Exchange,
  { socket, begun }: GivenAway,
  place: FoundPlace,
  forwarding: Forwarding,
): Promise<UpgradeResult> {
  const { route, service, query } = exchange
  if (route === undefined || service === undefined) throw new Error('upgraded without a route')
  const isTls = service.protocol === 'https'
  const host = exchange.upstreamHost ?? ((route.preserve_host && exchange.host) || hostHeader(place, isTls))
  const path = upstreamPath(exchange.path, exchange.matchedPath, route, service.path)
  exchange.upstreamAskedAt = forwarding.now()
  return askForUpgrade(socket, begun, {
    destination: destinationOf(exchange, service, place.address, host),
    path: query === undefined ? path : `${path}?${query}`,
    headers: [
      ...upstreamHeaders(exchange, host, forwarding),
      'Connection',
      'keep-alive, Upgrade',
      'Upgrade',
      exchange.request.headers.upgrade ?? '',
    ],
    timeout: service.read_timeout ?? 60_000,
  })
}

function switchingHead(exchange: Exchange, raw: readonly string[], { version, now }: Forwarding): string {
  const answeredAt = now()
  const askedAt = exchange.upstreamAskedAt ?? answeredAt
  const headers = headerPairs(raw)
  exchange.upstream = { status: 101, headers }
  exchange.upstreamAnsweredAt = answeredAt
  const head = { status: 101, headers: [...exchange.addedHeaders, ...headers] }
  runResponse(exchange, head)
  const latencies = { upstream: answeredAt - askedAt, proxy: askedAt - exchange.startedAt }
  head.headers = withProxiedHeaders(head.headers, latencies, exchange, version)
  const lines = head.headers.map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 101 ${STATUS_CODES[101]}`, ...lines, '', ''].join('\r\n')
}

function passAnswer(
  exchange: Exchange,
  given: GivenAway,
  answer: Extract<UpgradeResult, { outcome: 'answered' }>['response'],
  forwarding: Forwarding,
): void {
  const status = answer.statusCode ?? 502
  const response = responseOn(exchange, given)
  const head = proxiedHead(exchange, status, passedBack(headerPairs(answer.rawHeaders)), forwarding)
  response.sendDate = false
  sendHead(response, head.status, head.headers)
  answer.on('error', () => given.socket.destroy())
  response.once('finish', () => runLog(exchange, forwarding.now))
  answer.pipe(response)
}

/** No protocol is changed: the answer is written as to any other request. */
async function plainAnswer(exchange: Exchange, given: GivenAway, forwarding: Forwarding): Promise<void> {
  await serveRequest(exchange, responseOn(exchange, given), forwarding)
}

function responseOn({ request }: Exchange, { socket, begun, takeBack }: GivenAway): ServerResponse {
  const response = new ServerResponse(request as IncomingMessage) // HTTP/2 has no upgrades
  response.assignSocket(socket as Socket) // what the server's `upgrade` event gives is the connection
  response.on('finish', () => {
    response.detachSocket(socket as Socket)
    if (connectionOf(request) === 'close') return socket.end()
    if (begun.length > 0) socket.unshift(begun)
    takeBack()
  })
  return response
}
