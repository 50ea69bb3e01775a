/**
 * Applies or shows a plan and reports it: events in the plan's order, the summary, failures; or one JSON
 * document. Returns the exit code.
 */
import type { AdminClient } from '../admin-client/client.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { DeckError, type Diagnostic, exitCodes } from '../errors.ts'
import type { Journal, JournalSettings, RunDescription } from '../journal/write.ts'
import { applyPlan, type Outcome } from '../plan/apply.ts'
import { applyWhole } from '../plan/apply-whole.ts'
import type { Change } from '../plan/diff.ts'
import { countChanges, type Plan } from '../plan/plan.ts'
import { failureDiagnostic, renderFailures } from '../report/failures.ts'
import { renderChange, renderSummary, type UpdateForm } from '../report/human.ts'
import { type JsonInput, renderJson, type Undone } from '../report/json.ts'
import { isWatched, liveLine } from '../report/live-line.ts'
import type { View } from '../report/view.ts'
import type { State } from '../state/state.ts'
import { annotate } from './report-diagnostics.ts'
import type { Terminal } from './terminal.ts'
import type { KeepRun } from './write-reports.ts'

export interface ReportOptions {
  readonly view: View
  readonly json: boolean
  readonly silent: boolean
  readonly updates: UpdateForm
  /** Already printed on stderr; in JSON they are listed beside the changes. */
  readonly diagnostics: readonly Diagnostic[]
  readonly notes: readonly string[]
  /** Created before the first change, or only reported by `diff`. */
  readonly newWorkspace?: JsonInput['newWorkspace']
  readonly undone?: JsonInput['undone']
  /** For `--report`. */
  readonly keep?: KeepRun | undefined
}

/** Shows what would be done. */
export function show(plan: Plan, report: ReportOptions, { stdout, chalk }: Terminal): void {
  const outcomes = plan.changes.map(change => ({ change, status: 'planned' }) as const)
  const input = jsonInput(outcomes, report)
  report.keep?.(input, report.view)
  if (report.json) {
    stdout.write(renderJson(input, report.view))
    return
  }
  for (const change of report.silent ? [] : plan.changes)
    stdout.write(renderChange(change, report.view, chalk, report.updates))
  stdout.write(renderSummary(plan.summary, chalk))
}

/** Nothing is begun, for the reasons reported in the diagnostics. @returns the exit code */
export function giveUp(
  plan: Plan,
  report: ReportOptions,
  { stdout, stderr, chalk }: Terminal,
  reason = 'the gateway cannot match the files',
): number {
  const outcomes = plan.changes.map(change => ({ change, status: 'not-attempted' }) as const)
  const input = jsonInput(outcomes, report)
  const sentence = `${reason}: nothing was changed`
  report.keep?.({ ...input, errors: [...input.errors, sentence] }, report.view)
  if (report.json) stdout.write(renderJson(input, report.view))
  else stdout.write(renderSummary(countChanges([]), chalk))
  stderr.write(`Error: ${sentence}\n`)
  return exitCodes.failure
}

function jsonInput(
  outcomes: JsonInput['outcomes'],
  { diagnostics, notes, newWorkspace, undone }: ReportOptions,
): JsonInput {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)
  return { outcomes, warnings: notes, errors, diagnostics, newWorkspace, undone }
}

export interface Work {
  readonly client: AdminClient
  readonly schemas: Schemas
  readonly delaySeconds?: number | undefined
  readonly signal?: AbortSignal | undefined
  /**
   * For a gateway without a database: all its entities. If present, the whole configuration is sent at
   * once.
   */
  readonly everything?: (() => Promise<State>) | undefined
  /** Where the run is recorded, and as what. Absent: nowhere. */
  readonly record?: Recording | undefined
  /** Goes on after a refused change (`--on-error continue`). */
  readonly continues?: boolean | undefined
  /** Undoes what a failed run has done (`--on-error rollback`). */
  readonly undo?: ((outcomes: readonly Outcome[], run: string) => Promise<Undone>) | undefined
}

export interface Recording {
  readonly settings: JournalSettings
  /** Called with the name of the run, once it is on the disk. */
  readonly onRecorded?: ((run: string) => void) | undefined
  readonly description: RunDescription
}

/** @returns the exit code: a failure, or a change that was not attempted, is 1 in every format */
export async function carryOut(plan: Plan, work: Work, report: ReportOptions, io: Terminal): Promise<number> {
  const release = work.client.holdSignals()
  try {
    return await applyAndReport(plan, work, report, io)
  } finally {
    release()
  }
}

async function applyAndReport(plan: Plan, work: Work, report: ReportOptions, io: Terminal): Promise<number> {
  const outcomes = new Map<Change, Outcome>()
  const journal = await journalFor(plan, work, report, io)
  const line = liveLine(io.stderr, !report.json && isWatched(io.stderr, io.env), () => ({
    done: outcomes.size,
    total: plan.changes.length,
    what: 'changes',
    retries: work.client.retries(),
  }))
  const write = (change: Change): void => {
    if (!report.json && !report.silent)
      line.around(() => io.stdout.write(renderChange(change, report.view, io.chalk, report.updates)))
  }
  let next = 0
  for await (const outcome of outcomesOf(plan, work, journal)) {
    outcomes.set(outcome.change, outcome)
    if (outcome.status !== 'not-attempted') journal?.end(outcome.change, outcome.status)
    // Changes end in any order; they are reported in the plan's order.
    for (let change = plan.changes[next]; change && outcomes.has(change); change = plan.changes[next]) {
      if (outcomes.get(change)?.status !== 'not-attempted') write(change)
      next += 1
    }
  }
  line.stop()
  await journal?.finish(endOf([...outcomes.values()], work))
  const repeated = work.client.retries()
  if (repeated > 0 && !report.silent)
    io.stderr.write(
      `${repeated} requests were repeated, after temporary errors of the gateway or lost connections\n`,
    )
  const ordered = plan.changes.flatMap(change => outcomes.get(change) ?? [])
  const undo = mustUndo(ordered, work) ? () => work.undo?.(ordered, journal?.run ?? '') : undefined
  // The one document says what came of it; on a terminal the failure is shown first.
  if (report.json) return reportEnd(ordered, { ...report, undone: await undo?.() }, cutShort(work), io)
  const code = reportEnd(ordered, report, cutShort(work), io)
  await undo?.()
  return code
}

/** After a signal nothing more is sent. */
const mustUndo = (outcomes: readonly Outcome[], { signal }: Work): boolean =>
  signal?.aborted !== true && outcomes.some(({ status }) => status === 'failed')

/**
 * The plan is on the disk when this ends, before the first request.
 * @throws DeckError where it must be and cannot be
 */
async function journalFor(
  { changes }: Plan,
  { record, schemas }: Work,
  report: ReportOptions,
  { stderr, chalk, errorChalk = chalk }: Terminal,
): Promise<Journal | undefined> {
  if (record === undefined || changes.length === 0) return undefined
  const { openJournal } = await import('../journal/write.ts')
  const warn = (text: string): void => {
    if (!report.silent) stderr.write(`${errorChalk.yellow('Warning:')} ${text}\n`)
  }
  const journal = openJournal(record.settings, record.description, changes, schemas, warn)
  if (journal.run !== '') record.onRecorded?.(journal.run)
  return journal
}

function endOf(outcomes: readonly Outcome[], { signal }: Work): 'applied' | 'failed' | 'interrupted' {
  if (outcomes.every(({ status }) => status === 'applied')) return 'applied'
  return signal?.aborted === true ? 'interrupted' : 'failed'
}

/** Why a run was ended before its time, where it was not Ctrl-C. */
const cutShort = ({ signal }: Work): string[] =>
  signal?.aborted === true && signal.reason instanceof DeckError ? [signal.reason.message] : []

export const outcomesOf = (plan: Plan, work: Work, journal?: Journal): AsyncIterable<Outcome> =>
  work.everything === undefined
    ? applyPlan(plan, work.client, { ...applyOptions(work), onStart: journal?.start })
    : applyWhole(plan, work.client, {
        schemas: work.schemas,
        everything: work.everything,
        onStart: journal?.start,
        readYaml: async text => (await import('../file/yaml/data.ts')).readData(text),
      })

const applyOptions = ({ schemas, delaySeconds, signal, continues }: Work) => ({
  schemas,
  continues,
  ...(delaySeconds !== undefined && { delaySeconds }),
  ...(signal && { signal }),
})

function reportEnd(
  outcomes: readonly Outcome[],
  report: ReportOptions,
  reasons: readonly string[],
  io: Terminal,
): number {
  const { stdout, stderr, chalk, errorChalk = chalk } = io
  const of = (status: Outcome['status']): Outcome[] => outcomes.filter(one => one.status === status)
  const failed = of('failed').map(one => failureDiagnostic(one, report.view))
  const described = jsonInput(outcomes, { ...report, diagnostics: [...report.diagnostics, ...failed] })
  const input = { ...described, errors: [...described.errors, ...reasons] }
  report.keep?.(input, report.view)
  if (report.json) stdout.write(renderJson(input, report.view))
  else stdout.write(renderSummary(countChanges(of('applied').map(({ change }) => change)), chalk))
  for (const reason of reasons) stderr.write(`Error: ${reason}\n`)
  stderr.write(renderFailures(outcomes, report.view, errorChalk))
  annotate(failed, io)
  return of('applied').length === outcomes.length ? exitCodes.done : exitCodes.failure
}
