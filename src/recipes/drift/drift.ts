/**
 * The recipe of `drift`: what was recorded, what the gateway has and what the files say, compared three
 * ways. Nothing is changed.
 */
import { titleOf } from '../../entities/language/identity.ts'
import { exitCodes } from '../../errors.ts'
import { type Change, namesFrom } from '../../plan/diff.ts'
import { makePlan } from '../../plan/plan.ts'
import { type Author, type Drift, threeWays, unknownAuthors } from '../../plan/three-ways.ts'
import { renderDrift } from '../../report/drift.ts'
import { renderDriftJson } from '../../report/review/drift-json.ts'
import { type RunRecord, reviewOf } from '../../report/review/review.ts'
import { createView, type View } from '../../report/view.ts'
import { masked } from '../../state/secrets.ts'
import { whileReading } from '../carry-out.ts'
import { type GatewaySide, openGateway } from '../gateway-state.ts'
import { possibleChanges } from '../reconcile/changes.ts'
import { type Comparison, prepareComparison } from '../reconcile/comparison.ts'
import type { ReconcileOptions } from '../reconcile/options.ts'
import { tellDiagnostics } from '../report-diagnostics.ts'
import type { Terminal } from '../terminal.ts'
import { failedRun, type KeepRun, withReports } from '../write-reports.ts'
import { readRecord, refuseOtherSelection, revive } from './record.ts'
import { recordState, selectionOf } from './record-state.ts'

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
  /**
   * Absent: only two states are compared, and authors are unknown. A file that does not exist yet is
   * written.
   */
  readonly recordFile?: string
  /** `DECK_RECORD_KEY`. */
  readonly key: string | undefined
  /** What exits with 2. */
  readonly failOn: readonly Author[]
}

const title = 'gateway drift'

/** @returns the exit code: 2 for a difference that `failOn` names; @throws DeckError */
export async function drift(options: DriftOptions, io: Terminal): Promise<number> {
  const gateway = await openGateway(options.client)
  const known = { drift: { isRecorded: false, failOn: options.failOn } }
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
  const { found, isRecorded, sameSecrets, notes } = await findDrift(options, comparison)
  const { schemas, current, target, diagnostics } = comparison
  tellDiagnostics(options.silenceEvents === true ? [] : diagnostics, [...comparison.notes, ...notes], io)

  const { maskEnvironment } = options
  const view = createView({
    schemas,
    nameOf: namesFrom([target, current], schemas),
    ...(maskEnvironment !== undefined && { maskEnvironment }),
  })
  const judged = sameSecrets === true ? found : found.map(one => withoutGuess(one, view))
  const outcomes = judged.map(one => outcomeOf(one, view, isRecorded, options.failOn))
  const input: RunRecord = {
    outcomes,
    warnings: [...comparison.notes, ...notes],
    errors: [],
    diagnostics,
    drift: { isRecorded, failOn: options.failOn },
  }
  keep?.(input, view)
  const review = reviewOf(title, input, view)
  if (isJson) io.stdout.write(renderDriftJson(review, { isRecorded, failOn: options.failOn }))
  else io.stdout.write(renderDrift(review, io.chalk, options.silenceEvents === true))
  return outcomes.some(({ drift: { fails } }) => fails) ? exitCodes.difference : exitCodes.done
}

interface Found {
  readonly found: readonly Drift[]
  readonly isRecorded: boolean
  /** Whether the gateway's secrets are those that were recorded; undefined where that is not known. */
  readonly sameSecrets: boolean | undefined
  readonly notes: readonly string[]
}

async function findDrift(options: DriftOptions, comparison: Comparison): Promise<Found> {
  const { schemas, current, doubtful } = comparison
  // In a plan's order, which is the same for the same input.
  const pending = makePlan(possibleChanges({ mode: 'diff' }, comparison), schemas, doubtful).changes
  const { recordFile: path, key, scope } = options
  if (path === undefined)
    return { found: unknownAuthors(pending), isRecorded: false, sameSecrets: true, notes: [] }
  const record = await readRecord(path)
  if (record === undefined) {
    await recordState(path, current, comparison, scope, key)
    const note = `${path} did not exist: what the gateway has now is recorded there`
    return {
      found: threeWays(pending, [], pending, ({ title }) => title),
      isRecorded: true,
      sameSecrets: true,
      notes: [note],
    }
  }
  refuseOtherSelection(record, selectionOf(comparison, scope), path)
  const { state, sameSecrets } = revive(record, [current, comparison.target], schemas, { key })
  const changesFrom = (target: typeof state, from: typeof state): Change[] =>
    possibleChanges({ mode: 'diff' }, { ...comparison, current: from, target })
  const hand = changesFrom(current, state)
  const file = changesFrom(comparison.targetFor(state), state)
  const nameOf = namesFrom([state], schemas)
  const recordedTitle = ({ kind, id, before }: Change): string =>
    titleOf(schemas.of(kind), { ...before, id }, nameOf)
  const found = threeWays(pending, hand, file, recordedTitle)
  return { found, isRecorded: true, sameSecrets, notes: secretNotes(sameSecrets) }
}

const advice = 'a record made with DECK_RECORD_KEY says which'

const secretNotes = (sameSecrets: boolean | undefined): string[] => {
  if (sameSecrets === true) return []
  return sameSecrets === false
    ? [`a secret on the gateway was changed by hand since the record: ${advice}`]
    : ['entities with secrets were deleted by hand: whether other secrets changed is not known']
}

/** A secret that differs may have been changed by hand, where the record cannot say so. */
function withoutGuess(one: Drift, view: View): Drift {
  const { change, by } = one
  const holdsSecret = JSON.stringify([view.before(change), view.after(change)]).includes(masked)
  return by === 'file' && holdsSecret ? { ...one, by: 'unknown' } : one
}

function outcomeOf({ change, by, hand }: Drift, view: View, isRecorded: boolean, failOn: readonly Author[]) {
  const drift = {
    by,
    fails: failOn.includes(by),
    ...(hand && { hand: hand.op }),
    ...(isRecorded && { recorded: recordedValues(change, hand, view) }),
  }
  return { change, status: 'planned' as const, drift }
}

/** Where nothing was changed by hand, what was recorded is what the gateway has. */
function recordedValues(change: Change, hand: Change | undefined, view: View): unknown[] {
  // What the files say about a secret hides it in the record too.
  const recorded =
    hand === undefined ? [] : view.fields({ ...hand, ...(change.origin && { origin: change.origin }) })
  const before = new Map(recorded.map(field => [field.path.join('.'), field.before]))
  return view.fields(change).map(field => {
    const path = field.path.join('.')
    return before.has(path) ? before.get(path) : field.before
  })
}
