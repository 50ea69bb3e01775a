/** Sends an exchange to its service: the balancer's choice or a plain host, tried again elsewhere where Kong would. */
import { isIPv6 } from 'node:net'
import type { Version } from '../../entities/define.ts'
import type { Service } from '../../entities/kinds/service.ts'
import type { Balancer } from '../balancer/balancer.ts'
import type { Peer, ResolveMap } from '../balancer/peers.ts'
import { type AttemptResult, attempt, type Failure } from './attempt.ts'
import { hasBody, keepSmallBody } from './bodies.ts'
import { type ClientResponse, sendHead } from './client.ts'
import type { Destination } from './connect.ts'
import type { Exchange, Header, ResponseHead, Try } from './exchange.ts'
import { connectionOf, passedBack, type Sender, upstreamHeaders, withProxiedHeaders } from './headers.ts'
import { upstreamPath } from './paths.ts'
import { runResponse } from './phases.ts'
import type { Pools } from './pools.ts'

export interface Forwarding extends Sender {
  readonly pools: Pools
  readonly resolve: ResolveMap
  readonly now: () => number
  readonly log: (line: string) => void
}

export interface Place {
  readonly peer?: Peer
  /** For the Host header. */
  readonly hostname: string
  readonly port: number
  readonly address: { readonly host: string; readonly port: number }
}

/** @returns when the response has been sent whole, or `exchange.answer` says why there is none */
export async function forward(
  exchange: Exchange,
  response: ClientResponse,
  service: Service,
  forwarding: Forwarding,
): Promise<void> {
  const balancer = exchange.snapshot.balancersByName.get(service.host)
  const tried = new Set<Peer>()
  const most = service.retries ?? 5
  let last: Failure = 'refused'
  await keepSmallBody(exchange)
  for (let turn = 0; turn <= most; turn++) {
    const place = choosePlace(balancer, tried, service, forwarding.resolve)
    if (place === undefined) return noPeer(exchange, turn > 0)
    const { host: ip, port } = place.address
    const { peer } = place
    const target = peer && { id: peer.targetId, key: peer.key }
    const attempted: Try = { ip, port, at: forwarding.now(), ...(target && { target }) }
    exchange.tries.push(attempted)
    const result = await tryPlace(exchange, response, service, place, forwarding)
    if (result.outcome === 'failed') attempted.failed = result.how
    if (place.peer !== undefined) report(balancer, place.peer, result)
    if (result.outcome === 'answered' || result.begun) return
    last = result.how
    if (!mayTryAgain(exchange, last)) break
    if (place.peer !== undefined) tried.add(place.peer)
  }
  if (balancer?.hasHealthy() === false) noPeer(exchange, true)
  else if (last === 'unknown name') exchange.exit(nameUnknown(service.host, forwarding.version))
  else exchange.exit({ status: last === 'timeout' ? 504 : 502, from: 'nginx' })
}

export function choosePlace(
  balancer: Balancer | undefined,
  tried: ReadonlySet<Peer>,
  service: Service,
  resolve: ResolveMap,
): Place | undefined {
  if (balancer === undefined) {
    const { host, port } = service
    const name = host.replace(/^\[|\]$/g, '')
    return { hostname: host, port, address: resolve.get(`${host}:${port}`) ?? { host: name, port } }
  }
  const peer = balancer.pick(tried)
  return (
    peer && {
      peer,
      hostname: balancer.upstream.host_header ?? peer.host,
      port: peer.port,
      address: peer.address,
    }
  )
}

/** In 2.8 the request that tripped the last healthy target is told so as nginx tells an upstream without servers (recorded). */
function noPeer(exchange: Exchange, wasTried: boolean): void {
  if (wasTried && exchange.snapshot.version.major < 3) exchange.exit({ status: 503, from: 'nginx' })
  else {
    exchange.upstreamAskedAt = undefined
    exchange.exit({ status: 503, message: 'failure to get a peer from the ring-balancer' })
  }
}

const nameUnknown = (host: string, version: Version) =>
  version.major < 3
    ? { status: 503, message: 'name resolution failed' }
    : {
        status: 500,
        message: `failed the initial dns/balancer resolve for '${host}' with: dns server error: 3 name error`,
      }

async function tryPlace(
  exchange: Exchange,
  response: ClientResponse,
  service: Service,
  place: Place,
  forwarding: Forwarding,
): Promise<AttemptResult> {
  const { route } = exchange
  if (route === undefined) throw new Error('forwarded without a route')
  const isTls = service.protocol === 'https'
  const host = exchange.upstreamHost ?? (route.preserve_host ? exchange.host : hostHeader(place, isTls))
  const { now } = forwarding
  exchange.upstreamAskedAt ??= now()
  return attempt(exchange, response, {
    pool: forwarding.pools.to(destinationOf(exchange, service, place.address, host)),
    path: exchange.upstreamPath ?? upstreamPath(exchange.path, exchange.matchedPath, route, service.path),
    headers: upstreamHeaders(exchange, host, forwarding),
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
  address: { readonly host: string; readonly port: number },
  host: string,
): Destination {
  const { host: ip, port } = address
  const connectTimeout = service.connect_timeout ?? 60_000
  if (service.protocol !== 'https') return { host: ip, port, connectTimeout }
  const upstream = snapshot.balancersByName.get(service.host)?.upstream
  const serverName = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  return { host: ip, port, connectTimeout, serverName, tls: snapshot.tlsOf(service, upstream) }
}

/** A port is named where it is not the protocol's own. */
export function hostHeader({ hostname, port }: Place, isTls: boolean): string {
  const host = isIPv6(hostname) ? `[${hostname}]` : hostname
  return port === (isTls ? 443 : 80) ? host : `${host}:${port}`
}

/** The head that goes to the client, after the plugins saw the upstream's. */
export function proxiedHead(
  exchange: Exchange,
  status: number,
  headers: Header[],
  { version, now }: Forwarding,
): ResponseHead {
  exchange.upstream = { status, headers }
  exchange.upstreamAnsweredAt = now()
  const head = { status, headers: [...exchange.addedHeaders, ...headers] }
  runResponse(exchange, head)
  const askedAt = exchange.upstreamAskedAt ?? now()
  const latencies = { upstream: now() - askedAt, proxy: askedAt - exchange.startedAt }
  head.headers = [
    ...withProxiedHeaders(head.headers, latencies, exchange, version),
    ['Connection', connectionOf(exchange.request)],
  ]
  return head
}

function report(balancer: Balancer | undefined, peer: Peer, result: AttemptResult): void {
  if (result.outcome === 'answered') balancer?.answered(peer, result.status)
  else balancer?.failed(peer, result.how === 'timeout' ? 'timeout' : 'tcp_failure')
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
