/** Counters per time window, in memory. They outlive configurations; counters of past windows are deleted. */

import type { Window } from '../../../entities/plugins/fields/windows.ts'
import type { Keeping } from '../../sharing.ts'
import { windowAt } from './window-times.ts'

/** One counter: what shares a key shares it, in each window. */
export interface Slot {
  readonly key: string
  readonly window: Window
}

/** All moments are milliseconds since 1970. */
export interface Counters {
  /** How much each has counted. */
  read(slots: readonly Slot[], at: number): number[]
  /**
   * Adds one to each counter, unless one of them has reached its limit.
   *
   * @returns the counts before
   */
  take(slots: readonly (Slot & { readonly limit: number })[], at: number): number[]
  add(slots: readonly (Slot & { readonly amount: number })[], at: number): void
}

/** @param owner the plugin */
export const countersOf = (owner: string): Keeping<Counters> => ({
  name: `${owner} counters`,
  make: createCounters,
  notifications: { add: 'now' },
})

interface Counter {
  count: number
  readonly end: number
}

function createCounters(): Counters {
  const counters = new Map<string, Counter>()
  let sweptAt = 0
  /** Once a minute at the most. */
  const sweep = (at: number) => {
    if (at - sweptAt < 60_000) return
    sweptAt = at
    for (const [key, { end }] of counters) if (end < at) counters.delete(key)
  }
  const of = ({ key, window }: Slot, at: number): Counter => {
    const { start, end } = windowAt(window, at)
    const full = `${key}|${start}|${window}`
    const found = counters.get(full)
    if (found !== undefined) return found
    const made = { count: 0, end }
    counters.set(full, made)
    return made
  }
  return {
    read: (slots, at) => {
      sweep(at)
      return slots.map(slot => of(slot, at).count)
    },
    take: (slots, at) => {
      sweep(at)
      const found = slots.map(slot => of(slot, at))
      const before = found.map(({ count }) => count)
      const isFull = slots.some(({ limit }, index) => (before[index] ?? 0) >= limit)
      if (!isFull) for (const counter of found) counter.count += 1
      return before
    },
    add: (slots, at) => {
      for (const slot of slots) of(slot, at).count += slot.amount
    },
  }
}
