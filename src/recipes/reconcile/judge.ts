/**
 * What is wrong with the changes of a run, before the first is made: one list, from the checks of this
 * folder.
 */
import type { Diagnostic } from '../../errors.ts'
import { withSeverities } from '../../file/severities.ts'
import type { Change } from '../../plan/diff.ts'
import { hashedAgain } from './already-hashed.ts'
import type { Wanted } from './build-target.ts'
import { defaultDeleteLimit, excessiveDeletes, protectedDeletes } from './guard.ts'
import type { ReconcileOptions } from './options.ts'
import { ownedElsewhere } from './owned-elsewhere.ts'
import { preflight } from './preflight.ts'
import { refusedWrites } from './refused-writes.ts'

interface Judgement {
  /** Those of the files included. */
  readonly diagnostics: readonly Diagnostic[]
  /** A person was asked whether to delete this much, and said no. */
  readonly isStopped: boolean
}

export async function judge(
  changes: readonly Change[],
  wanted: Wanted,
  options: ReconcileOptions,
): Promise<Judgement> {
  const weigh = (found: readonly Diagnostic[]): readonly Diagnostic[] =>
    options.severities === undefined ? found : withSeverities(found, options.severities)
  const found = weigh([
    ...(await ownedElsewhere(changes, wanted)),
    ...hashedAgain(changes, wanted.schemas),
    ...refusedWrites(changes, wanted.schemas),
  ])
  // No flag makes less of a protected tag.
  const guarded = protectedDeletes(changes, [...(options.protectedTags ?? []), ...wanted.protectedTags])
  const isChecked = options.mode !== 'diff' && options.skipsPreflight !== true
  const checked = isChecked ? weigh(await preflight(changes, wanted)) : wanted.diagnostics
  const diagnostics = [...checked, ...found, ...guarded]
  const excess = weigh(excessiveDeletes(changes, options.maxDeletes ?? defaultDeleteLimit, wanted))
  if (options.mode === 'diff')
    return { diagnostics: [...diagnostics, ...excess.map(asForewarning)], isStopped: false }
  const isError = ({ severity }: Diagnostic): boolean => severity === 'error'
  const stop = excess.find(isError)
  // Where the run ends anyway there is nothing to ask.
  if (stop === undefined || diagnostics.some(isError) || options.confirm === undefined)
    return { diagnostics: [...diagnostics, ...excess], isStopped: false }
  const isAllowed = await options.confirm(`${stop.message}. Delete them? (y/N) `)
  return { diagnostics, isStopped: !isAllowed }
}

/** A diff deletes nothing itself: it says what a sync will stop at. */
const asForewarning = (diagnostic: Diagnostic): Diagnostic => ({
  ...diagnostic,
  severity: 'warning',
  message: `a sync will stop here: ${diagnostic.message}`,
})
