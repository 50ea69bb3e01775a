/**
 * The recipe of `drift`: what was last applied, what the gateway has and what the files say, compared three
 * ways. Nothing is changed.
 */

import { exitCodes } from '../../errors.ts'
import type { JournalSettings } from '../../journal/write.ts'
import { type Change, namesFrom } from '../../plan/diff.ts'
import type { Author, Drift } from '../../plan/three-ways.ts'
import { renderDrift } from '../../report/drift.ts'
import { renderDriftJson } from '../../report/review/drift-json.ts'
import { type RunRecord, reviewOf } from '../../report/review/review.ts'
import { createView, type View } from '../../report/view.ts'
import { type GatewaySide, openGateway } from '../gateway-state.ts'
import { whileReading } from '../progress.ts'
import { prepareComparison } from '../reconcile/comparison.ts'
import type { ReconcileOptions } from '../reconcile/options.ts'
import { printDiagnostics } from '../report-diagnostics.ts'
import type { Terminal } from '../terminal.ts'
import { failedRun, type KeepRun, withReports } from '../write-reports.ts'
import { type FoundDrift, findDrift } from './find-drift.ts'

export interface DriftOptions
  extends Pick<
    ReconcileOptions,
    | 'files'
    | 'client'
    | 'selectTags'
    | 'scope'
    | 'policyOverrides'
    | 'severities'
    | 'jsonOutput'
    | 'silenceEvents'
    | 'maskEnvironment'
    | 'reports'
  > {
  /** Compared with in place of the journal. A file that does not exist yet is written. */
  readonly recordFile?: string
  /** Where runs are recorded. Absent: it is not read. */
  readonly journal?: JournalSettings | undefined
  /** `DECK_RECORD_KEY`. */
  readonly key: string | undefined
  /** Authors whose changes give exit code 2. */
  readonly failOn: readonly Author[]
}

const title = 'gateway drift'

/** @returns the exit code: 2 for a difference that `failOn` names; @throws DeckError */
export async function drift(options: DriftOptions, io: Terminal): Promise<number> {
  const gateway = await openGateway(options.client)
  const known = { drift: { base: { from: 'nothing' }, failOn: options.failOn } } as const
  try {
    return await withReports(
      options.reports ?? [],
      title,
      io,
      async (out, keep) => {
        try {
          return await run(options, gateway, out, keep)
        } catch (error) {
          const record = { ...failedRun(error), ...known }
          if (options.jsonOutput === true)
            out.stdout.write(renderDriftJson(reviewOf(title, record, undefined), known.drift))
          throw error
        }
      },
      known,
    )
  } finally {
    gateway.client.close()
  }
}

async function run(
  options: DriftOptions,
  gateway: GatewaySide,
  io: Terminal,
  keep: KeepRun | undefined,
): Promise<number> {
  const asDiff: ReconcileOptions = { ...options, mode: 'diff' }
  const isJson = options.jsonOutput === true
  const comparison = await whileReading(gateway.client, isJson, io, () =>
    prepareComparison(asDiff, gateway, io),
  )
  const drifted = await findDrift(options, comparison)
  const { base, notes } = drifted
  const { schemas, current, target, diagnostics } = comparison
  printDiagnostics(options.silenceEvents === true ? [] : diagnostics, [...comparison.notes, ...notes], io)

  const { maskEnvironment } = options
  const view = createView({
    schemas,
    nameOf: namesFrom([target, current], schemas),
    ...(maskEnvironment !== undefined && { maskEnvironment }),
  })
  const judged = drifted.found.map(one => judgedBy(one, drifted, view))
  const outcomes = judged.map(one => outcomeOf(one, view, drifted, options.failOn))
  const input: RunRecord = {
    outcomes,
    warnings: [...comparison.notes, ...notes],
    errors: [],
    diagnostics,
    drift: { base, failOn: options.failOn },
  }
  keep?.(input, view)
  const review = reviewOf(title, input, view)
  if (isJson) io.stdout.write(renderDriftJson(review, { base, failOn: options.failOn }))
  else io.stdout.write(renderDrift(review, io.chalk, options.silenceEvents === true))
  return outcomes.some(({ drift: { fails } }) => fails) ? exitCodes.difference : exitCodes.done
}

const judgedBy = (one: Drift, { authorOf, isGuess }: FoundDrift, view: View): Drift => {
  // What was done by hand is known; only what is left can be in doubt.
  const by = (one.hand === undefined ? authorOf?.(one.change) : undefined) ?? one.by
  return { ...one, by: by === 'file' && isGuess?.(one.change, view) === true ? 'unknown' : by }
}

function outcomeOf(
  { change, by, hand }: Drift,
  view: View,
  { base, authorOf }: FoundDrift,
  failOn: readonly Author[],
) {
  const isKnown = base.from !== 'nothing' && (hand !== undefined || authorOf?.(change) === undefined)
  const drift = {
    by,
    fails: failOn.includes(by),
    ...(hand && { hand: hand.op }),
    ...(isKnown && { recorded: recordedValues(change, hand, view) }),
  }
  return { change, status: 'planned' as const, drift }
}

/** Where nothing was changed by hand, what was recorded is what the gateway has. */
function recordedValues(change: Change, hand: Change | undefined, view: View): unknown[] {
  // A value that is secret by the files is masked in the record too.
  const recorded =
    hand === undefined ? [] : view.fields({ ...hand, ...(change.origin && { origin: change.origin }) })
  const before = new Map(recorded.map(field => [field.path.join('.'), field.before]))
  return view.fields(change).map(field => {
    const path = field.path.join('.')
    return before.has(path) ? before.get(path) : field.before
  })
}
