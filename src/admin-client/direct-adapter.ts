/**
 * An adapter for axios over `node:http`: its own takes two thirds of the time of a request
 * (docs/decisions/2026-11-21-http-adapter.md), and runs send thousands.
 */
import {
  type ClientRequest,
  type Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from 'axios'

export function directAdapter(
  address: string,
  headers: Readonly<Record<string, string>>,
  agent: HttpAgent,
): AxiosAdapter {
  const { protocol, hostname, port, origin, username, password } = new URL(address)
  const isTls = protocol === 'https:'
  const request = isTls ? httpsRequest : httpRequest
  const common: RequestOptions = {
    agent,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port || (isTls ? 443 : 80),
    ...(username !== '' && { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` }),
  }
  const pathFrom = address.indexOf(origin) === 0 ? origin.length : address.indexOf('/', protocol.length + 2)
  return config => {
    const { method = 'GET', url = '', data } = config
    const sent = request({
      ...common,
      method: method.toUpperCase(),
      path: (pathFrom === -1 ? '' : url.slice(pathFrom)) || '/',
      headers: data === undefined ? { ...headers } : { ...headers, ...contentHeaders(data) },
    })
    const response = responseTo(sent, config)
    sent.end(data)
    return response
  }
}

const contentHeaders = (text: string): Record<string, string | number> => ({
  'Content-Type': 'application/json',
  'Content-Length': Buffer.byteLength(text),
})

/** Rejects with `ETIMEDOUT` after the time limit, and with `ECANCELED` after an interruption. */
function responseTo(sent: ClientRequest, config: InternalAxiosRequestConfig): Promise<AxiosResponse> {
  const { timeout = 0, signal } = config
  return new Promise((resolve, reject) => {
    const fail = (code: string, message: string): void => {
      sent.destroy(Object.assign(new Error(message), { code }))
    }
    const stopTimer = startTimer(timeout, () => fail('ETIMEDOUT', 'no answer in time'))
    const stop = (): void => fail('ECANCELED', 'interrupted')
    signal?.addEventListener?.('abort', stop)
    const settle = (): void => {
      stopTimer()
      signal?.removeEventListener?.('abort', stop)
    }
    sent.on('error', error => {
      settle()
      reject(error)
    })
    sent.on('response', (response: IncomingMessage) => {
      readAll(response, config).then(resolve, reject).finally(settle)
    })
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

function readAll(response: IncomingMessage, config: InternalAxiosRequestConfig): Promise<AxiosResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('error', reject)
    response.on('end', () => {
      const { statusCode: status = 0, statusMessage: statusText = '' } = response
      const data = Buffer.concat(chunks).toString('utf8')
      // axios inspects headers character by character: it gets none, and callers read those of the response.
      resolve({ status, statusText, headers: {}, data, config, request: response })
    })
  })
}
