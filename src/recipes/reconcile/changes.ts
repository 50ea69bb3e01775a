/** The changes of a run, before anything judges them. */
import { type Change, diffStates } from '../../plan/diff.ts'
import type { Comparison } from './comparison.ts'
import type { ReconcileOptions } from './options.ts'

/**
 * Without changes that the gateway cannot make, and without deletes where the mode or the files forbid them.
 */
export const possibleChanges = (
  { mode, keepsSuperfluous }: Pick<ReconcileOptions, 'mode' | 'keepsSuperfluous'>,
  { current, target, schemas, impossible, lookedUp }: Comparison,
): Change[] =>
  diffStates(current, target, schemas).filter(({ op, kind, id }) => {
    const entity = target.get(kind, id)
    if (entity !== undefined && impossible.has(entity)) return false
    return op !== 'delete' || (mode !== 'apply' && keepsSuperfluous !== true && !lookedUp.has(id))
  })
