/**
 * Requests over `node:http`, for a gateway that is reached without a proxy: axios takes more time for a request
 * than sending it does (docs/decisions/2026-11-21-http-adapter.md), and runs send thousands.
 */
import {
  type ClientRequest,
  type Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { HttpRequest, HttpResponse } from './transport.ts'

export function directSend(
  address: string,
  headers: Readonly<Record<string, string>>,
  agent: HttpAgent,
): (request: HttpRequest) => Promise<HttpResponse> {
  const { protocol, hostname, port, host, origin, username, password } = new URL(address)
  const isTls = protocol === 'https:'
  const request = isTls ? httpsRequest : httpRequest
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const basic =
    username === '' ? {} : { Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
  // As a list, node:http writes them as they are, instead of setting one after the other.
  const common = Object.entries({ Host: host, ...basic, ...headers }).flat()
  const options: RequestOptions = {
    agent,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port || (isTls ? 443 : 80),
  }
  const onAbort = listenersOf()
  const pathFrom = address.indexOf(origin) === 0 ? origin.length : address.indexOf('/', protocol.length + 2)
  // Asynchronous, so that a certificate that `request` cannot read is a failure of the request.
  return async ({ method, url, text, timeout, signal }) => {
    const sent = request({
      ...options,
      method,
      path: (pathFrom === -1 ? '' : url.slice(pathFrom)) || '/',
      headers: text === undefined ? common : [...common, ...contentHeaders(text)],
    })
    const response = responseTo(sent, timeout, signal, onAbort)
    sent.end(text)
    return response
  }
}

const contentHeaders = (text: string): string[] => [
  ...['Content-Type', 'application/json'],
  ...['Content-Length', String(Buffer.byteLength(text))],
]

/** @returns the function that ends the subscription */
type OnAbort = (signal: AbortSignal | undefined, stop: () => void) => () => void

/** One listener for each signal, whatever number of requests it ends. */
function listenersOf(): OnAbort {
  const known = new WeakMap<AbortSignal, Set<() => void>>()
  return (signal, stop) => {
    if (signal === undefined) return () => {}
    const stops = known.get(signal) ?? new Set()
    if (!known.has(signal)) {
      known.set(signal, stops)
      signal.addEventListener('abort', () => {
        for (const one of stops) one()
      })
    }
    stops.add(stop)
    return () => stops.delete(stop)
  }
}

/** Rejects with `ETIMEDOUT` after the time limit, and with `ECANCELED` after an interruption. */
function responseTo(
  sent: ClientRequest,
  timeout: number,
  signal: AbortSignal | undefined,
  onAbort: OnAbort,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const fail = (code: string, message: string): void => {
      sent.destroy(Object.assign(new Error(message), { code }))
    }
    const stopTimer = startTimer(timeout, () => fail('ETIMEDOUT', 'no answer in time'))
    const unsubscribe = onAbort(signal, () => fail('ECANCELED', 'interrupted'))
    const settle = (): void => {
      stopTimer()
      unsubscribe()
    }
    const end = (error: Error): void => {
      settle()
      reject(error)
    }
    sent.on('error', end)
    sent.on('response', (response: IncomingMessage) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', end)
      response.on('end', () => {
        settle()
        const { statusCode: status = 0, statusMessage: statusText = '', headers } = response
        resolve({ status, statusText, headers, text: textOf(chunks) })
      })
    })
    if (signal?.aborted === true) fail('ECANCELED', 'interrupted')
  })
}

/**
 * Runs in tenths, each of which counts once, however late it ends: nothing is sent or read while a large file
 * is parsed, which takes seconds on a busy machine, and that time is not the gateway's.
 *
 * @returns stops it
 */
function startTimer(milliseconds: number, whenOver: () => void): () => void {
  let left = 10
  const tick = (): void => {
    left -= 1
    if (left === 0) whenOver()
    else timer = setTimeout(tick, milliseconds / 10)
  }
  let timer = setTimeout(tick, milliseconds / 10)
  return () => clearTimeout(timer)
}

/** Nearly all responses come in one piece. */
function textOf(chunks: readonly Buffer[]): string {
  const [only] = chunks
  return chunks.length === 1 && only !== undefined
    ? only.toString('utf8')
    : Buffer.concat(chunks).toString('utf8')
}
