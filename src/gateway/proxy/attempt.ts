/** One try to send an exchange to one address: either the response begins to flow to the client, or it is told why not. */
import type { Dispatcher, Pool } from 'undici'
import { hasBody } from './bodies.ts'
import { breakOff, type ClientResponse, isGone, sendPart } from './client.ts'
import { ConnectError } from './connect.ts'
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

/** Bodies that a plugin wants to keep are kept up to this size. */
const longestKept = 16 * 1024 * 1024

/** @param response where the body goes, once `onHead` has written its head */
export function attempt(
  exchange: Exchange,
  response: ClientResponse,
  options: Attempt,
): Promise<AttemptResult> {
  return new Promise(resolve => {
    let begun = false
    let status = 0
    let abort: (() => void) | undefined
    const silence = createSilence(options.readTimeout, () => abort?.())
    const kept = createKeeper(exchange)
    const onClose = () => {
      if (!response.writableFinished) abort?.()
    }
    const end = (result: AttemptResult) => {
      silence.end()
      response.off('close', onClose)
      resolve(result)
    }
    response.on('close', onClose)
    // undici's callbacks; a number of them take arguments of versions before 7 in its types.
    const handler = {
      onConnect: (stop: () => void) => {
        abort = stop
        silence.broken()
        if (isGone(response)) stop()
      },
      onBodySent: () => silence.broken(),
      onHeaders: (code: number, raw: Buffer[], resume: () => void) => {
        silence.broken()
        if (code < 200) return true
        begun = true
        status = code
        options.onHead(code, headerPairs(raw.map(one => one.toString('latin1'))))
        response.on('drain', () => {
          silence.broken()
          resume()
        })
        return true
      },
      onData: (chunk: Buffer) => {
        kept.add(chunk)
        if (exchange.rewriteBody !== undefined) return true
        const mayGoOn = sendPart(response, chunk)
        // Until the client has taken what there is, the upstream is not read from: its silence is ours.
        if (mayGoOn) silence.broken()
        else silence.end()
        return mayGoOn
      },
      onComplete: () => {
        const rest = kept.whole()
        if (rest === undefined) response.end()
        else response.end(rest)
        end({ outcome: 'answered', status })
      },
      onError: (error: Error) => {
        // A response that broke off must not look whole to the client.
        if (begun) breakOff(response)
        end({ outcome: 'failed', how: failureOf(error, silence.wasTooLong()), begun })
      },
    }
    const { query, method, upstreamMethod, request, body } = exchange
    options.pool.dispatch(
      {
        path: query === undefined ? options.path : `${options.path}?${query}`,
        method: (upstreamMethod ?? method) as Dispatcher.HttpMethod,
        headers: options.headers.flat(),
        body: body ?? (hasBody(exchange) ? request : null),
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      handler as unknown as Dispatcher.DispatchHandler,
    )
  })
}

/** How long an upstream may say nothing. undici's own timers tick once a second, which is too coarse for short time-outs. */
function createSilence(milliseconds: number, onTooLong: () => void) {
  let timer: NodeJS.Timeout | undefined
  let tooLong = false
  return {
    broken: () => {
      if (timer !== undefined) timer.refresh()
      else
        timer = setTimeout(() => {
          tooLong = true
          onTooLong()
        }, milliseconds)
    },
    end: () => {
      clearTimeout(timer)
      timer = undefined
    },
    wasTooLong: () => tooLong,
  }
}

/** Collects a body for the plugin that asked for it: to keep it, unless it is too long, or to make another of it. */
function createKeeper(exchange: Exchange) {
  let chunks: Buffer[] | undefined = []
  let size = 0
  return {
    add: (chunk: Buffer) => {
      const { onBody, rewriteBody } = exchange
      if ((onBody === undefined && rewriteBody === undefined) || chunks === undefined) return
      size += chunk.length
      if (size > longestKept && rewriteBody === undefined) chunks = undefined
      else chunks.push(chunk)
    },
    /** @returns what is still to be sent */
    whole: (): Buffer | undefined => {
      if (chunks === undefined) return undefined
      const { onBody, rewriteBody } = exchange
      const body = onBody === undefined && rewriteBody === undefined ? undefined : Buffer.concat(chunks)
      if (body === undefined) return undefined
      const sent = rewriteBody?.(body)
      onBody?.(sent ?? body)
      return sent
    },
  }
}

function failureOf(error: Error, wasTooLong: boolean): Failure {
  if (wasTooLong) return 'timeout'
  return error instanceof ConnectError ? error.how : 'reset'
}
