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

/** The start of the window that holds a moment, on the clock (UTC), and its end; milliseconds since 1970. */
export function windowAt(window: Window, now: number): { readonly start: number; readonly end: number } {
  const date = new Date(now)
  const at = (year: number, month: number, day = 1, hour = 0, minute = 0, second = 0) =>
    Date.UTC(year, month, day, hour, minute, second)
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  const [hour, minute, second] = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
  switch (window) {
    case 'second':
      return {
        start: at(year, month, day, hour, minute, second),
        end: at(year, month, day, hour, minute, second + 1),
      }
    case 'minute':
      return { start: at(year, month, day, hour, minute), end: at(year, month, day, hour, minute + 1) }
    case 'hour':
      return { start: at(year, month, day, hour), end: at(year, month, day, hour + 1) }
    case 'day':
      return { start: at(year, month, day), end: at(year, month, day + 1) }
    case 'month':
      return { start: at(year, month), end: at(year, month + 1) }
    case 'year':
      return { start: at(year, 0), end: at(year + 1, 0) }
  }
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
