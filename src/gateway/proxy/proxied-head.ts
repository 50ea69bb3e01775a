/** The head of an upstream's response as the client gets it: after the plugins, with Kong's headers. */
import type { Header, ResponseHead } from '../exchange/exchange.ts'
import { connectionOf, inOrder, withProxiedHeaders } from '../exchange/headers.ts'
import type { Forwarding } from '../upstream/forward.ts'
import { runResponse } from './phases.ts'
import type { ServedExchange } from './served-exchange.ts'

export function proxiedHead(
  exchange: ServedExchange,
  status: number,
  headers: readonly Header[],
  forwarding: Forwarding,
): ResponseHead {
  const head = switchingHead(exchange, status, headers, forwarding)
  head.headers.push(['Connection', connectionOf(exchange.request)])
  head.headers = inOrder(head.headers, 'upstream')
  return head
}

/** The same without the gateway's Connection header, in the upstream's order: for a 101. */
export function switchingHead(
  exchange: ServedExchange,
  status: number,
  headers: readonly Header[],
  { version, now }: Forwarding,
): ResponseHead {
  const answeredAt = now()
  const askedAt = exchange.upstreamAskedAt ?? answeredAt
  recordResponse(exchange, status, headers, answeredAt)
  // The log phase reads this object later, with all headers.
  const head = { status, headers: [...exchange.addedHeaders, ...headers] }
  runResponse(exchange, head)
  const latencies = { upstream: answeredAt - askedAt, proxy: askedAt - exchange.startedAt }
  head.headers = withProxiedHeaders(head.headers, latencies, exchange, version)
  return head
}

function recordResponse(
  exchange: ServedExchange,
  status: number,
  headers: readonly Header[],
  answeredAt: number,
): void {
  exchange.upstream = { status, headers }
  exchange.upstreamAnsweredAt = answeredAt
  const answered = exchange.attempts.at(-1)
  if (answered !== undefined) answered.took = performance.now() - answered.begun
}
