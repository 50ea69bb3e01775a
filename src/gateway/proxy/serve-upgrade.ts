/**
 * A request that wants a WebSocket: the same way as any other up to the upstream, then bytes both ways. Other
 * protocols are not changed to: through an `h2c` connection a client could speak to the upstream past all
 * plugins.
 */
import { type IncomingMessage, ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Service } from '../../entities/kinds/service.ts'
import { hasBody } from '../exchange/bodies.ts'
import { sendHead } from '../exchange/client.ts'
import { headerPairs } from '../exchange/exchange.ts'
import { connectionOf, passedBack, upstreamHeaders } from '../exchange/headers.ts'
import type { AttemptResult } from '../upstream/attempt.ts'
import { sendWithRetries } from '../upstream/attempts.ts'
import type { ResolvedDestination } from '../upstream/destination.ts'
import { endpointOf, type Forwarding, hostAndPath } from '../upstream/forward.ts'
import { askForUpgrade, type UpgradeResult } from '../upstream/upgrade.ts'
import { runAccess, runLog } from './phases.ts'
import { proxiedHead, switchingHead } from './proxied-head.ts'
import { refusal } from './refusals.ts'
import { findRoute, needsTls, serveRequest } from './serve.ts'
import type { ServedExchange } from './served-exchange.ts'

/** A connection that the server gave away. */
export interface DetachedConnection {
  readonly socket: Duplex
  /** Data that the client sent after its head. */
  readonly begun: Buffer
  /** Reads the next request from it, as from any other connection. */
  readonly takeBack: () => void
}

/** A body would be between this request and the next one, and Node does not read it. */
export const isWebSocket = (request: IncomingMessage): boolean =>
  request.headers.upgrade?.toLowerCase() === 'websocket' && !hasBody({ request })

export async function serveUpgrade(
  exchange: ServedExchange,
  connection: DetachedConnection,
  forwarding: Forwarding,
): Promise<void> {
  exchange.answer = refusal(exchange, forwarding.version)
  const service = exchange.answer === undefined ? await findService(exchange, forwarding) : undefined
  if (service !== undefined) {
    await sendWithRetries(exchange, service, forwarding, {
      send: destination => tryPlace(exchange, connection, service, destination, forwarding),
      hasLeft: () => connection.socket.destroyed,
    })
  }
  if (exchange.answer !== undefined) await plainAnswer(exchange, connection, forwarding)
}

/** The service, after all plugins let the request pass; undefined if `exchange.answer` has a response. */
async function findService(exchange: ServedExchange, forwarding: Forwarding): Promise<Service | undefined> {
  if (!findRoute(exchange)) {
    exchange.exit({ status: 404, message: 'no Route matched with those values' })
    return undefined
  }
  if (needsTls(exchange)) return undefined
  await runAccess(exchange, forwarding.log)
  if (exchange.answer !== undefined) return undefined
  if (exchange.service === undefined) {
    exchange.exit({ status: 503, message: 'no Service found with those values' })
  }
  return exchange.service
}

/** @returns when the connections are closed, where the upstream agreed */
async function tryPlace(
  exchange: ServedExchange,
  connection: DetachedConnection,
  service: Service,
  destination: ResolvedDestination,
  forwarding: Forwarding,
): Promise<AttemptResult> {
  const result = await ask(exchange, connection, service, destination, forwarding)
  if (result.outcome === 'failed') return { ...result, begun: false }
  if (result.outcome === 'answered') {
    passAnswer(exchange, connection, result.response, forwarding)
    return { outcome: 'answered', status: result.response.statusCode ?? 502 }
  }
  const closed = new Promise(resolve => connection.socket.once('close', resolve))
  result.join(switchingText(exchange, result.response.rawHeaders, forwarding))
  await closed
  runLog(exchange, forwarding.now)
  return { outcome: 'answered', status: 101 }
}

function ask(
  exchange: ServedExchange,
  { socket, begun }: DetachedConnection,
  service: Service,
  destination: ResolvedDestination,
  forwarding: Forwarding,
): Promise<UpgradeResult> {
  const { query } = exchange
  const { host, path } = hostAndPath(exchange, service, destination)
  exchange.upstreamAskedAt ??= forwarding.now()
  return askForUpgrade(socket, begun, {
    endpoint: endpointOf(exchange, service, destination.address, host),
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

function switchingText(
  exchange: ServedExchange,
  rawHeaders: readonly string[],
  forwarding: Forwarding,
): string {
  const { headers } = switchingHead(exchange, 101, headerPairs(rawHeaders), forwarding)
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 101 ${STATUS_CODES[101]}`, ...lines, '', ''].join('\r\n')
}

function passAnswer(
  exchange: ServedExchange,
  connection: DetachedConnection,
  answer: Extract<UpgradeResult, { outcome: 'answered' }>['response'],
  forwarding: Forwarding,
): void {
  const status = answer.statusCode ?? 502
  const response = responseOn(exchange, connection)
  const head = proxiedHead(
    exchange,
    status,
    passedBack(headerPairs(answer.rawHeaders), exchange.request),
    forwarding,
  )
  response.sendDate = false
  sendHead(response, head.status, answer.statusMessage ?? '', head.headers)
  answer.on('error', () => connection.socket.destroy())
  response.once('finish', () => runLog(exchange, forwarding.now))
  answer.pipe(response)
}

/** No protocol is changed: the answer is written as to any other request. */
async function plainAnswer(
  exchange: ServedExchange,
  connection: DetachedConnection,
  forwarding: Forwarding,
): Promise<void> {
  await serveRequest(exchange, responseOn(exchange, connection), forwarding)
}

function responseOn(
  { request }: ServedExchange,
  { socket, begun, takeBack }: DetachedConnection,
): ServerResponse {
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
