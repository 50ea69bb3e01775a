/**
 * Watches many for who says nothing any more, with one timer for all of them: a request is over long before its time-out, and timers of its own would cost it
 * more than its headers do.
 */

export interface Watched {
  /** Milliseconds; 0 and less: it may be silent as long as it likes. */
  limit: number
  /** When it was last heard of, by `performance.now()`. */
  heardAt: number
  /** Called once for each silence: it is heard of again by that. */
  onSilence(): void
}

export interface Silences {
  watch(one: Watched): void
  leave(one: Watched): void
  close(): void
}

/** How much later than its limit a silence may be noticed, in milliseconds. */
const grain = 10

export function createSilences(): Silences {
  const watched = new Set<Watched>()
  let timer: NodeJS.Timeout | undefined
  const look = () => {
    const now = performance.now()
    for (const one of watched) {
      if (one.limit <= 0 || now - one.heardAt < one.limit) continue
      one.heardAt = now
      one.onSilence()
    }
    if (watched.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
  return {
    watch: one => {
      watched.add(one)
      timer ??= setInterval(look, grain).unref()
    },
    leave: one => watched.delete(one),
    close: () => clearInterval(timer),
  }
}
