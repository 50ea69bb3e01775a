/** Sends one request of a test through the proxy, from its own loopback address, and reads the response. */
import { type IncomingHttpHeaders, type RequestOptions, request as sendPlain } from 'node:http'
import { request as sendTls } from 'node:https'
import { isIP } from 'node:net'
import { splitUrl } from '../route-check/checked-request.ts'
import type { RequestStep } from './tests-file.ts'

export interface Response {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly trace: Trace
}

/** The gateway's trace of a request (`gateway/proxy/trace.ts`). */
export interface Trace {
  readonly route?: { readonly id: string; readonly name: string | null }
  readonly service?: { readonly id: string; readonly name: string | null }
  readonly plugins?: readonly string[]
  readonly target?: string | null
}

export interface Proxies {
  readonly proxy: string
  readonly proxyTls: string | undefined
}

/** @throws Error with a reason for people: no response within the time, a connection that broke */
export function send(step: RequestStep, { proxy, proxyTls }: Proxies, timeout: number): Promise<Response> {
  const [method = '', url = ''] = step.request.split(' ')
  const { protocol, authority = 'localhost', target } = splitUrl(url)
  const isTls = protocol === 'https'
  const place = new URL(isTls ? (proxyTls ?? proxy) : proxy)
  const body = step.json === undefined ? step.body : JSON.stringify(step.json)
  const name = authority.replace(/:\d+$/, '')
  const options: RequestOptions & { servername?: string; rejectUnauthorized?: boolean } = {
    host: place.hostname,
    port: place.port,
    method,
    path: target,
    agent: false,
    headers: {
      Host: authority,
      'X-Deck-Trace': '1',
      ...(step.json !== undefined && { 'Content-Type': 'application/json' }),
      ...(body !== undefined && { 'Content-Length': String(Buffer.byteLength(body)) }),
      ...Object.fromEntries(Object.entries(step.headers ?? {}).map(([key, value]) => [key, String(value)])),
    },
    ...(step.client !== undefined && { localAddress: step.client }),
    ...(isTls && { rejectUnauthorized: false, ...(isIP(name) === 0 && { servername: name }) }),
  }
  return exchange(isTls ? sendTls : sendPlain, options, body, timeout)
}

function exchange(
  start: typeof sendPlain,
  options: RequestOptions,
  body: string | undefined,
  timeout: number,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = start(options, response => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', fail)
      response.once('end', () => {
        clearTimeout(timer)
        const { 'x-deck-trace': trace = '', ...headers } = response.headers
        resolve({
          status: response.statusCode ?? 0,
          headers,
          body: Buffer.concat(chunks).toString(),
          trace: JSON.parse(decodeURIComponent(String(trace)) || '{}') as Trace,
        })
      })
    })
    const fail = (error: Error): void => {
      clearTimeout(timer)
      reject(error)
    }
    const timer = setTimeout(() => sent.destroy(new Error(`no response within ${timeout} s`)), timeout * 1000)
    sent.once('error', fail)
    sent.end(body)
  })
}
