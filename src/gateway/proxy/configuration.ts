/**
 * The active configuration. A sync sends thousands of changes, one by one, and compiling is expensive. A
 * change is compiled by the first request after it, or after a short delay if there is none, so that health
 * checks start without traffic.
 */
import type { EntitySets } from '../data-plane.ts'
import { compileSnapshot, type Lasting, type Snapshot } from './snapshot.ts'

/** Milliseconds that a change waits for the next one when there are no requests. */
const patience = 50
/** Or so many times as long as the last compilation took, so that a sync of many routes compiles few times. */
const patienceFactor = 10
const longestPatience = 1000

export interface Configuration {
  change(sets: EntitySets): void
  /** The result of all changes so far. */
  snapshot(): Snapshot
  /** The entities of the last change. */
  sets(): EntitySets
  close(): void
}

/** @param onCompiled called for each snapshot that becomes active */
export function createConfiguration(
  lasting: Lasting,
  log: (line: string) => void,
  onCompiled: (snapshot: Snapshot, last: Snapshot) => void,
): Configuration {
  let inForce = compileSnapshot(new Map(), lasting)
  let latest: EntitySets = new Map()
  let changed: EntitySets | undefined
  let timer: NodeJS.Timeout | undefined
  let lastCompilation = 0

  const snapshot = () => {
    if (changed === undefined) return inForce
    const sets = changed
    changed = undefined
    clearTimeout(timer)
    timer = undefined
    const start = performance.now()
    try {
      const last = inForce
      inForce = compileSnapshot(sets, lasting, last)
      onCompiled(inForce, last)
    } catch (error) {
      // The entities were checked before they came here: a mistake of ours. What was in force stays so.
      log(`proxy: a configuration could not be used: ${error instanceof Error ? error.stack : String(error)}`)
    }
    lastCompilation = performance.now() - start
    return inForce
  }
  const delay = () => Math.min(longestPatience, Math.max(patience, lastCompilation * patienceFactor))
  let isClosed = false
  return {
    change: sets => {
      latest = sets
      if (isClosed) return
      changed = sets
      timer ??= setTimeout(snapshot, delay()).unref()
    },
    snapshot,
    sets: () => latest,
    close: () => {
      isClosed = true
      clearTimeout(timer)
    },
  }
}
