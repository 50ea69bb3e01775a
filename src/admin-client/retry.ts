/**
 * When a failed request is tried again, and after how long: pure, so that the clock and chance are the
 * caller's.
 */

/**
 * Why a POST may be repeated: it has the same effect twice (`/config`), or it changes nothing
 * (`/schemas/…/validate`). For the latter a 500 is a result, because Kong would fail on the same entity
 * again.
 */
export type Repeatable = 'write' | 'question'

export interface Attempt {
  readonly method: string
  readonly repeatable?: Repeatable | undefined
  /** Which try this was; the first is 1. */
  readonly attempts: number
  /** The answer's status, or Node's code of what went wrong instead of an answer. */
  readonly status?: number
  readonly code?: string
  readonly retryAfter?: string
  /** Whether this server has answered anything yet: one that never did is not waited for. */
  readonly reached: boolean
}

const maxAttempts = 5

/** A `Retry-After` above this limit (ms) is not waited for: the failure is reported immediately. */
const longestWait = 60_000

const passing = new Set([429, 500, 502, 503, 504])
const brokenConnection = new Set(['ECONNRESET', 'EPIPE', 'EAI_AGAIN'])

/** Requests that may be sent twice: those of the Admin API that name what they mean by its id. */
const idempotent = new Set(['GET', 'PUT', 'DELETE'])

/**
 * @param chance a number between 0 and 1
 * @param now milliseconds, for a `Retry-After` that is a date
 * @returns milliseconds to wait, or undefined where the failure is final
 */
export function waitBeforeRetry(attempt: Attempt, chance: number, now: number): number | undefined {
  if (attempt.attempts >= maxAttempts || !isPassing(attempt) || !maySendAgain(attempt)) return undefined
  // 0.1, 0.3, 0.9, 2.7 s, each between half and one and a half of it, so that parallel requests do not come
  // back together.
  const wait = 100 * 3 ** (attempt.attempts - 1) * (0.5 + chance)
  const asked = askedFor(attempt.retryAfter, now)
  // A random part spreads requests that got the same `Retry-After`.
  return asked > longestWait ? undefined : Math.max(wait, asked + (asked > 0 ? 100 * chance : 0))
}

/** Whether the server struggles, as opposed to refusing: what parallelism is made smaller for. */
export const isStruggling = ({ status, code }: { status?: number; code?: string | undefined }): boolean =>
  status === undefined ? code === 'ETIMEDOUT' || brokenConnection.has(code ?? '') : passing.has(status)

/** A POST that was turned away at the door did nothing; after anything else it may have. */
const maySendAgain = ({ method, repeatable, status }: Attempt): boolean =>
  idempotent.has(method) || repeatable !== undefined || status === 429

function isPassing({ status, code, reached, attempts, repeatable }: Attempt): boolean {
  if (status === 500 && repeatable === 'question') return false
  if (status !== undefined) return passing.has(status)
  if (code === 'ECONNREFUSED') return reached
  // A request that times out once is repeated once. A second wait would only hide that the gateway hangs.
  if (code === 'ETIMEDOUT') return reached && attempts === 1
  return code !== undefined && brokenConnection.has(code)
}

/** `Retry-After` in milliseconds: seconds, or a date. */
function askedFor(header: string | undefined, now: number): number {
  if (header === undefined) return 0
  const seconds = Number(header)
  if (!Number.isNaN(seconds)) return seconds * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? 0 : Math.max(0, date - now)
}
