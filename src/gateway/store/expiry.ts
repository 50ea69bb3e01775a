/**
 * Entities with seconds to live (`ttl`): when they die, and seeing to it. In the store their `ttl` is the
 * moment of death in milliseconds since 1970; the Admin API prints the seconds that are left (`secondsLeft`).
 */
import { invalidOption } from './errors.ts'
import type { Store } from './store.ts'

const longest = 100_000_000

/** Node's timers hold no more. */
const longestTimer = 2 ** 31 - 1

/**
 * The time at which an entity expires by its input; undefined if the input does not say. 0 means never.
 * @throws KongError
 */
export function deathOf(input: Readonly<Record<string, unknown>>, now: number): number | null | undefined {
  const { ttl } = input
  if (ttl === undefined) return undefined
  if (ttl === null || ttl === 0) return null
  if (!Number.isInteger(ttl) || Number(ttl) < 0 || Number(ttl) > longest) {
    throw invalidOption('ttl', `must be an integer between 0 and ${longest}`)
  }
  return now + Number(ttl) * 1000
}

/** Rounded down, as Kong does: of 100 seconds 99 are left at once. */
export const secondsLeft = (death: unknown, now: number): number | null =>
  typeof death === 'number' ? Math.max(0, Math.ceil((death - now) / 1000) - 1) : null

export interface Expiry {
  /** Something dies at this moment. */
  watch(death: number): void
  /** Removes what has died. Called before each request, so that nothing dead is seen. */
  sweep(): void
  close(): void
}

export function createExpiry(store: Store, now: () => number): Expiry {
  const mortal = store.schemas.kinds.filter(definition => definition.ttl === true)
  let timer: NodeJS.Timeout | undefined
  let next = Number.POSITIVE_INFINITY

  const watch = (death: number) => {
    if (death >= next) return
    next = death
    clearTimeout(timer)
    timer = setTimeout(() => sweep(), Math.min(Math.max(next - now(), 0) + 1, longestTimer)).unref()
  }
  const sweep = () => {
    if (now() < next && next !== Number.POSITIVE_INFINITY) timer?.refresh()
    if (now() < next) return
    next = Number.POSITIVE_INFINITY
    let removed = false
    for (const { schema } of mortal) {
      for (const entity of store.table(schema).list()) {
        const death = entity['ttl']
        if (typeof death !== 'number') continue
        if (death > now()) watch(death)
        else {
          store.remove(schema, entity)
          removed = true
        }
      }
    }
    // An entity that could not be removed (a full disk) exists again, and its removal is tried again.
    if (removed) store.committed().catch(() => watch(now() + 1000))
  }
  // Entities of an earlier run are checked once.
  next = 0
  sweep()
  return { watch, sweep, close: () => clearTimeout(timer) }
}
