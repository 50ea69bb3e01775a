/** Where an exchange is sent, one place after the other: the balancer's choice or the service's own host, and elsewhere where Kong would try again. */
import type { Service } from '../../entities/kinds/service.ts'
import type { Balancer } from '../balancer/balancer.ts'
import type { Peer } from '../balancer/peers.ts'
import { NameError } from '../dns/resolver.ts'
import { hasBody } from '../exchange/bodies.ts'
import type { Try } from '../exchange/exchange.ts'
import type { ServedExchange } from '../proxy/served-exchange.ts'
import type { AttemptResult, Failure } from './attempt.ts'
import type { Forwarding } from './forward.ts'
import { hashKey } from './hash-key.ts'
import { choosePlace, type FoundPlace, noAddress, noPeer, type Place } from './peers-to-try.ts'

export interface Sending {
  /** One try; over when the exchange is. */
  readonly send: (place: FoundPlace) => Promise<AttemptResult>
  /** Whether the client is gone. */
  readonly hasLeft: () => boolean
}

/** @returns when one of the tries was answered and is over, or `exchange.answer` says why none was */
export async function tryPlaces(
  exchange: ServedExchange,
  service: Service,
  forwarding: Forwarding,
  { send, hasLeft }: Sending,
): Promise<void> {
  const balancer = exchange.snapshot.balancersByName.get(service.host)
  const key = balancer === undefined ? '' : hashKey(exchange, balancer.upstream)
  const tried = new Set<Peer>()
  const most = service.retries ?? 5
  let last: Failure = 'refused'
  for (let turn = 0; turn <= most; turn++) {
    const chosen = choosePlace(balancer, tried, key, service, forwarding)
    const place = chosen instanceof Promise ? await chosen : chosen
    if (place === undefined) return noPeer(exchange, turn > 0)
    const { peer } = place
    if (peer === undefined && place.address instanceof NameError)
      return noAddress(exchange, service.host, place.address, forwarding.version)
    const noted = noteTry(exchange, place, forwarding.now(), performance.now())
    const result = isFound(place) ? await send(place) : unknownName
    place.ended()
    if (result.outcome === 'failed') noted.failed = result.how
    const isAnswered = result.outcome === 'answered' || result.begun
    // A client that left says nothing about the upstream, and wants nothing more of it.
    if (!isAnswered && hasLeft()) return
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
function noteTry({ tries }: ServedExchange, place: Place, at: number, begun: number): Try {
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

interface Reported {
  readonly result: AttemptResult
  /** No further one follows. */
  readonly isLast: boolean
  readonly milliseconds: number
}

/** As in Kong the last try counts by the status that comes of it, so that one alone is a 502 and no failure of TCP; and what breaks off was answered. */
function report(
  { upstream }: ServedExchange,
  balancer: Balancer | undefined,
  peer: Peer,
  { result, isLast, milliseconds }: Reported,
): void {
  // What became a WebSocket took as long as both liked to talk.
  const took = upstream?.status === 101 ? undefined : milliseconds
  if (result.outcome === 'answered') balancer?.answered(peer, result.status, took)
  else if (result.begun) balancer?.answered(peer, upstream?.status ?? 502, took)
  else if (result.how === 'timeout') balancer?.failed(peer, 'timeout')
  else if (isLast) balancer?.answered(peer, 502)
  else balancer?.failed(peer, 'tcp_failure')
}

/** What was sent once may have had its effect: nginx sends only idempotent methods again, except where no connection was made. */
function mayTryAgain(exchange: ServedExchange, how: Failure): boolean {
  const { method } = exchange
  if (hasBody(exchange) && exchange.body === undefined && exchange.request.readableDidRead) return false
  return (
    how === 'refused' ||
    how === 'unknown name' ||
    !(method === 'POST' || method === 'PATCH' || method === 'LOCK')
  )
}
