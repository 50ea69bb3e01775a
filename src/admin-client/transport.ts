/**
 * One request and its answer, over connections that are kept. It is axios with an adapter of ours: axios' own
 * takes two thirds of what a request costs (docs/decisions/2026-11-21-http-adapter.md), and thousands are
 * sent in a row. Only where a proxy stands between (`HTTP_PROXY` and its like) axios' own is used. What an
 * answer means, and whether to ask again, is `client.ts`' business.
 */
import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from 'axios'
import type { ClientSettings, TlsSettings } from './settings.ts'

export interface Question {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly url: string
  /** JSON. */
  readonly text?: string | undefined
  /** Milliseconds for all of it. */
  readonly timeout: number
  /** Cuts it short. */
  readonly signal?: AbortSignal | undefined
}

export interface Answer {
  readonly status: number
  readonly statusText: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}

export interface Transport {
  /**
   * @throws Error with Node's `code` (`ECONNRESET`, …) where there is no answer; `ETIMEDOUT` is our own time
   *   limit
   */
  send(question: Question): Promise<Answer>
  close(): void
  /** Whether a proxy may stand between (unless NO_PROXY names the host). */
  readonly throughProxy: boolean
}

/** @param headers sent with each request */
export async function createTransport(
  settings: ClientSettings,
  headers: Readonly<Record<string, string>>,
): Promise<Transport> {
  const { default: axios } = await import('axios/dist/node/axios.cjs')
  const secure = new URL(settings.address).protocol === 'https:'
  const agent = quiet(
    new (secure ? HttpsAgent : HttpAgent)({
      keepAlive: true,
      ...(secure && tlsOptions(settings.tls)),
    }),
  )
  const direct = !goesThroughProxy(settings.address)
  // Not axios.create: its defaults would be merged into each request anew.
  const instance = new axios.Axios({
    adapter: direct ? directAdapter(settings.address, headers, agent) : 'http',
    ...(!direct && {
      [secure ? 'httpsAgent' : 'httpAgent']: agent,
      maxRedirects: 0,
      decompress: false,
      headers: { ...headers },
    }),
    maxContentLength: Number.POSITIVE_INFINITY,
    maxBodyLength: Number.POSITIVE_INFINITY,
    // JSON is made and read by the client.
    transformRequest: [],
    transformResponse: [],
    responseType: 'text',
    validateStatus: () => true,
  })
  return {
    send: async ({ text, method, url, timeout, signal }) => {
      const response = await instance.request<string>({
        method,
        url,
        timeout,
        ...(text !== undefined && { data: text }),
        ...(text !== undefined && !direct && { headers: { 'Content-Type': 'application/json' } }),
        ...(signal && { signal }),
      })
      const { status, statusText, data } = response
      const headers = direct ? (response.request as IncomingMessage).headers : response.headers
      return { status, statusText, headers, text: data }
    },
    close: () => agent.destroy(),
    throughProxy: !direct,
  }
}

/** As Go does for decK: what is on this machine is never asked for through a proxy. */
function goesThroughProxy(address: string): boolean {
  const { hostname } = new URL(address)
  if (hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')) return false
  return Object.keys(process.env).some(name => /^(https?|all)_proxy$/i.test(name) && process.env[name] !== '')
}

/**
 * Node's agent asks the kernel for probes each time that a connection becomes free: three calls for each
 * request, of a connection that is used at once.
 */
const quiet = <T extends HttpAgent>(agent: T): T =>
  Object.assign(agent, {
    keepSocketAlive: (socket: Duplex & { unref?: () => void }): boolean => {
      socket.unref?.()
      return true
    },
  })

/** As `node:https` takes them. */
export const tlsOptions = (tls: TlsSettings = {}) => ({
  ...(tls.skipVerify === true && { rejectUnauthorized: false }),
  ...(tls.serverName && { servername: tls.serverName }),
  ...(tls.ca && { ca: tls.ca }),
  ...(tls.cert && { cert: tls.cert }),
  ...(tls.key && { key: tls.key }),
})

/** Requests by `node:http` and nothing between. */
function directAdapter(
  address: string,
  headers: Readonly<Record<string, string>>,
  agent: HttpAgent,
): AxiosAdapter {
  const { protocol, hostname, port, origin, username, password } = new URL(address)
  const secure = protocol === 'https:'
  const request = secure ? httpsRequest : httpRequest
  const common: RequestOptions = {
    agent,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port || (secure ? 443 : 80),
    ...(username !== '' && { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` }),
  }
  const pathFrom = address.indexOf(origin) === 0 ? origin.length : address.indexOf('/', protocol.length + 2)
  return config =>
    new Promise((resolve, reject) => {
      const { method = 'GET', url = '', data, timeout = 0, signal } = config
      const sent = request({
        ...common,
        method: method.toUpperCase(),
        path: (pathFrom === -1 ? '' : url.slice(pathFrom)) || '/',
        headers: data === undefined ? { ...headers } : { ...headers, ...contentHeaders(data) },
      })
      const fail = (code: string, message: string): void => {
        sent.destroy(Object.assign(new Error(message), { code }))
      }
      const timer = setTimeout(fail, timeout, 'ETIMEDOUT', 'no answer in time')
      const stop = (): void => fail('ECANCELED', 'interrupted')
      signal?.addEventListener?.('abort', stop)
      const settle = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener?.('abort', stop)
      }
      sent.on('error', error => {
        settle()
        reject(error)
      })
      sent.on('response', (response: IncomingMessage) => {
        readAll(response, config).then(resolve, reject).finally(settle)
      })
      sent.end(data)
    })
}

const contentHeaders = (text: string): Record<string, string | number> => ({
  'Content-Type': 'application/json',
  'Content-Length': Buffer.byteLength(text),
})

function readAll(response: IncomingMessage, config: InternalAxiosRequestConfig): Promise<AxiosResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    response.on('data', (chunk: Buffer) => chunks.push(chunk))
    response.on('error', reject)
    response.on('end', () => {
      const { statusCode: status = 0, statusMessage: statusText = '' } = response
      const data = Buffer.concat(chunks).toString('utf8')
      // Headers that axios is given are gone through letter by letter: it is given none, and those that came
      // are the response's.
      resolve({ status, statusText, headers: {}, data, config, request: response })
    })
  })
}
