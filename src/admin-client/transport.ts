/**
 * One request and its response, over persistent connections: sent directly (`direct-transport.ts`), or by axios
 * if a proxy may be used (`HTTP_PROXY` and similar variables). `read-response.ts` reads responses, `retry.ts`
 * decides about retries.
 */
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Duplex } from 'node:stream'
import { directSend } from './direct-transport.ts'
import type { ClientSettings, TlsSettings } from './settings.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly url: string
  /** JSON. */
  readonly text?: string | undefined
  /** Milliseconds for the whole request. */
  readonly timeout: number
  /** Cuts it short. */
  readonly signal?: AbortSignal | undefined
}

export interface HttpResponse {
  readonly status: number
  readonly statusText: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}

export interface Transport {
  /**
   * @throws Error with Node's `code` (`ECONNRESET`, …) if there is no response; `ETIMEDOUT` is our own time
   * limit
   */
  send(request: HttpRequest): Promise<HttpResponse>
  close(): void
  /** Whether a proxy may be used (unless NO_PROXY names the host). */
  readonly throughProxy: boolean
}

/** @param headers sent with each request */
export async function createTransport(
  settings: ClientSettings,
  headers: Readonly<Record<string, string>>,
): Promise<Transport> {
  const isTls = new URL(settings.address).protocol === 'https:'
  const agent = quiet(
    new (isTls ? HttpsAgent : HttpAgent)({
      keepAlive: true,
      ...(isTls && tlsOptions(settings.tls)),
    }),
  )
  const throughProxy = goesThroughProxy(settings.address)
  const send = throughProxy
    ? await sendByAxios({ [isTls ? 'httpsAgent' : 'httpAgent']: agent }, headers)
    : directSend(settings.address, headers, agent)
  return { send, close: () => agent.destroy(), throughProxy }
}

async function sendByAxios(
  agents: object,
  headers: Readonly<Record<string, string>>,
): Promise<Transport['send']> {
  // Loading axios with all its adapters takes Node 5 ms, its core 1 ms.
  const { default: Axios } = await import('axios/unsafe/core/Axios.js')
  const { default: adapter } = await import('axios/unsafe/adapters/http.js')
  // Not axios.create: it would merge its defaults into each request.
  const instance = new Axios({
    ...agents,
    adapter,
    maxRedirects: 0,
    decompress: false,
    headers: { ...headers },
    maxContentLength: Number.POSITIVE_INFINITY,
    maxBodyLength: Number.POSITIVE_INFINITY,
    // JSON is made and read by the client.
    transformRequest: [],
    transformResponse: [],
    responseType: 'text',
    validateStatus: () => true,
  })
  return async ({ text, method, url, timeout, signal }) => {
    const { status, statusText, data, ...response } = await instance.request<string>({
      method,
      url,
      timeout,
      ...(text !== undefined && { data: text, headers: { 'Content-Type': 'application/json' } }),
      ...(signal && { signal }),
    })
    return { status, statusText, headers: response.headers, text: data }
  }
}

/** As Go does for decK: addresses of this machine are never reached through a proxy. */
function goesThroughProxy(address: string): boolean {
  const { hostname } = new URL(address)
  if (hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')) return false
  return Object.keys(process.env).some(name => /^(https?|all)_proxy$/i.test(name) && process.env[name] !== '')
}

/**
 * Node's agent sets keep-alive probes each time that a connection becomes free: three system calls per
 * request, for a connection that is reused immediately.
 */
const quiet = <T extends HttpAgent>(agent: T): T =>
  Object.assign(agent, {
    keepSocketAlive: (socket: Duplex & { unref?: () => void }): boolean => {
      socket.unref?.()
      return true
    },
  })

/** TLS options for `node:https`. */
export const tlsOptions = (tls: TlsSettings = {}) => ({
  ...(tls.skipVerify === true && { rejectUnauthorized: false }),
  ...(tls.serverName && { servername: tls.serverName }),
  ...(tls.ca && { ca: tls.ca }),
  ...(tls.cert && { cert: tls.cert }),
  ...(tls.key && { key: tls.key }),
})
