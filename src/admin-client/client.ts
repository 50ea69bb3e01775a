/**
 * Talks to an Admin API: JSON in, JSON out, failures as errors of ours. The only place with axios, which is loaded when the first
 * client is made. What is asked for is `list.ts`', `fetch-state.ts`' and `plan/apply.ts`' business.
 */
import { setMaxListeners } from 'node:events'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'
import type { AxiosResponse } from 'axios'
import { DeckError } from '../errors.ts'
import { apiError, connectionError, notAnAdminApi, redirected } from './failures.ts'
import { waitBeforeRetry } from './retry.ts'
import type { ClientSettings, TlsSettings } from './settings.ts'
import { exchangeLines } from './verbose.ts'

export type Query = Readonly<Record<string, string | number>>

/**
 * Every call gives the answer's JSON (undefined where there is no body) and throws AdminApiError for a status of 400 and more,
 * ConnectionError where there was no answer or none of an Admin API, DeckError where the run was interrupted.
 */
export interface AdminClient {
  /** As given, without slashes at its end. */
  readonly address: string
  get(path: string, query?: Query): Promise<unknown>
  put(path: string, body: object): Promise<unknown>
  /** @param repeatable for a POST that changes nothing, which may therefore be tried again */
  post(path: string, body: object, repeatable?: boolean): Promise<unknown>
  delete(path: string): Promise<void>
  /** The same server and connections, another workspace; the empty text for none. */
  within(workspace: string): AdminClient
  /** How often a request had to be sent again. */
  retries(): number
  /** Closes the connections that are kept open. */
  close(): void
}

interface Request {
  readonly workspace: string
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly path: string
  readonly query?: Query
  readonly body?: object
  readonly repeatable?: boolean
}

const defaultTimeoutSeconds = 10

/** @throws UsageError never; settings are checked by whoever read them */
export async function createClient(settings: ClientSettings): Promise<AdminClient> {
  const { default: axios } = await import('axios/dist/node/axios.cjs')
  const address = settings.address.replace(/\/+$/, '')
  const seconds = settings.timeoutSeconds ?? defaultTimeoutSeconds
  const httpAgent = new HttpAgent({ keepAlive: true })
  const httpsAgent = new HttpsAgent({ keepAlive: true, ...tlsOptions(settings.tls) })
  const instance = axios.create({
    headers: ownHeaders(settings),
    httpAgent,
    httpsAgent,
    // As Go does for decK: what is on this machine is never asked for through a proxy.
    ...(isLoopback(address) && { proxy: false }),
    maxRedirects: 0,
    maxContentLength: Number.POSITIVE_INFINITY,
    maxBodyLength: Number.POSITIVE_INFINITY,
    // JSON is made and read here: axios would try both ways at every step (measured: a third of its time).
    adapter: 'http',
    decompress: false,
    responseType: 'text',
    transformRequest: (text: unknown) => text,
    transformResponse: (text: unknown) => text,
    validateStatus: () => true,
  })
  // Every request under way listens to it: many at once are no leak.
  if (settings.signal) setMaxListeners(0, settings.signal)
  let reached = false
  let retried = 0

  async function once(request: Request, url: string, timeout: number): Promise<AxiosResponse<string>> {
    const log = (settings.verbose ?? 0) > 0 ? settings.log : undefined
    const { method, body } = request
    for (const line of log ? exchangeLines('>', `${method} ${url}`, ownHeaders(settings), body) : [])
      log?.(line)
    const response = await instance.request<string>({
      method,
      url,
      timeout,
      ...(body !== undefined && {
        data: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json' },
      }),
      // What only reads is cut short by an interruption; a change under way is let finish, so that its outcome is known.
      ...(settings.signal && method === 'GET' && { signal: settings.signal }),
    })
    reached = true
    const status = `${response.status} ${response.statusText}`
    for (const line of log ? exchangeLines('<', status, response.headers, parsed(response.data)) : [])
      log?.(line)
    return response
  }

  async function send(request: Request): Promise<unknown> {
    const { method } = request
    const url = address + pathOf(request)
    const deadline = Date.now() + seconds * 1000
    for (let tries = 1; ; tries += 1) {
      if (settings.signal?.aborted) throw interrupted()
      const result = await once(request, url, Math.max(1, deadline - Date.now())).catch(failure => ({
        failure,
      }))
      const attempt = { ...request, tries, reached, ...symptoms(result) }
      const pause = waitBeforeRetry(attempt, Math.random(), Date.now())
      if (pause === undefined || Date.now() + pause >= deadline || settings.signal?.aborted) {
        if (!('failure' in result)) return answer(request, url, result)
        if (settings.signal?.aborted) throw interrupted()
        const { code, message } = result.failure as NodeJS.ErrnoException
        throw connectionError({ method, url }, code, message, seconds)
      }
      retried += 1
      await wait(pause, undefined, settings.signal ? { signal: settings.signal } : {}).catch(() => {
        throw interrupted()
      })
    }
  }

  const within = (workspace: string): AdminClient => ({
    address,
    get: (path, query) => send({ workspace, method: 'GET', path, ...(query && { query }) }),
    put: (path, body) => send({ workspace, method: 'PUT', path, body }),
    post: (path, body, repeatable = false) => send({ workspace, method: 'POST', path, body, repeatable }),
    delete: async path => {
      await send({ workspace, method: 'DELETE', path })
    },
    within,
    retries: () => retried,
    close: () => {
      httpAgent.destroy()
      httpsAgent.destroy()
    },
  })
  return within(settings.workspace ?? '')
}

const interrupted = (): DeckError => new DeckError('interrupted')

function ownHeaders(settings: ClientSettings): Record<string, string> {
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'Accept-Encoding': 'identity',
    ...settings.headers,
  }
  if (settings.userAgent !== undefined) headers['User-Agent'] ??= settings.userAgent
  if (settings.token !== undefined && settings.token !== '') {
    for (const name of Object.keys(headers)) {
      if (name.toLowerCase() === 'kong-admin-token') delete headers[name]
    }
    headers['Kong-Admin-Token'] = settings.token
  }
  return headers
}

function tlsOptions(tls: TlsSettings = {}): object {
  return {
    ...(tls.skipVerify === true && { rejectUnauthorized: false }),
    ...(tls.serverName && { servername: tls.serverName }),
    ...(tls.ca && { ca: tls.ca }),
    ...(tls.cert && { cert: tls.cert }),
    ...(tls.key && { key: tls.key }),
  }
}

function isLoopback(address: string): boolean {
  const { hostname } = new URL(address)
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}

/** `/` is the node's own and stands below no workspace. */
function pathOf({ path, query, workspace }: Request): string {
  const prefix = workspace !== '' && path !== '/' ? `/${encodeURIComponent(workspace)}` : ''
  const search = new URLSearchParams(
    Object.entries(query ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString()
  return prefix + path + (search === '' ? '' : `?${search}`)
}

function symptoms(result: AxiosResponse<string> | { failure: unknown }): {
  status?: number
  code?: string
  retryAfter?: string
} {
  if ('failure' in result) {
    const { code } = result.failure as NodeJS.ErrnoException
    return code === undefined ? {} : { code }
  }
  const retryAfter: unknown = result.headers['retry-after']
  return { status: result.status, ...(typeof retryAfter === 'string' && { retryAfter }) }
}

/** What the answer says: its JSON, or the error that its status stands for. */
function answer(request: Request, url: string, { status, data, headers }: AxiosResponse<string>): unknown {
  const { method, path } = request
  if (status >= 300 && status < 400) throw redirected(method, url, status, String(headers['location']))
  const body = parsed(data)
  if (status >= 400) throw apiError(method, path, status, body)
  if (typeof body === 'string') throw notAnAdminApi(method, url, String(headers['content-type'] ?? ''), body)
  return body
}

/** JSON where it is JSON, the text itself where not; undefined for no body. A JSON text alone counts as none of an Admin API's. */
function parsed(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
