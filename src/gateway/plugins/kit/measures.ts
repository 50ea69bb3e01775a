/** Measurements of an exchange, for logs and metrics, as in Kong. */
import type { Exchange } from '../../exchange/exchange.ts'

/** Size of the request in bytes: first line, headers and body. */
export function requestSize({ request, method, body }: Exchange): number {
  const { rawHeaders, url = '/' } = request
  const line = method.length + url.length + ' '.length + ' HTTP/1.1\r\n'.length
  const headers = rawHeaders.reduce((sum, text) => sum + text.length + 2, 0)
  const length = Number(request.headers['content-length'] ?? body?.length ?? 0)
  return line + headers + '\r\n'.length + length
}

/** Milliseconds. */
export interface Latencies {
  /** In the gateway; 2.8 counts here what 3.x calls `receive`. */
  readonly kong: number
  /** Time until the upstream responded; -1 if there was no upstream request or no response. */
  readonly proxy: number
  /** All together. */
  readonly request: number
  /** While the response's body came. */
  readonly receive: number
}

export function latenciesOf(exchange: Exchange, at: number): Latencies {
  const { startedAt, upstreamAskedAt, upstreamAnsweredAt, snapshot } = exchange
  const receive = upstreamAnsweredAt === undefined ? 0 : at - upstreamAnsweredAt
  const before = (upstreamAskedAt ?? at) - startedAt
  const isAnswered = upstreamAskedAt !== undefined && upstreamAnsweredAt !== undefined
  return {
    kong: snapshot.version.major < 3 ? before + receive : before,
    proxy: isAnswered ? upstreamAnsweredAt - upstreamAskedAt : -1,
    request: at - startedAt,
    receive,
  }
}
