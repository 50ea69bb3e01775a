/** The windows that limits are given for: their names, shortest first, and when each began and ends. */
export const windows = ['second', 'minute', 'hour', 'day', 'month', 'year'] as const

export type Window = (typeof windows)[number]

/**
 * A longer window must not allow less than a shorter one (sentence: recorded from Kong 2.8 and 3.9).
 *
 * @param opening how the sentence begins: each plugin has its own
 */
export const limitsInOrder =
  (opening: 'The' | 'the') =>
  (limits: Readonly<Record<string, unknown>>): string | undefined => {
    const given = windows.flatMap(window => {
      const limit = limits[window]
      return typeof limit === 'number' ? [{ window, limit }] : []
    })
    for (const [index, { window, limit }] of given.entries()) {
      const lower = given.slice(index + 1).find(one => one.limit < limit)
      if (lower === undefined) continue
      const longer = `${lower.window}(${lower.limit.toFixed(1)})`
      return `${opening} limit for ${longer} cannot be lower than the limit for ${window}(${limit.toFixed(1)})`
    }
    return undefined
  }

/** Seconds that a window counts for in `RateLimit-Reset`: a month is 30 days, whatever the calendar says (source: Kong 2.8.5 and 3.9.1). */
export const lengths: Readonly<Record<Window, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  month: 2_592_000,
  year: 31_536_000,
}

/** The start of the window that holds a moment, on the clock (UTC), and its end; milliseconds since 1970. */
export function windowAt(window: Window, now: number): { readonly start: number; readonly end: number } {
  if (window === 'month' || window === 'year') return calendarWindowAt(window, now)
  const length = lengths[window] * 1000
  const start = Math.floor(now / length) * length
  return { start, end: start + length }
}

function calendarWindowAt(window: 'month' | 'year', now: number) {
  const date = new Date(now)
  const year = date.getUTCFullYear()
  if (window === 'year') return { start: Date.UTC(year, 0), end: Date.UTC(year + 1, 0) }
  const month = date.getUTCMonth()
  return { start: Date.UTC(year, month), end: Date.UTC(year, month + 1) }
}
