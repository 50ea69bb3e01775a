/**
 * Idle timeouts with one timer for all connections: most requests end long before their timeout, and a timer
 * per request costs more than parsing its headers.
 */

export interface Watched {
  /** Milliseconds; 0 or less: no timeout. */
  limit: number
  /** Set at each activity; cheaper than reading the clock. */
  isActive: boolean
  /** When the watcher last saw activity, by `performance.now()`; only the watcher sets it. */
  activeAt: number
  /** Called once per idle period; the period starts again afterwards. */
  onTimeout(): void
}

export interface IdleTimeouts {
  watch(one: Watched): void
  leave(one: Watched): void
  close(): void
}

/** Milliseconds between two checks: a timeout fires at most two checks late. */
const grain = 10

export function createIdleTimeouts(): IdleTimeouts {
  const watched = new Set<Watched>()
  let timer: NodeJS.Timeout | undefined
  const look = () => {
    const now = performance.now()
    for (const one of watched) {
      const isOver = !one.isActive && one.limit > 0 && now - one.activeAt >= one.limit
      if (one.isActive || isOver) one.activeAt = now
      one.isActive = false
      if (isOver) one.onTimeout()
    }
    if (watched.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
  return {
    watch: one => {
      one.isActive = true
      watched.add(one)
      timer ??= setInterval(look, grain).unref()
    },
    leave: one => watched.delete(one),
    close: () => clearInterval(timer),
  }
}
