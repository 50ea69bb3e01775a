/**
 * Sends an exchange to one destination after another: the peer that the balancer picks, or the service's
 * host; retries as Kong does.
 */
import type { Service } from '../../entities/kinds/service.ts'
import type { Balancer } from '../balancer/balancer.ts'
import type { Peer } from '../balancer/peers.ts'
import { NameError } from '../dns/look-up.ts'
import { hasBody } from '../exchange/bodies.ts'
import type { UpstreamAttempt } from '../exchange/exchange.ts'
import type { AttemptResult, Failure } from './attempt.ts'
import {
  chooseDestination,
  type Destination,
  noAddress,
  noPeer,
  type ResolvedDestination,
} from './destination.ts'
import type { Forwarding } from './forward.ts'
import type { ForwardedExchange } from './forwarded-exchange.ts'
import { hashKey } from './hash-key.ts'

export interface Sending {
  /** Makes one attempt; resolves when the response is complete. */
  readonly send: (destination: ResolvedDestination) => Promise<AttemptResult>
  /** Whether the client closed the connection. */
  readonly hasLeft: () => boolean
}

/** @returns when an attempt got a response and is complete, or `exchange.answer` is set because all failed */
export async function sendWithRetries(
  exchange: ForwardedExchange,
  service: Service,
  forwarding: Forwarding,
  sending: Sending,
): Promise<void> {
  const balancer = exchange.snapshot.balancersByName.get(service.host)
  const key = balancer === undefined ? '' : hashKey(exchange, balancer.upstream)
  const tried = new Set<Peer>()
  const maxRetries = service.retries ?? 5
  for (let retry = 0; ; retry++) {
    const chosen = chooseDestination(balancer, tried, key, service, forwarding)
    const destination = chosen instanceof Promise ? await chosen : chosen
    if (destination === undefined) return noPeer(exchange, retry > 0)
    const { peer, address } = destination
    if (peer === undefined && address instanceof NameError)
      return noAddress(exchange, service.host, address, forwarding.version)
    const attempt = recordAttempt(exchange, destination, forwarding.now(), performance.now())
    const result = isResolved(destination) ? await sending.send(destination) : unknownName
    destination.ended()
    if (result.outcome === 'failed') attempt.failed = result.how
    const hasResponse = result.outcome === 'answered' || result.begun
    // A closed client connection is no failure of the upstream and needs no retry.
    if (!hasResponse && sending.hasLeft()) return
    const isLast = hasResponse || retry >= maxRetries || !mayTryAgain(exchange, result.how)
    const milliseconds = performance.now() - attempt.begun
    if (peer !== undefined) report(exchange, balancer, peer, { result, isLast, milliseconds })
    if (hasResponse) return
    if (isLast) return allFailed(exchange, balancer, result.how)
    if (peer !== undefined) tried.add(peer)
  }
}

function allFailed(exchange: ForwardedExchange, balancer: Balancer | undefined, how: Failure): void {
  if (balancer?.hasHealthy() === false) noPeer(exchange, true)
  else exchange.exit({ status: how === 'timeout' ? 504 : 502, from: 'nginx' })
}

const unknownName: AttemptResult = { outcome: 'failed', how: 'unknown name', begun: false }

const isResolved = (destination: Destination): destination is ResolvedDestination =>
  !(destination.address instanceof NameError)

/** Adds an attempt to the exchange's list. */
function recordAttempt(
  { attempts }: ForwardedExchange,
  destination: Destination,
  at: number,
  begun: number,
): UpstreamAttempt {
  const { address, peer } = destination
  const [ip, port] =
    address instanceof NameError ? [destination.hostname, destination.port] : [address.host, address.port]
  const attempt: UpstreamAttempt =
    peer === undefined
      ? { ip, port, at, begun }
      : { ip, port, at, begun, target: { id: peer.target.targetId, key: peer.target.key } }
  attempts.push(attempt)
  return attempt
}

interface Reported {
  readonly result: AttemptResult
  /** No retry follows. */
  readonly isLast: boolean
  readonly milliseconds: number
}

/**
 * As in Kong, the last attempt counts by its status, so that a single one is a 502 and not a TCP failure. A
 * broken response counts as answered.
 */
function report(
  { upstream }: ForwardedExchange,
  balancer: Balancer | undefined,
  peer: Peer,
  { result, isLast, milliseconds }: Reported,
): void {
  // The duration of a WebSocket is not a latency.
  const took = upstream?.status === 101 ? undefined : milliseconds
  if (result.outcome === 'answered') balancer?.answered(peer, result.status, took)
  else if (result.begun) balancer?.answered(peer, upstream?.status ?? 502, took)
  else if (result.how === 'timeout') balancer?.failed(peer, 'timeout')
  else if (isLast) balancer?.answered(peer, 502)
  else balancer?.failed(peer, 'tcp_failure')
}

/**
 * As in nginx, only idempotent methods are retried, because the first attempt may have had its effect; others
 * only without a connection.
 */
function mayTryAgain(exchange: ForwardedExchange, how: Failure): boolean {
  const { method } = exchange
  if (hasBody(exchange) && exchange.body === undefined && exchange.request.readableDidRead) return false
  return (
    how === 'refused' ||
    how === 'unknown name' ||
    !(method === 'POST' || method === 'PATCH' || method === 'LOCK')
  )
}
