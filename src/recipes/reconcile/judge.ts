/**
 * The problems of a run's changes: one list, made before the first change, from the checks of this folder.
 */
import type { Diagnostic } from '../../errors.ts'
import { withSeverities } from '../../file/severities.ts'
import type { Change } from '../../plan/diff.ts'
import { rehashedPasswords } from './already-hashed.ts'
import type { Comparison } from './comparison.ts'
import { defaultDeleteLimit, excessiveDeletes, protectedDeletes } from './guard.ts'
import { type Recheck, recheck } from './moved-since.ts'
import type { ReconcileOptions } from './options.ts'
import { ownedElsewhere } from './owned-elsewhere.ts'
import { type Preflight, preflight, resolveForecasts } from './preflight.ts'
import { refusedWrites } from './refused-writes.ts'

export interface Judgement {
  /** Including those of the files. */
  readonly diagnostics: readonly Diagnostic[]
  /** Entities that were changed since the comparison. */
  readonly moved: readonly Diagnostic[]
  /** A person refused to delete this much. */
  readonly isStopped: boolean
}

/** @param again reads what is to be changed once more, as late as possible */
export async function judge(
  changes: readonly Change[],
  comparison: Comparison,
  options: ReconcileOptions,
  again: readonly Recheck[] = [],
): Promise<Judgement> {
  const limit = options.maxDeletes ?? defaultDeleteLimit
  const excess = withSeverities(excessiveDeletes(changes, limit, comparison), options.severities).map(
    diagnostic => (options.confirmsDeletes === true ? withoutFlags(diagnostic, options.mode) : diagnostic),
  )
  const stop = options.mode === 'diff' ? undefined : excess.find(isError)
  const { confirm } = options
  // A person takes time to answer.
  const early = stop === undefined || confirm === undefined ? again : []
  const { problems, moved } = await problemsOf(changes, comparison, options, early)
  if (options.mode === 'diff')
    return {
      diagnostics: [...problems, ...excess.map(one => asForewarning(one, options))],
      moved,
      isStopped: false,
    }
  // A run that ends anyway does not ask for confirmation.
  if (stop === undefined || problems.some(isError) || confirm === undefined)
    return { diagnostics: [...problems, ...excess], moved, isStopped: false }
  const isAllowed = await confirm(`${stop.message}. Delete them? (y/N) `)
  const movedLate = isAllowed ? await recheck(again, comparison) : []
  return { diagnostics: problems, moved: movedLate, isStopped: !isAllowed }
}

async function problemsOf(
  changes: readonly Change[],
  comparison: Comparison,
  { mode, severities, skipsPreflight, protectedTags = [] }: ReconcileOptions,
  again: readonly Recheck[],
): Promise<Preflight> {
  const { schemas, file, diagnostics } = comparison
  const isChecked = mode !== 'diff' && skipsPreflight !== true
  const owned = await ownedElsewhere(changes, comparison)
  const { problems: refused, moved } = isChecked
    ? await preflight(changes, comparison, again)
    : { problems: [], moved: await recheck(again, comparison) }
  const problems = [
    ...(isChecked ? withSeverities(resolveForecasts(diagnostics), severities) : diagnostics),
    ...withSeverities(
      [...refused, ...owned, ...rehashedPasswords(changes, schemas), ...refusedWrites(changes, schemas)],
      severities,
    ),
    // No flag lowers the severity of these.
    ...protectedDeletes(changes, [...protectedTags, ...file.protectedTags]),
  ]
  return { problems, moved }
}

const isError = ({ severity }: Diagnostic): boolean => severity === 'error'

/** A diff deletes nothing itself: it says at what a sync will stop. */
const asForewarning = (diagnostic: Diagnostic, { confirmsDeletes }: ReconcileOptions): Diagnostic => ({
  ...diagnostic,
  severity: 'warning',
  message: confirmsDeletes === true ? diagnostic.message : `a sync will stop here: ${diagnostic.message}`,
})

/** The Manager's user confirmed a number of deletes, so more of them mean that the gateway has changed. */
const withoutFlags = (
  { hint: _flags, ...diagnostic }: Diagnostic,
  mode: ReconcileOptions['mode'],
): Diagnostic =>
  mode === 'diff' ? diagnostic : { ...diagnostic, hint: 'the gateway has changed: compare again' }
