/** One HTTP request of the Manager's own to another server: to the Admin API it shows, or to the proxy. */
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Readable } from 'node:stream'

export interface Outgoing {
  readonly url: URL
  readonly method: string
  readonly headers: OutgoingHttpHeaders
  readonly body?: Readable | Buffer
  /** Options of `node:https`. */
  readonly tls?: object
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

export interface Incoming extends IncomingMessage {
  /** The connection is no longer HTTP, and the response has no body. */
  readonly isWithoutBody?: boolean
}

/** @returns when the head of the answer is there; @throws the error of the connection */
export function send(outgoing: Outgoing): Promise<Incoming> {
  const { url, method, headers, body, tls, timeoutMs, signal } = outgoing
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const sent = request(url, { ...tls, method, headers, agent: false, ...(signal && { signal }) }, resolve)
    sent.setTimeout(timeoutMs, () => sent.destroy(new Error(`no answer in ${timeoutMs / 1000} seconds`)))
    sent.once('error', reject)
    // After these responses the connection is no longer HTTP: they end with their heads.
    for (const event of ['connect', 'upgrade'] as const) {
      sent.once(event, (answer, socket) => {
        socket.on('error', () => {}).destroy()
        resolve(Object.assign(answer, { isWithoutBody: true }))
      })
    }
    if (body === undefined || Buffer.isBuffer(body)) sent.end(body)
    else body.pipe(sent)
  })
}

/** The reason of a failed connection, for the user. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code = '' } = error as NodeJS.ErrnoException
  const words: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing listens there',
    ENOTFOUND: 'there is no such host',
    ECONNRESET: 'the connection broke',
    ABORT_ERR: 'no answer in time',
  }
  return words[code] ?? (error.message === '' ? code : error.message)
}
