/** What is wrong with the changes of a run: one list, made before the first change, from the checks of this folder. */
import type { Diagnostic } from '../../errors.ts'
import { withSeverities } from '../../file/severities.ts'
import type { Change } from '../../plan/diff.ts'
import { hashedAgain } from './already-hashed.ts'
import type { Comparison } from './comparison.ts'
import { defaultDeleteLimit, excessiveDeletes, protectedDeletes } from './guard.ts'
import type { ReconcileOptions } from './options.ts'
import { ownedElsewhere } from './owned-elsewhere.ts'
import { preflight, resolveForecasts } from './preflight.ts'
import { refusedWrites } from './refused-writes.ts'

export interface Judgement {
  /** Those of the files included. */
  readonly diagnostics: readonly Diagnostic[]
  /** A person refused to delete this much. */
  readonly isStopped: boolean
}

export async function judge(
  changes: readonly Change[],
  comparison: Comparison,
  options: ReconcileOptions,
): Promise<Judgement> {
  const problems = await problemsOf(changes, comparison, options)
  const limit = options.maxDeletes ?? defaultDeleteLimit
  const excess = withSeverities(excessiveDeletes(changes, limit, comparison), options.severities)
  if (options.mode === 'diff')
    return { diagnostics: [...problems, ...excess.map(asForewarning)], isStopped: false }
  const stop = excess.find(isError)
  // A run that ends anyway does not ask for confirmation.
  if (stop === undefined || problems.some(isError) || options.confirm === undefined)
    return { diagnostics: [...problems, ...excess], isStopped: false }
  const isAllowed = await options.confirm(`${stop.message}. Delete them? (y/N) `)
  return { diagnostics: problems, isStopped: !isAllowed }
}

async function problemsOf(
  changes: readonly Change[],
  comparison: Comparison,
  { mode, severities, skipsPreflight, protectedTags = [] }: ReconcileOptions,
): Promise<Diagnostic[]> {
  const { schemas, file, diagnostics } = comparison
  const isChecked = mode !== 'diff' && skipsPreflight !== true
  const owned = await ownedElsewhere(changes, comparison)
  const refused = isChecked ? await preflight(changes, comparison) : []
  return [
    ...(isChecked ? withSeverities(resolveForecasts(diagnostics), severities) : diagnostics),
    ...withSeverities(
      [...refused, ...owned, ...hashedAgain(changes, schemas), ...refusedWrites(changes, schemas)],
      severities,
    ),
    // No flag lowers the severity of these.
    ...protectedDeletes(changes, [...protectedTags, ...file.protectedTags]),
  ]
}

const isError = ({ severity }: Diagnostic): boolean => severity === 'error'

/** A diff deletes nothing itself: it says at what a sync will stop. */
const asForewarning = (diagnostic: Diagnostic): Diagnostic => ({
  ...diagnostic,
  severity: 'warning',
  message: `a sync will stop here: ${diagnostic.message}`,
})
