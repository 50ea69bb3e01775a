/** Sends an exchange to its service: the balancer's choice or a plain host, tried again elsewhere where Kong would. */
import type { Service } from '../../entities/kinds/service.ts'
import type { Balancer } from '../balancer/balancer.ts'
import type { Address, Peer } from '../balancer/peers.ts'
import { NameError } from '../dns/resolver.ts'
import { type AttemptResult, attempt, type Failure } from './attempt.ts'
import { hasBody, keepSmallBody } from './bodies.ts'
import { isBuffered } from './buffering.ts'
import { type ClientResponse, isGone, sendHead } from './client.ts'
import type { Destination } from './connect.ts'
import type { Exchange, Header, ResponseHead, Try } from './exchange.ts'
import { hashKey } from './hash-key.ts'
import {
  connectionOf,
  inOrder,
  passedBack,
  type Sender,
  upstreamHeaders,
  withProxiedHeaders,
} from './headers.ts'
import { upstreamPath } from './paths.ts'
import { runResponse } from './phases.ts'
import {
  choosePlace,
  type FoundPlace,
  hostHeader,
  type Naming,
  noAddress,
  noPeer,
  type Place,
} from './places.ts'
import type { Pools } from './pools.ts'
import type { Silences } from './silences.ts'

export interface Forwarding extends Sender, Naming {
  readonly pools: Pools
  readonly silences: Silences
  readonly now: () => number
  readonly log: (line: string) => void
}

/** @returns when the response has been sent whole, or `exchange.answer` says why there is none */
export async function forward(
  exchange: Exchange,
  response: ClientResponse,
  service: Service,
  forwarding: Forwarding,
): Promise<void> {
  const balancer = exchange.snapshot.balancersByName.get(service.host)
  const key = balancer === undefined ? '' : hashKey(exchange, balancer.upstream)
  const tried = new Set<Peer>()
  const most = service.retries ?? 5
  let last: Failure = 'refused'
  // Where the route wants no buffering, each piece goes on as it comes, and nothing can be sent again.
  if (hasBody(exchange) && isBuffered(exchange, 'request_buffering')) await keepSmallBody(exchange)
  for (let turn = 0; turn <= most; turn++) {
    const chosen = choosePlace(balancer, tried, key, service, forwarding)
    const place = chosen instanceof Promise ? await chosen : chosen
    if (place === undefined) return noPeer(exchange, turn > 0)
    const { peer } = place
    if (peer === undefined && place.address instanceof NameError)
      return noAddress(exchange, service.host, place.address, forwarding.version)
    const noted = noteTry(exchange, place, forwarding.now(), performance.now())
    const result = isFound(place)
      ? await tryAddress(exchange, response, service, place, forwarding)
      : unknownName
    place.ended()
    if (result.outcome === 'failed') noted.failed = result.how
    const isAnswered = result.outcome === 'answered' || result.begun
    // A client that left says nothing about the upstream, and wants nothing more of it.
    if (!isAnswered && isGone(response)) return
    const isLast = isAnswered || turn === most || !mayTryAgain(exchange, result.how)
    if (peer !== undefined)
      report(exchange, balancer, peer, { result, isLast, milliseconds: performance.now() - noted.begun })
    if (isAnswered) return
    last = result.how
    if (isLast) break
    if (peer !== undefined) tried.add(peer)
  }
  if (balancer?.hasHealthy() === false) noPeer(exchange, true)
  else exchange.exit({ status: last === 'timeout' ? 504 : 502, from: 'nginx' })
}

const unknownName: AttemptResult = { outcome: 'failed', how: 'unknown name', begun: false }

const isFound = (place: Place): place is FoundPlace => !(place.address instanceof NameError)

/** One more in the exchange's list of tries. */
function noteTry({ tries }: Exchange, place: Place, at: number, begun: number): Try {
  const { address, peer } = place
  const [ip, port] =
    address instanceof NameError ? [place.hostname, place.port] : [address.host, address.port]
  const noted: Try =
    peer === undefined
      ? { ip, port, at, begun }
      : { ip, port, at, begun, target: { id: peer.target.targetId, key: peer.target.key } }
  tries.push(noted)
  return noted
}

function tryAddress(
  exchange: Exchange,
  response: ClientResponse,
  service: Service,
  place: FoundPlace,
  forwarding: Forwarding,
): Promise<AttemptResult> {
  const { route } = exchange
  if (route === undefined) throw new Error('forwarded without a route')
  const isTls = service.protocol === 'https'
  const host = exchange.upstreamHost ?? ((route.preserve_host && exchange.host) || hostHeader(place, isTls))
  exchange.upstreamAskedAt ??= forwarding.now()
  return attempt(exchange, response, {
    pool: forwarding.pools.to(destinationOf(exchange, service, place.address, host)),
    path: exchange.upstreamPath ?? upstreamPath(exchange.path, exchange.matchedPath, route, service.path),
    headers: upstreamHeaders(exchange, host, forwarding),
    silences: forwarding.silences,
    writeTimeout: service.write_timeout ?? 60_000,
    readTimeout: service.read_timeout ?? 60_000,
    onHead: (status, headers) => {
      const head = proxiedHead(exchange, status, passedBack(headers), forwarding)
      response.sendDate = false
      sendHead(response, head.status, head.headers)
    },
  })
}

/** @param host the Host header, whose name TLS asks for too */
export function destinationOf(
  { snapshot }: Exchange,
  service: Service,
  address: Address,
  host: string,
): Destination {
  const { host: ip, port } = address
  const connectTimeout = service.connect_timeout ?? 60_000
  if (service.protocol !== 'https') return { host: ip, port, connectTimeout }
  const upstream = snapshot.balancersByName.get(service.host)?.upstream
  const serverName = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  return { host: ip, port, connectTimeout, serverName, tls: snapshot.tlsOf(service, upstream) }
}

/** The head that goes to the client, after the plugins saw the upstream's. */
export function proxiedHead(
  exchange: Exchange,
  status: number,
  headers: Header[],
  { version, now }: Forwarding,
): ResponseHead {
  const answeredAt = now()
  exchange.upstream = { status, headers }
  exchange.upstreamAnsweredAt = answeredAt
  const answered = exchange.tries.at(-1)
  if (answered !== undefined) answered.took = performance.now() - answered.begun
  const { addedHeaders } = exchange
  const head = { status, headers: addedHeaders.length === 0 ? headers : [...addedHeaders, ...headers] }
  runResponse(exchange, head)
  const askedAt = exchange.upstreamAskedAt ?? answeredAt
  const latencies = { upstream: answeredAt - askedAt, proxy: askedAt - exchange.startedAt }
  const all = withProxiedHeaders(head.headers, latencies, exchange, version)
  all.push(['Connection', connectionOf(exchange.request)])
  head.headers = inOrder(all, 'upstream')
  return head
}

interface Reported {
  readonly result: AttemptResult
  /** No further one follows. */
  readonly isLast: boolean
  readonly milliseconds: number
}

/** As in Kong the last try counts by the status that comes of it, so that one alone is a 502 and no failure of TCP; and what breaks off was answered. */
function report(
  { upstream }: Exchange,
  balancer: Balancer | undefined,
  peer: Peer,
  { result, isLast, milliseconds }: Reported,
): void {
  if (result.outcome === 'answered') balancer?.answered(peer, result.status, milliseconds)
  else if (result.begun) balancer?.answered(peer, upstream?.status ?? 502, milliseconds)
  else if (result.how === 'timeout') balancer?.failed(peer, 'timeout')
  else if (isLast) balancer?.answered(peer, 502)
  else balancer?.failed(peer, 'tcp_failure')
}

/** What was sent once may have had its effect: nginx sends only idempotent methods again, except where no connection was made. */
function mayTryAgain(exchange: Exchange, how: Failure): boolean {
  const { method } = exchange
  if (hasBody(exchange) && exchange.body === undefined && exchange.request.readableDidRead) return false
  return (
    how === 'refused' ||
    how === 'unknown name' ||
    !(method === 'POST' || method === 'PATCH' || method === 'LOCK')
  )
}
