/** When the windows of limits begin and end. */
import type { Window } from '../../../entities/plugins/fields/windows.ts'

/**
 * Seconds that a window counts for in `RateLimit-Reset`: a month is 30 days, whatever the calendar says
 * (source: Kong 2.8.5 and 3.9.1).
 */
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
