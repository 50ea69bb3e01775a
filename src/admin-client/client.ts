/**
 * Talks to an Admin API: JSON in, JSON out, failures as errors of ours, sent again where that may help. How a
 * request travels is `transport.ts`'; what is asked for is `list.ts`', `fetch-state.ts`' and `plan/apply.ts`'
 * business.
 */
import { setMaxListeners } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { DeckError } from '../errors.ts'
import { excerptOf, type Hidden, isUnlikeWords, notShown, secretsIn } from '../state/echoes.ts'
import { apiError, connectionError, deadlinePassed, notAnAdminApi, redirected } from './failures.ts'
import { secretsInMessages } from './own-secrets.ts'
import { adaptivePace, fixedPace, type Pace } from './pace.ts'
import { isStruggling, type Repeatable, waitBeforeRetry } from './retry.ts'
import type { ClientSettings } from './settings.ts'
import { type Answer, createTransport, type Question } from './transport.ts'
import { createLog, type Half } from './verbose.ts'

export type Query = Readonly<Record<string, string | number>>

/**
 * Every call gives the answer's JSON (undefined where there is no body) and throws AdminApiError for a status
 * of 400 and more, ConnectionError where there was no answer or none of an Admin API, DeckError where the run
 * was interrupted.
 */
export interface AdminClient {
  /** As given, without slashes at its end. */
  readonly address: string
  get(path: string, query?: Query): Promise<unknown>
  put(path: string, body: object): Promise<unknown>
  post(path: string, body: object, repeatable?: Repeatable): Promise<unknown>
  /** @returns the status: 204 of a gateway that has deleted it */
  delete(path: string): Promise<number>
  /** The same server and connections, another workspace; the empty text for none. */
  within(workspace: string): AdminClient
  /** How many requests whoever sends many should have under way at once; it hears of every answer. */
  readonly pace: Pace
  /**
   * @returns what ends it: until then an interruption stops what is begun, and the process goes on to report
   *   it
   */
  holdSignals(): () => void
  /** Names of fields that are not shown with `--verbose`: files fill them in with values of variables. */
  hideFields(names: Iterable<string>): void
  /** How many answers there were so far. */
  answers(): number
  /** How often a request had to be sent again. */
  retries(): number
  /** Closes the connections that are kept open. */
  close(): void
}

interface Request {
  readonly workspace: string
  readonly method: Question['method']
  readonly path: string
  readonly query?: Query
  readonly body?: object
  readonly repeatable?: Repeatable
}

interface Reply {
  readonly status: number
  readonly body: unknown
}

const defaultTimeoutSeconds = 10

/** @throws UsageError never; settings are checked by whoever read them */
export async function createClient(settings: ClientSettings): Promise<AdminClient> {
  const address = settings.address.replace(/\/+$/, '')
  const seconds = settings.timeoutSeconds ?? defaultTimeoutSeconds
  const headers = ownHeaders(settings)
  const transport = await createTransport({ ...settings, address }, headers)
  const pace = settings.parallelism === undefined ? adaptivePace() : fixedPace(settings.parallelism)
  const log = createLog(settings)
  const hidden = secretsInMessages(settings)
  // Every request under way listens to it: many at once are no leak.
  if (settings.signal) setMaxListeners(0, settings.signal)
  let reached = false
  let [answered, retried] = [0, 0]

  async function once({ method }: Request, url: string, text: string | undefined): Promise<Answer> {
    const began = performance.now()
    // What only reads is cut short by an interruption; a change under way has a moment to finish, so that its
    // outcome is known.
    const change = method === 'GET' ? undefined : delayedAbort(settings.signal)
    const signal = change?.signal ?? settings.signal
    const timeout = Math.max(1, Math.min(seconds * 1000, timeLeft(settings)))
    try {
      const answer = await transport.send({ method, url, text, timeout, signal })
      reached = true
      answered += 1
      pace.answered(performance.now() - began, isStruggling(answer))
      return answer
    } catch (failure) {
      if (reached) pace.answered(performance.now() - began, isStruggling(failure as NodeJS.ErrnoException))
      throw failure
    } finally {
      change?.end()
    }
  }

  async function send(request: Request): Promise<Reply> {
    const release = settings.holdSignals?.()
    try {
      return await sendUntilAnswered(request)
    } finally {
      release?.()
    }
  }

  async function sendUntilAnswered(request: Request): Promise<Reply> {
    const { method, body } = request
    const url = address + pathOf(request)
    const text = body === undefined ? undefined : JSON.stringify(body)
    for (let attempts = 1; ; attempts += 1) {
      if (settings.signal?.aborted) throw interrupted(settings.signal)
      log?.request({ first: `${method} ${url}`, headers, body })
      const result = await once(request, url, text).catch(failure => ({ failure }))
      if (!('failure' in result)) log?.response(halfOf(result), body)
      const attempt = { ...request, attempts, reached, ...symptoms(result) }
      const pause = waitBeforeRetry(attempt, Math.random(), Date.now())
      if (pause === undefined || pause >= timeLeft(settings) || settings.signal?.aborted) {
        if (!('failure' in result))
          return { status: result.status, body: answer(request, url, result, hidden) }
        if (settings.signal?.aborted) throw interrupted(settings.signal)
        const { code, message } = result.failure as NodeJS.ErrnoException
        const isOver = timeLeft(settings) <= 0
        throw connectionError(
          { method, url },
          {
            code: isOver ? deadlinePassed : code,
            detail: message,
            seconds,
            throughProxy: transport.throughProxy,
          },
        )
      }
      retried += 1
      await wait(pause, undefined, settings.signal ? { signal: settings.signal } : {}).catch(() => {
        throw interrupted(settings.signal)
      })
    }
  }

  const within = (workspace: string): AdminClient => ({
    address,
    get: async (path, query) =>
      (await send({ workspace, method: 'GET', path, ...(query && { query }) })).body,
    put: async (path, body) => (await send({ workspace, method: 'PUT', path, body })).body,
    post: async (path, body, repeatable) =>
      (await send({ workspace, method: 'POST', path, body, ...(repeatable && { repeatable }) })).body,
    delete: async path => (await send({ workspace, method: 'DELETE', path })).status,
    within,
    pace,
    hideFields: names => log?.hideFields(names),
    holdSignals: () => settings.holdSignals?.() ?? (() => {}),
    answers: () => answered,
    retries: () => retried,
    close: transport.close,
  })
  return within(settings.workspace ?? '')
}

/** By the user, or by the end of the time that the run has: whoever aborted says so. */
const interrupted = (signal: AbortSignal | undefined): DeckError =>
  signal?.reason instanceof DeckError ? signal.reason : new DeckError('interrupted')

/** Milliseconds that a change under way has after an interruption. */
const lastMoment = 600

/** Aborted a moment after a signal. */
function delayedAbort(signal: AbortSignal | undefined): { signal: AbortSignal; end(): void } | undefined {
  if (signal === undefined) return undefined
  const delayed = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const begin = (): void => {
    timer = setTimeout(() => delayed.abort(), lastMoment)
  }
  signal.addEventListener('abort', begin, { once: true })
  const end = (): void => {
    signal.removeEventListener('abort', begin)
    clearTimeout(timer)
  }
  return { signal: delayed.signal, end }
}

const timeLeft = ({ deadline }: ClientSettings): number =>
  deadline === undefined ? Number.POSITIVE_INFINITY : deadline - Date.now()

const halfOf = ({ status, statusText, headers, text }: Answer): Half => ({
  first: `${status} ${statusText}`,
  headers,
  body: parsed(text),
})

/** What every request carries, besides what it says itself. */
export function ownHeaders(settings: ClientSettings): Record<string, string> {
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

/** `/` is the node's own and stands below no workspace. */
function pathOf({ path, query, workspace }: Request): string {
  const prefix = workspace !== '' && path !== '/' ? `/${encodeURIComponent(workspace)}` : ''
  if (query === undefined) return prefix + path
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString()
  return prefix + path + (search === '' ? '' : `?${search}`)
}

function symptoms(result: Answer | { failure: unknown }): {
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
function answer(
  request: Request,
  url: string,
  { status, text, headers }: Answer,
  hidden: readonly Hidden[],
): unknown {
  const { method } = request
  if (status >= 300 && status < 400) throw redirected(method, url, status, String(headers['location']))
  const body = parsed(text)
  if (status >= 400) throw apiError(request, status, body, [...hidden, ...secretsOf(request)])
  if (typeof body === 'string') {
    const excerpt = excerptOf(body, [...hidden, ...secretsOf(request)]) ?? notShown
    throw notAnAdminApi(method, url, String(headers['content-type'] ?? ''), excerpt)
  }
  return body
}

/** What is like a word is hidden by who knows the entity: here it would take the whole message. */
const secretsOf = ({ body }: Request): Hidden[] => secretsIn(body).filter(({ value }) => isUnlikeWords(value))

/**
 * JSON where it is JSON, the text itself where not; undefined for no body. A JSON text alone counts as none
 * of an Admin API's.
 */
function parsed(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
