/**
 * How many requests may be under way at once. Fixed where the user says so (`--parallelism 10`, as decK);
 * else found out: more while answers take no longer for it, fewer as soon as they do, and half as many where
 * the gateway says that it struggles (429, 5xx, no answer). Additive increase, multiplicative decrease, as
 * TCP has it, with a doubling start. Pure: the caller reports each response and passes the time.
 */

export interface Pace {
  /** So many now. */
  readonly limit: number
  /** An answer came, or none did, after so many milliseconds. */
  answered(milliseconds: number, struggling: boolean): void
}

export const fixedPace = (limit: number): Pace => ({ limit, answered: () => {} })

/** decK's default: what a gateway is known to bear. */
const start = 10
/** Maximum number of concurrent requests: Kong's workers share a few database connections. */
export const most = 64
/**
 * Answers that take up to so many times as long as the quickest round are as quick (and a millisecond is
 * nothing).
 */
const steady = 1.5
const slow = 2

export function adaptivePace(): Pace {
  let limit = start
  let doubling = true
  let quickest = Number.POSITIVE_INFINITY
  let [answers, total] = [0, 0]
  /** Answers to requests that were sent before the limit was last changed say nothing about it. */
  let stale = 0

  const change = (to: number): void => {
    stale = limit
    limit = Math.min(most, Math.max(1, Math.round(to)))
  }
  const endOfRound = (): void => {
    const mean = total / answers
    ;[answers, total] = [0, 0]
    quickest = Math.min(quickest, mean)
    if (mean <= quickest * steady + 1) change(doubling ? limit * 2 : limit + 2)
    else {
      doubling = false
      // Slower responses alone do not reduce the number below decK's.
      if (mean > quickest * slow + 1 && limit > start) change(Math.max(start, limit * 0.75))
    }
  }
  return {
    get limit() {
      return limit
    },
    answered: (milliseconds, struggling) => {
      if (stale > 0) {
        stale -= 1
        return
      }
      if (struggling) {
        doubling = false
        ;[answers, total] = [0, 0]
        change(limit / 2)
        return
      }
      answers += 1
      total += milliseconds
      if (answers >= Math.max(limit, start)) endOfRound()
    },
  }
}
