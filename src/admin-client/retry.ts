/** When a failed request is tried again, and after how long: pure, so that the clock and chance are the caller's. */

export interface Attempt {
  readonly method: string
  /** A POST that changes nothing (`/schemas/…/validate`). */
  readonly repeatable?: boolean
  /** Which try this was; the first is 1. */
  readonly tries: number
  /** The answer's status, or Node's code of what went wrong instead of an answer. */
  readonly status?: number
  readonly code?: string
  readonly retryAfter?: string
  /** Whether this server has answered anything yet: one that never did is not waited for. */
  readonly reached: boolean
}

export const mostTries = 4

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
  if (attempt.tries >= mostTries) return undefined
  if (!idempotent.has(attempt.method) && attempt.repeatable !== true) return undefined
  if (!isPassing(attempt)) return undefined
  // 0.2, 0.6, 1.8 s, each between half and one and a half of it, so that parallel requests do not come back together.
  const wait = 200 * 3 ** (attempt.tries - 1) * (0.5 + chance)
  return Math.max(wait, asked(attempt.retryAfter, now))
}

function isPassing({ status, code, reached }: Attempt): boolean {
  if (status !== undefined) return passing.has(status)
  if (code === 'ECONNREFUSED') return reached
  return code !== undefined && brokenConnection.has(code)
}

/** `Retry-After`: seconds, or a date. */
function asked(header: string | undefined, now: number): number {
  if (header === undefined) return 0
  const seconds = Number(header)
  if (!Number.isNaN(seconds)) return seconds * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? 0 : Math.max(0, date - now)
}
