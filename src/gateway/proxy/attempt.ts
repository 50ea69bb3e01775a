/** One try to send an exchange to one address: either the response begins to flow to the client, or it is told why not. */
import type { ServerResponse } from 'node:http'
import type { Dispatcher, Pool } from 'undici'
import { type Exchange, type Header, headerPairs } from './exchange.ts'

export type Failure = 'refused' | 'timeout' | 'reset' | 'unknown name'

export type AttemptResult =
  | { readonly outcome: 'answered'; readonly status: number }
  /** `begun`: the client has seen the head already, so nothing can be tried again. */
  | { readonly outcome: 'failed'; readonly how: Failure; readonly begun: boolean }

export interface Attempt {
  readonly pool: Pool
  readonly path: string
  readonly headers: readonly Header[]
  /** Milliseconds without a byte before it is given up. */
  readonly readTimeout: number
  readonly onHead: (status: number, headers: Header[]) => void
}

/** @param response where the body goes, once `onHead` has written its head */
export function attempt(
  exchange: Exchange,
  response: ServerResponse,
  options: Attempt,
): Promise<AttemptResult> {
  return new Promise(resolve => {
    let begun = false
    let status = 0
    let abort: (() => void) | undefined
    const kept: Buffer[] | undefined = []
    const onClose = () => {
      if (!response.writableFinished) abort?.()
    }
    const end = (result: AttemptResult) => {
      response.off('close', onClose)
      resolve(result)
    }
    response.on('close', onClose)
    // undici's callbacks; a number of them take arguments of versions before 7 in its types.
    const handler = {
      onConnect: (stop: () => void) => {
        abort = stop
        if (response.destroyed) stop()
      },
      onHeaders: (code: number, raw: Buffer[], resume: () => void) => {
        if (code < 200) return true
        begun = true
        status = code
        options.onHead(code, headerPairs(raw.map(one => one.toString('latin1'))))
        response.on('drain', resume)
        return true
      },
      onData: (chunk: Buffer) => {
        if (exchange.onBody !== undefined) kept.push(chunk)
        return response.write(chunk)
      },
      onComplete: () => {
        exchange.onBody?.(Buffer.concat(kept))
        response.end()
        end({ outcome: 'answered', status })
      },
      onError: (error: Error) => {
        // A response that broke off must not look whole to the client.
        if (begun) response.destroy()
        end({ outcome: 'failed', how: failureOf(error), begun })
      },
    }
    const { query, method, request, body } = exchange
    options.pool.dispatch(
      {
        path: query === undefined ? options.path : `${options.path}?${query}`,
        method: method as Dispatcher.HttpMethod,
        headers: options.headers.flat(),
        body: body ?? (hasBody(exchange) ? request : null),
        headersTimeout: options.readTimeout,
        bodyTimeout: options.readTimeout,
      },
      handler as unknown as Dispatcher.DispatchHandler,
    )
  })
}

export const hasBody = ({ request }: Pick<Exchange, 'request'>): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0

function failureOf(error: Error & { code?: string }): Failure {
  switch (error.code) {
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return 'timeout'
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'refused'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'unknown name'
    default:
      return 'reset'
  }
}
