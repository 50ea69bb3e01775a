/**
 * Watches many for who says nothing any more, with one timer for all of them: a request is over long before its time-out, and timers of its own would cost it
 * more than its headers do.
 */

export interface Watched {
  /** Milliseconds; 0 and less: it may be silent as long as it likes. */
  limit: number
  /** To be set whenever it is heard of: that costs less than to look at the clock. */
  isHeard: boolean
  /** When that was seen, by `performance.now()`; the watcher's own. */
  heardAt: number
  /** Called once for each silence: it is heard of again by that. */
  onSilence(): void
}

export interface Silences {
  watch(one: Watched): void
  leave(one: Watched): void
  close(): void
}

/** Milliseconds between two looks: a silence is noticed at most twice as much later than its limit. */
const grain = 10

export function createSilences(): Silences {
  const watched = new Set<Watched>()
  let timer: NodeJS.Timeout | undefined
  const look = () => {
    const now = performance.now()
    for (const one of watched) {
      const isOver = !one.isHeard && one.limit > 0 && now - one.heardAt >= one.limit
      if (one.isHeard || isOver) one.heardAt = now
      one.isHeard = false
      if (isOver) one.onSilence()
    }
    if (watched.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
  return {
    watch: one => {
      one.isHeard = true
      watched.add(one)
      timer ??= setInterval(look, grain).unref()
    },
    leave: one => watched.delete(one),
    close: () => clearInterval(timer),
  }
}
