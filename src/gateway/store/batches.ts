/**
 * Changes that arrive together are written together: one flush of the journal and one new snapshot of the
 * proxy for all of them. A batch that cannot be written is undone.
 */
import type { Change, Journal } from './journal.ts'

export interface Batches {
  /** Applies the changes at once, and writes them with all others of this turn. */
  add(changes: readonly Change[]): void
  /** Resolves when every change so far is written. @throws what the journal throws */
  written(): Promise<void>
}

export interface BatchOptions {
  readonly journal: Journal
  readonly apply: (change: Change) => void
  /** Called after each batch, written or undone, before `written` resolves. */
  readonly onEnd: () => void
}

export function createBatches({ journal, apply, onEnd }: BatchOptions): Batches {
  let waiting: Change[] = []
  /** Resolves after the waiting changes are written. */
  let next: Promise<void> | undefined
  let last: Promise<void> = Promise.resolve()
  /** Why the changes that wait cannot be written either. */
  let failure: unknown

  const takeWaiting = (): Change[] => {
    const changes = waiting
    waiting = []
    next = undefined
    return changes
  }
  const write = async (): Promise<void> => {
    const changes = takeWaiting()
    const earlier = failure
    failure = undefined
    try {
      if (earlier !== undefined) throw earlier
      await journal.write(changes)
    } catch (error) {
      // Changes that were made meanwhile may rest on what failed, so they fail with it.
      for (const change of [...changes, ...waiting].toReversed()) apply(reversed(change))
      waiting = []
      if (next !== undefined) failure = error
      throw error
    } finally {
      onEnd()
    }
  }
  const begin = (): Promise<void> => {
    const turn = new Promise<void>(resolve => setImmediate(resolve))
    const batch = Promise.all([turn, last]).then(write)
    last = batch.catch(() => {})
    return batch
  }
  return {
    add: changes => {
      for (const change of changes) apply(change)
      waiting.push(...changes)
      next ??= begin()
      // The caller receives a failure through `written`.
      next.catch(() => {})
    },
    written: () => next ?? last,
  }
}

const reversed = ({ schema, id, before, after }: Change): Change => ({
  schema,
  id,
  ...(after && { before: after }),
  ...(before && { after: before }),
})
