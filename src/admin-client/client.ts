/**
 * Talks to an Admin API: JSON in, JSON out, failures as errors of ours. How a request is repeated is in
 * `sender.ts`, how it travels in `transport.ts`; what is requested is in `list.ts`, `fetch-state.ts` and
 * `plan/apply.ts`.
 */
import { setMaxListeners } from 'node:events'
import { adaptivePace, fixedPace, type Pace } from './pace.ts'
import { requestHeaders } from './request-headers.ts'
import type { Repeatable } from './retry.ts'
import { createSender, type Query } from './sender.ts'
import type { ClientSettings } from './settings.ts'
import { createLog } from './verbose.ts'

/**
 * Every call returns the response's JSON (undefined without a body). It throws AdminApiError for a status
 * of 400 and more, ConnectionError without a response or for one that is not an Admin API's, DeckError if
 * the run was interrupted.
 */
export interface AdminClient {
  /** As configured, without slashes at its end. */
  readonly address: string
  get(path: string, query?: Query): Promise<unknown>
  put(path: string, body: object): Promise<unknown>
  post(path: string, body: object, repeatable?: Repeatable): Promise<unknown>
  /** @returns the status: 204 of a gateway that has deleted it */
  delete(path: string): Promise<number>
  /** The same server and connections, another workspace; the empty text for none. */
  within(workspace: string): AdminClient
  /** The number of concurrent requests, for code that sends many; it observes every response. */
  readonly pace: Pace
  /**
   * @returns the function that ends it: until then an interruption stops the work, and the process goes on
   * to report it
   */
  holdSignals(): () => void
  /** Names of fields that are not shown with `--verbose`: files fill them in with values of variables. */
  hideFields(names: Iterable<string>): void
  /** How many answers there were so far. */
  answers(): number
  /** How often a request had to be sent again. */
  retries(): number
  /** Closes idle connections. */
  close(): void
}

/** @param settings checked settings */
export async function createClient(settings: ClientSettings): Promise<AdminClient> {
  const address = settings.address.replace(/\/+$/, '')
  const headers = requestHeaders(settings)
  // Commands without a gateway import this module too, and loading node:http takes Node a millisecond.
  const { createTransport } = await import('./transport.ts')
  const transport = await createTransport({ ...settings, address }, headers)
  const pace = settings.parallelism === undefined ? adaptivePace() : fixedPace(settings.parallelism)
  const log = createLog(settings)
  const sender = createSender({ ...settings, address }, headers, transport, pace, log)
  const holdSignals = () => settings.holdSignals?.() ?? (() => {})
  // Every active request listens to the signal: many listeners are no leak.
  if (settings.signal) setMaxListeners(0, settings.signal)

  const send: typeof sender.send = async request => {
    const release = holdSignals()
    try {
      return await sender.send(request)
    } finally {
      release()
    }
  }

  const within = (workspace: string): AdminClient => ({
    address,
    get: async (path, query) => (await send({ workspace, method: 'GET', path, query })).body,
    put: async (path, body) => (await send({ workspace, method: 'PUT', path, body })).body,
    post: async (path, body, repeatable) =>
      (await send({ workspace, method: 'POST', path, body, repeatable })).body,
    delete: async path => (await send({ workspace, method: 'DELETE', path })).status,
    within,
    pace,
    hideFields: names => log?.hideFields(names),
    holdSignals,
    answers: sender.responses,
    retries: sender.retries,
    close: transport.close,
  })
  return within(settings.workspace ?? '')
}
