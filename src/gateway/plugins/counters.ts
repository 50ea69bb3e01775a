/** Counters of the windows that limits are given for, in memory. They outlive configurations; those of windows that are over are forgotten. */
import { type Window, windowAt } from './windows.ts'

export interface Counter {
  count: number
  /** When its window began and ended, milliseconds since 1970. */
  readonly start: number
  readonly end: number
}

export interface Counters {
  /** @param key what shares one counter */
  of(key: string, window: Window, at: number): Counter
}

export function createCounters(): Counters {
  const counters = new Map<string, Counter>()
  let sweptAt = 0
  /** Once a minute at the most. */
  const sweep = (at: number) => {
    if (at - sweptAt < 60_000) return
    sweptAt = at
    for (const [key, { end }] of counters) if (end < at) counters.delete(key)
  }
  return {
    of: (key, window, at) => {
      sweep(at)
      const { start, end } = windowAt(window, at)
      const full = `${key}|${start}|${window}`
      const found = counters.get(full)
      if (found !== undefined) return found
      const made = { count: 0, start, end }
      counters.set(full, made)
      return made
    },
  }
}
