/**
 * One attempt to send an exchange to one address: the response begins to stream to the client, or the failure
 * is returned.
 */
import { type Client, type Dispatcher, errors } from 'undici'
import { hasBody } from '../exchange/bodies.ts'
import { Held, holdsPieces, isBuffered } from '../exchange/buffering.ts'
import {
  breakOff,
  type ClientResponse,
  isGone,
  sendHeadNow,
  sendPart,
  sendWhole,
} from '../exchange/client.ts'
import type { Header } from '../exchange/exchange.ts'
import { wantsTrailers } from '../exchange/headers.ts'
import { ConnectError } from './connect.ts'
import type { ForwardedExchange } from './forwarded-exchange.ts'
import type { IdleTimeouts, Watched } from './idle-timeouts.ts'
import type { Pool } from './pools.ts'

export type Failure = 'refused' | 'timeout' | 'reset' | 'unknown name'

export type AttemptResult =
  | { readonly outcome: 'answered'; readonly status: number }
  /** `begun`: the client has seen the head already, so nothing can be tried again. */
  | { readonly outcome: 'failed'; readonly how: Failure; readonly begun: boolean }

export interface AttemptOptions {
  readonly pool: Pool
  readonly idleTimeouts: IdleTimeouts
  readonly path: string
  /** Names and values in turn. */
  readonly headers: string[]
  /** Milliseconds without a sent byte of the request before the attempt fails. */
  readonly writeTimeout: number
  /** Milliseconds without a received byte of the response before the attempt fails. */
  readonly readTimeout: number
  readonly onHead: (status: number, reason: string, headers: Header[]) => void
}

/** @param response where the body goes, once `onHead` has written its head */
export function attempt(
  exchange: ForwardedExchange,
  response: ClientResponse,
  options: AttemptOptions,
): Promise<AttemptResult> {
  return new Promise(resolve => {
    const { query, method, upstreamMethod, request, body } = exchange
    const isStreamed = body === undefined && hasBody(exchange)
    const client = options.pool.take()
    const one = new Attempt(exchange, response, options, isStreamed, client, resolve)
    client.dispatch(
      {
        path: query === undefined ? options.path : `${options.path}?${query}`,
        method: (upstreamMethod ?? method) as Dispatcher.HttpMethod,
        headers: options.headers,
        body: body ?? (isStreamed ? request : null),
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      // undici's callbacks; a number of them take arguments of versions before 7 in its types.
      one as unknown as Dispatcher.DispatchHandler,
    )
  })
}

/** The callbacks for undici while it sends a request and reads the response. */
class Attempt implements Watched {
  limit = 0
  isActive = true
  activeAt = 0
  readonly #exchange: ForwardedExchange
  readonly #response: ClientResponse
  readonly #options: AttemptOptions
  readonly #client: Client
  readonly #resolve: (result: AttemptResult) => void
  readonly #buffered: BufferedBody = { size: 0, chunks: [] }
  #held: Held | undefined
  #abort: (() => void) | undefined
  #resume: (() => void) | undefined
  #status = 0
  #isBegun = false
  #wasTooLong = false
  /** A streaming body is not completely sent yet. */
  #isSending: boolean

  constructor(
    exchange: ForwardedExchange,
    response: ClientResponse,
    options: AttemptOptions,
    isStreamed: boolean,
    client: Client,
    resolve: (result: AttemptResult) => void,
  ) {
    this.#exchange = exchange
    this.#response = response
    this.#options = options
    this.#client = client
    this.#isSending = isStreamed
    this.#resolve = resolve
    response.on('close', this.#onClose)
  }

  readonly #onClose = () => {
    if (!this.#response.writableFinished) this.#abort?.()
  }

  onConnect(stop: () => void): void {
    this.#abort = stop
    this.limit = this.#isSending ? this.#options.writeTimeout : this.#options.readTimeout
    this.#options.idleTimeouts.watch(this)
    if (isGone(this.#response)) stop()
  }

  onBodySent(): void {
    this.isActive = true
  }

  onRequestSent(): void {
    this.#isSending = false
    this.limit = this.#options.readTimeout
    this.isActive = true
  }

  onHeaders(status: number, raw: readonly Buffer[], resume: () => void, reason: string): boolean {
    this.isActive = true
    if (status < 200) return true
    this.limit = this.#options.readTimeout
    this.#isBegun = true
    this.#status = status
    const headers = textPairs(raw)
    this.#options.onHead(status, reason, headers)
    if (holdsPieces(this.#exchange, headers)) this.#held = new Held()
    else if (!isBuffered(this.#exchange, 'response_buffering')) sendHeadNow(this.#response)
    this.#resume = resume
    return true
  }

  onData(chunk: Buffer): boolean {
    this.isActive = true
    if (wantsBody(this.#exchange)) buffer(this.#buffered, chunk, this.#exchange.rewriteBody === undefined)
    if (this.#exchange.rewriteBody !== undefined) return true
    const part = this.#held === undefined ? chunk : this.#held.add(chunk)
    if (part === undefined || sendPart(this.#response, part)) return true
    // Until the client has taken what there is, the upstream is not read from: its silence is ours.
    this.limit = 0
    this.#response.once('drain', this.#onDrain)
    return false
  }

  readonly #onDrain = () => {
    this.isActive = true
    this.limit = this.#options.readTimeout
    this.#resume?.()
  }

  onComplete(trailers: readonly Buffer[] | undefined): void {
    const rest = wholeBody(this.#buffered, this.#exchange) ?? this.#held?.take()
    if (trailers && trailers.length > 0 && wantsTrailers(this.#exchange.request))
      this.#response.addTrailers(Object.fromEntries(textPairs(trailers)))
    if (rest === undefined) this.#response.end()
    else sendWhole(this.#response, rest)
    this.#end({ outcome: 'answered', status: this.#status })
  }

  onError(error: Error): void {
    if (isWhole(this.#status, error)) {
      this.onComplete(undefined)
      return
    }
    // A response that broke off must not look whole to the client.
    if (this.#isBegun) {
      const rest = this.#held?.take()
      if (rest !== undefined) sendPart(this.#response, rest)
      breakOff(this.#response)
    }
    const how = this.#wasTooLong ? 'timeout' : error instanceof ConnectError ? error.how : 'reset'
    this.#end({ outcome: 'failed', how, begun: this.#isBegun })
  }

  onTimeout(): void {
    // While the proxy waits for the client's body, the upstream's timeout does not run.
    const { request } = this.#exchange
    if (this.#isSending && !request.readableEnded && request.readableLength === 0) return
    this.#wasTooLong = true
    this.#abort?.()
  }

  #end(result: AttemptResult): void {
    this.#options.idleTimeouts.leave(this)
    this.#options.pool.giveBack(this.#client)
    this.#response.off('close', this.#onClose)
    this.#resolve(result)
  }
}

/** A 304 has no body, though it may have a Content-Length, which undici then reports as missing bytes. */
const isWhole = (status: number, error: Error): boolean =>
  (status === 304 || status === 204) && error instanceof errors.ResponseContentLengthMismatchError

function textPairs(raw: readonly Buffer[]): Header[] {
  const pairs: Header[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) {
    pairs.push([(raw[at] as Buffer).toString('latin1'), (raw[at + 1] as Buffer).toString('latin1')])
  }
  return pairs
}

/** A body for a plugin that requested it; without chunks it is too long. */
interface BufferedBody {
  size: number
  chunks: Buffer[] | undefined
}

/** The body is buffered for a plugin up to this size. */
const longestBuffered = 16 * 1024 * 1024

const wantsBody = ({ onBody, rewriteBody }: ForwardedExchange): boolean =>
  onBody !== undefined || rewriteBody !== undefined

/** Collects a body for a plugin: to keep it, unless it is too long, or to replace it. */
function buffer(buffered: BufferedBody, chunk: Buffer, isLimited: boolean): void {
  if (buffered.chunks === undefined) return
  buffered.size += chunk.length
  if (buffered.size > longestBuffered && isLimited) buffered.chunks = undefined
  else buffered.chunks.push(chunk)
}

/** @returns what is still to be sent */
function wholeBody({ chunks }: BufferedBody, exchange: ForwardedExchange): Buffer | undefined {
  if (chunks === undefined || !wantsBody(exchange)) return undefined
  const { onBody, rewriteBody } = exchange
  const body = Buffer.concat(chunks)
  const sent = rewriteBody?.(body)
  onBody?.(sent ?? body)
  return sent
}
