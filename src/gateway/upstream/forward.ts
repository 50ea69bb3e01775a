/**
 * Sends an exchange to its service: the request to the upstream, and the response to the client.
 * `attempts.ts` has the retries.
 */
import type { Service } from '../../entities/kinds/service.ts'
import type { Address } from '../balancer/peers.ts'
import { hasBody, keepSmallBody } from '../exchange/bodies.ts'
import { isBuffered } from '../exchange/buffering.ts'
import { type ClientResponse, isGone, sendHead } from '../exchange/client.ts'
import type { Header, ResponseHead } from '../exchange/exchange.ts'
import { passedBack, type Sender, upstreamHeaders } from '../exchange/headers.ts'
import { upstreamPath } from '../exchange/paths.ts'
import { type AttemptResult, attempt } from './attempt.ts'
import { sendWithRetries } from './attempts.ts'
import type { Endpoint } from './connect.ts'
import { hostHeader, type Naming, type ResolvedDestination } from './destination.ts'
import type { ForwardedExchange } from './forwarded-exchange.ts'
import type { IdleTimeouts } from './idle-timeouts.ts'
import type { Pools } from './pools.ts'

export interface Forwarding extends Sender, Naming {
  readonly pools: Pools
  readonly idleTimeouts: IdleTimeouts
  readonly now: () => number
  readonly log: (line: string) => void
}

/** The client's side of an exchange. */
export interface ClientSide {
  readonly response: ClientResponse
  /** Makes the client's head of the upstream's. */
  readonly headOf: (status: number, headers: readonly Header[]) => ResponseHead
}

/** @returns after the complete response is sent, or `exchange.answer` has the reason for none */
export async function forward(
  exchange: ForwardedExchange,
  client: ClientSide,
  service: Service,
  forwarding: Forwarding,
): Promise<void> {
  // Without request buffering, each piece is sent as it arrives, and no retry is possible.
  if (hasBody(exchange) && isBuffered(exchange, 'request_buffering')) await keepSmallBody(exchange)
  await sendWithRetries(exchange, service, forwarding, {
    send: destination => sendTo(exchange, client, service, destination, forwarding),
    hasLeft: () => isGone(client.response),
  })
}

function sendTo(
  exchange: ForwardedExchange,
  { response, headOf }: ClientSide,
  service: Service,
  destination: ResolvedDestination,
  forwarding: Forwarding,
): Promise<AttemptResult> {
  const { host, path } = hostAndPath(exchange, service, destination)
  exchange.upstreamAskedAt ??= forwarding.now()
  return attempt(exchange, response, {
    pool: forwarding.pools.to(endpointOf(exchange, service, destination.address, host)),
    path,
    headers: upstreamHeaders(exchange, host, forwarding),
    idleTimeouts: forwarding.idleTimeouts,
    writeTimeout: service.write_timeout ?? 60_000,
    readTimeout: service.read_timeout ?? 60_000,
    onHead: (status, reason, headers) => {
      const head = headOf(status, passedBack(headers, exchange.request))
      response.sendDate = false
      sendHead(response, head.status, reason, head.headers)
    },
  })
}

/** The Host header, and the path without its query. */
export function hostAndPath(
  exchange: ForwardedExchange,
  service: Service,
  destination: ResolvedDestination,
): { readonly host: string; readonly path: string } {
  const { route } = exchange
  if (route === undefined) throw new Error('forwarded without a route')
  const own = () => hostHeader(destination, service.protocol === 'https')
  return {
    host: exchange.upstreamHost ?? ((route.preserve_host && exchange.host) || own()),
    path: exchange.upstreamPath ?? upstreamPath(exchange.path, exchange.matchedPath, route, service.path),
  }
}

/** @param host the Host header, whose name is also the server name (SNI) */
export function endpointOf(
  { snapshot }: ForwardedExchange,
  service: Service,
  address: Address,
  host: string,
): Endpoint {
  const { host: ip, port } = address
  const connectTimeout = service.connect_timeout ?? 60_000
  if (service.protocol !== 'https') return { host: ip, port, connectTimeout }
  const upstream = snapshot.balancersByName.get(service.host)?.upstream
  const serverName = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  return { host: ip, port, connectTimeout, serverName, tls: snapshot.tlsOf(service, upstream) }
}
