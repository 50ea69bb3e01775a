/**
 * Kong's health counters, pure: what a report does to one target's counters and whether that makes it healthy
 * or not.
 */

export type Report = 'success' | 'tcp_failure' | 'http_failure' | 'timeout'

/** How many reports in a row change the state; 0: that kind of report never does. */
export interface Thresholds {
  readonly successes: number
  readonly tcp_failures: number
  readonly http_failures: number
  readonly timeouts: number
}

export interface Counters {
  readonly healthy: boolean
  readonly success: number
  readonly tcp_failure: number
  readonly http_failure: number
  readonly timeout: number
}

const zero = { success: 0, tcp_failure: 0, http_failure: 0, timeout: 0 }

export const fresh: Counters = { healthy: true, ...zero }

/** Set manually: this state, with all counters at zero. */
export const setManually = (healthy: boolean): Counters => (healthy ? fresh : { healthy, ...zero })

/**
 * A success clears the failures (and counts only while unhealthy), a failure clears the successes. At its
 * threshold the state changes and all counters restart.
 *
 * @returns the same counters if the report changes nothing; `fresh` if a healthy peer has no counts
 */
export function reported(counters: Counters, report: Report, thresholds: Thresholds): Counters {
  if (report === 'success') {
    if (thresholds.successes === 0 || counters === fresh) return counters
    if (counters.healthy) return fresh
    const success = counters.success + 1
    return success >= thresholds.successes
      ? fresh
      : { ...counters, success, tcp_failure: 0, http_failure: 0, timeout: 0 }
  }
  const limit = {
    tcp_failure: thresholds.tcp_failures,
    http_failure: thresholds.http_failures,
    timeout: thresholds.timeouts,
  }[report]
  if (limit === 0) return counters
  // How often one fails that is unhealthy already does not matter.
  if (!counters.healthy && counters.success === 0) return counters
  const count = counters[report] + 1
  if (counters.healthy && count >= limit) return setManually(false)
  return { ...counters, success: 0, [report]: count }
}
