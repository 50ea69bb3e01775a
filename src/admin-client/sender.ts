/** Sends a request, and again where that may help, until there is a response or the failure is final. */
import { connectionError, deadlinePassed } from './failures.ts'
import { interruptionsOf, pause, stopIfInterrupted, timeLeft } from './interruption.ts'
import { secretsInMessages } from './own-secrets.ts'
import type { Pace } from './pace.ts'
import { parseBody, readResponse } from './read-response.ts'
import { isStruggling, type Repeatable, waitBeforeRetry } from './retry.ts'
import type { ClientSettings } from './settings.ts'
import type { HttpRequest, HttpResponse, Transport } from './transport.ts'
import type { Half, Log } from './verbose.ts'

export type Query = Readonly<Record<string, string | number>>

export interface ApiRequest {
  readonly workspace: string
  readonly method: HttpRequest['method']
  readonly path: string
  readonly query?: Query | undefined
  readonly body?: object
  readonly repeatable?: Repeatable | undefined
}

export interface ApiResponse {
  readonly status: number
  /** JSON; undefined for no body. */
  readonly body: unknown
}

export interface Sender {
  /** @throws AdminApiError, ConnectionError; DeckError after an interruption */
  send(request: ApiRequest): Promise<ApiResponse>
  responses(): number
  retries(): number
}

/** The result of one attempt. */
type Result = { readonly response: HttpResponse } | { readonly failure: NodeJS.ErrnoException }

const defaultTimeoutSeconds = 10

export function createSender(
  settings: ClientSettings,
  headers: Readonly<Record<string, string>>,
  transport: Transport,
  pace: Pace,
  log: Log | undefined,
): Sender {
  const { address, signal, timeoutSeconds: seconds = defaultTimeoutSeconds } = settings
  const hidden = secretsInMessages(settings)
  const interruption = interruptionsOf(signal)
  let [responses, retries] = [0, 0]

  async function attempt(request: Omit<HttpRequest, 'timeout' | 'signal'>): Promise<Result> {
    const timeout = Math.max(1, Math.min(seconds * 1000, timeLeft(settings)))
    const start = performance.now()
    const result = await transport.send({ ...request, timeout, signal: interruption(request.method) }).then(
      response => ({ response }),
      failure => ({ failure }),
    )
    if ('response' in result) responses += 1
    // A server that never responded gives no information about its pace.
    if (responses > 0) pace.answered(performance.now() - start, isStruggling(symptomsOf(result)))
    return result
  }

  /** The response, or the error of the last attempt. */
  function conclude(request: ApiRequest, url: string, result: Result): ApiResponse {
    if ('response' in result) {
      const { response } = result
      return { status: response.status, body: readResponse({ ...request, url }, response, hidden) }
    }
    stopIfInterrupted(signal)
    const { code, message: detail } = result.failure
    const reason = timeLeft(settings) <= 0 ? deadlinePassed : code
    const { throughProxy } = transport
    throw connectionError({ method: request.method, url }, { code: reason, detail, seconds, throughProxy })
  }

  async function send(request: ApiRequest): Promise<ApiResponse> {
    const { method, body } = request
    const url = address + pathOf(request)
    const text = body === undefined ? undefined : JSON.stringify(body)
    for (let attempts = 1; ; attempts += 1) {
      stopIfInterrupted(signal)
      log?.request({ first: `${method} ${url}`, headers, body })
      const result = await attempt({ method, url, text })
      if ('response' in result) log?.response(halfOf(result.response), body)
      const known = { ...request, ...symptomsOf(result), attempts, reached: responses > 0 }
      const wait = waitBeforeRetry(known, Math.random(), Date.now())
      if (wait === undefined || wait >= timeLeft(settings) || signal?.aborted === true)
        return conclude(request, url, result)
      retries += 1
      await pause(wait, signal)
    }
  }

  return { send, responses: () => responses, retries: () => retries }
}

/** `/` belongs to the node and to no workspace. */
function pathOf({ path, query, workspace }: ApiRequest): string {
  const prefix = workspace !== '' && path !== '/' ? `/${encodeURIComponent(workspace)}` : ''
  if (query === undefined) return prefix + path
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString()
  return prefix + path + (search === '' ? '' : `?${search}`)
}

interface Symptoms {
  readonly status?: number
  readonly code?: string
  readonly retryAfter?: string
}

function symptomsOf(result: Result): Symptoms {
  if ('failure' in result) {
    const { code } = result.failure
    return code === undefined ? {} : { code }
  }
  const { status, headers } = result.response
  const retryAfter = headers['retry-after']
  return { status, ...(typeof retryAfter === 'string' && { retryAfter }) }
}

const halfOf = ({ status, statusText, headers, text }: HttpResponse): Half => ({
  first: `${status} ${statusText}`,
  headers,
  body: parseBody(text),
})
