/** A plan carried out, or only shown, and told: events in the plan's order, the summary, failures; or one JSON document. Gives the exit code. */
import type { AdminClient } from '../admin-client/client.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { DeckError, type Diagnostic, exitCodes } from '../errors.ts'
import { applyPlan, type Outcome } from '../plan/apply.ts'
import { applyWhole } from '../plan/apply-whole.ts'
import type { Change } from '../plan/diff.ts'
import { countChanges, type Plan } from '../plan/plan.ts'
import { failureDiagnostic, renderFailures } from '../report/failures.ts'
import { renderChange, renderSummary, type UpdateForm } from '../report/human.ts'
import { type JsonInput, renderJson } from '../report/json.ts'
import { liveLine, progressText } from '../report/live-line.ts'
import type { View } from '../report/view.ts'
import type { State } from '../state/state.ts'
import type { Terminal } from './terminal.ts'

export interface Told {
  readonly view: View
  readonly json: boolean
  readonly silent: boolean
  readonly updates: UpdateForm
  /** Told already on stderr; in JSON they stand beside the changes. */
  readonly diagnostics: readonly Diagnostic[]
  readonly notes: readonly string[]
  /** Made before the first change, or by `diff` only told. */
  readonly newWorkspace?: JsonInput['newWorkspace']
}

/** Shows what would be done. */
export function show(plan: Plan, told: Told, { stdout, chalk }: Terminal): void {
  if (told.json) {
    const outcomes = plan.changes.map(change => ({ change, status: 'planned' }) as const)
    stdout.write(renderJson(jsonInput(outcomes, told), told.view))
    return
  }
  for (const change of told.silent ? [] : plan.changes)
    stdout.write(renderChange(change, told.view, chalk, told.updates))
  stdout.write(renderSummary(plan.summary, chalk))
}

/** Nothing is begun, for the reasons told in the diagnostics. @returns the exit code */
export function giveUp(
  plan: Plan,
  told: Told,
  { stdout, stderr, chalk }: Terminal,
  reason = 'the gateway cannot become what the files say',
): number {
  if (told.json) {
    const outcomes = plan.changes.map(change => ({ change, status: 'not-attempted' }) as const)
    stdout.write(renderJson(jsonInput(outcomes, told), told.view))
  } else stdout.write(renderSummary(countChanges([]), chalk))
  stderr.write(`Error: ${reason}: nothing was changed\n`)
  return exitCodes.failure
}

function jsonInput(outcomes: JsonInput['outcomes'], { diagnostics, notes, newWorkspace }: Told): JsonInput {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message)
  return { outcomes, warnings: notes, errors, diagnostics, newWorkspace }
}

export interface Work {
  readonly client: AdminClient
  readonly schemas: Schemas
  readonly delaySeconds?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Of a gateway without a database: all that it has. Present, it is given its whole configuration at once. */
  readonly everything?: (() => Promise<State>) | undefined
}

/** @returns the exit code: a failure, or a change that was not attempted, is 1 in every format */
export async function carryOut(plan: Plan, work: Work, told: Told, io: Terminal): Promise<number> {
  const release = work.client.holdSignals()
  try {
    return await applyAndReport(plan, work, told, io)
  } finally {
    release()
  }
}

async function applyAndReport(plan: Plan, work: Work, told: Told, io: Terminal): Promise<number> {
  const outcomes = new Map<Change, Outcome>()
  const line = told.json
    ? undefined
    : liveLine(io.stderr, seconds => changesText(outcomes.size, plan, work.client, seconds))
  const write = (change: Change): void => {
    if (!told.json && !told.silent)
      line?.around(() => io.stdout.write(renderChange(change, told.view, io.chalk, told.updates)))
  }
  let next = 0
  for await (const outcome of outcomesOf(plan, work)) {
    outcomes.set(outcome.change, outcome)
    // Changes end in any order; they are told in the plan's.
    for (let change = plan.changes[next]; change && outcomes.has(change); change = plan.changes[next]) {
      if (outcomes.get(change)?.status !== 'not-attempted') write(change)
      next += 1
    }
  }
  line?.stop()
  const repeated = work.client.retries()
  if (repeated > 0 && !told.silent)
    io.stderr.write(
      `${repeated} requests had to be sent again (it answered with an error that may pass, or the connection broke)\n`,
    )
  const ordered = plan.changes.flatMap(change => outcomes.get(change) ?? [])
  return tellEnd(ordered, told, cutShort(work), io)
}

/** Why a run was ended before its time, where it was not Ctrl-C. */
const cutShort = ({ signal }: Work): string[] =>
  signal?.aborted === true && signal.reason instanceof DeckError ? [signal.reason.message] : []

const changesText = (done: number, { changes }: Plan, client: AdminClient, seconds: number): string =>
  progressText(done, changes.length, 'changes', client.retries(), seconds)

/** What takes its time before the first change: a line on the terminal says how far it is. */
export async function whileReading<T>(
  client: AdminClient,
  json: boolean,
  { stderr }: Terminal,
  work: () => Promise<T>,
): Promise<T> {
  if (json) return work()
  const line = liveLine(stderr, seconds =>
    progressText(client.answers(), undefined, 'answers read', client.retries(), seconds),
  )
  try {
    return await work()
  } finally {
    line.stop()
  }
}

const outcomesOf = (plan: Plan, work: Work): AsyncIterable<Outcome> =>
  work.everything === undefined
    ? applyPlan(plan, work.client, applyOptions(work))
    : applyWhole(plan, work.client, { schemas: work.schemas, everything: work.everything })

const applyOptions = ({ schemas, delaySeconds, signal }: Work) => ({
  schemas,
  ...(delaySeconds !== undefined && { delaySeconds }),
  ...(signal && { signal }),
})

function tellEnd(outcomes: readonly Outcome[], told: Told, reasons: readonly string[], io: Terminal): number {
  const { stdout, stderr, chalk, errorChalk = chalk } = io
  const of = (status: Outcome['status']): Outcome[] => outcomes.filter(one => one.status === status)
  const failed = of('failed').map(one => failureDiagnostic(one, told.view))
  if (told.json) {
    const input = jsonInput(outcomes, { ...told, diagnostics: [...told.diagnostics, ...failed] })
    stdout.write(renderJson({ ...input, errors: [...input.errors, ...reasons] }, told.view))
  } else stdout.write(renderSummary(countChanges(of('applied').map(({ change }) => change)), chalk))
  for (const reason of reasons) stderr.write(`Error: ${reason}\n`)
  stderr.write(renderFailures(outcomes, told.view, errorChalk))
  return of('applied').length === outcomes.length ? exitCodes.done : exitCodes.failure
}
