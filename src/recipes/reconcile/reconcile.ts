/** The recipe of `sync`, `diff` and `apply`: it reads like the list in docs/architecture.md. */
import { type Diagnostic, exitCodes } from '../../errors.ts'
import { type Change, diffStates, namesFrom } from '../../plan/diff.ts'
import { makePlan, type Plan } from '../../plan/plan.ts'
import { createView } from '../../report/view.ts'
import {
  carryOut,
  giveUp,
  type Recording,
  type ReportOptions,
  show,
  type Work,
  whileReading,
} from '../carry-out.ts'
import { type GatewaySide, openGateway, wholeReader } from '../gateway-state.ts'
import { whileLocked } from '../lease.ts'
import { tellDiagnostics, withJsonOnFailure } from '../report-diagnostics.ts'
import type { MadePlan } from '../saved-plan.ts'
import type { Terminal } from '../terminal.ts'
import { type KeepRun, withReports } from '../write-reports.ts'
import { type Wanted, wantedState } from './build-target.ts'
import { judge } from './judge.ts'
import { movedSince } from './moved-since.ts'
import type { ReconcileOptions } from './options.ts'

/**
 * @returns the exit code: 0; 1 where changes failed; 2 for `diff` with differences and `nonZeroExitCode`
 * @throws DeckError for what ends the run before its first change (files, connection, answers); with
 *   `jsonOutput` the document is written before
 */
export function reconcile(options: ReconcileOptions, io: Terminal): Promise<number> {
  const title = options.title ?? `gateway ${options.mode}`
  return withReports(options.reports ?? [], title, io, (out, keep) =>
    withJsonOnFailure(options.jsonOutput === true, out, () =>
      whileLocked(options.client, options.lock, async client => {
        const gateway = await openGateway(client)
        try {
          return await run({ ...options, client }, gateway, out, keep)
        } finally {
          gateway.client.close()
        }
      }),
    ),
  )
}

async function run(
  options: ReconcileOptions,
  gateway: GatewaySide,
  io: Terminal,
  keep: KeepRun | undefined,
): Promise<number> {
  const wanted = await whileReading(gateway.client, options.jsonOutput === true, io, () =>
    wantedState(options, gateway, io),
  )
  const { schemas } = wanted
  const changes = possibleChanges(options, wanted)
  const { diagnostics, isStopped } = await judge(changes, wanted, options)
  const report = { ...reportOptions(options, { ...wanted, diagnostics }), keep }
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  tellDiagnostics(report.silent ? errors : report.diagnostics, report.silent ? [] : report.notes, io)

  const plan = makePlan(changes, schemas, wanted.doubtful)
  if (options.keptPlan) {
    const { verifyPlan } = await import('../saved-plan.ts')
    verifyPlan(options.keptPlan, madePlan(plan, options, wanted))
  }
  if (options.mode === 'diff') {
    show(plan, report, io)
    if (errors.length > 0) return exitCodes.failure
    if (options.keepPlan) await keepPlan(options.keepPlan, madePlan(plan, options, wanted), io)
    const differs = options.nonZeroExitCode === true && plan.changes.length > 0
    return differs ? exitCodes.difference : exitCodes.done
  }
  // What is known to fail is not begun.
  if (errors.length > 0) return giveUp(plan, report, io)
  if (isStopped) return giveUp(plan, report, io, 'stopped by an answer')
  const work = await workOf(options, wanted, gateway, io)
  const moved = work.everything === undefined ? await movedMeanwhile(plan, wanted) : []
  if (moved.length > 0) {
    tellDiagnostics(moved, [], io)
    const all = { ...report, diagnostics: [...report.diagnostics, ...moved] }
    return giveUp(plan, all, io, 'the gateway was changed meanwhile')
  }
  const code = await carryOut(plan, work, report, io)
  if (options.record !== undefined) await recordRun(options.record, code, wanted, options, io)
  return code
}

/** Only a run that was done whole is recorded: what is compared with it later must be what was meant. */
async function recordRun(
  { path, key }: NonNullable<ReconcileOptions['record']>,
  code: number,
  wanted: Wanted,
  options: ReconcileOptions,
  { stderr }: Terminal,
): Promise<void> {
  if (code !== exitCodes.done) {
    stderr.write(`the run failed: ${path} is left as it was\n`)
    return
  }
  const { recordState } = await import('../drift/record-state.ts')
  await recordState(path, await wanted.readAgain(), wanted, options.scope, key)
}

const movedMeanwhile = (
  plan: Plan,
  { client, schemas, current, selectTags }: Wanted,
): Promise<Diagnostic[]> =>
  movedSince(plan.changes, kind => current.all(kind).length, client, schemas, selectTags)

async function workOf(
  options: ReconcileOptions,
  wanted: Wanted,
  gateway: GatewaySide,
  io: Terminal,
): Promise<Work> {
  const { client, schemas } = wanted
  const { delaySeconds, onError } = options
  const work = {
    client,
    schemas,
    delaySeconds,
    signal: options.client.signal,
    everything: await wholeReader(gateway, client),
    record: recordingOf(options, wanted),
    continues: onError === 'continue',
  }
  if (onError !== 'rollback') return work
  return {
    ...work,
    undo: async (outcomes, run) => {
      const { undoRun } = await import('../restore/undo-run.ts')
      const silent = options.jsonOutput === true || options.silenceEvents === true
      return undoRun({ outcomes, run, work, scope: wanted.scope, gateway, silent }, io)
    },
  }
}

const recordingOf = (
  { mode, journal, files }: ReconcileOptions,
  { client, schemas, scope, selectTags, workspace }: Wanted,
): Recording | undefined =>
  journal && {
    settings: journal,
    description: {
      command: mode,
      gateway: client.address,
      workspace,
      kong_version: schemas.version.text,
      select_tags: selectTags,
      scope,
      files,
    },
  }

async function keepPlan(
  { path, input }: NonNullable<ReconcileOptions['keepPlan']>,
  made: MadePlan,
  { stderr }: Terminal,
): Promise<void> {
  const { savePlan } = await import('../saved-plan.ts')
  await savePlan(path, input, made)
  stderr.write(`the plan is in ${path}: deck gateway sync --plan ${path} carries it out\n`)
}

/** What is kept is masked, whatever is shown. */
const madePlan = (plan: Plan, options: ReconcileOptions, wanted: Wanted): MadePlan => ({
  plan,
  view: reportOptions({ ...options, maskEnvironment: true }, wanted).view,
  kongVersion: wanted.schemas.version.text,
  wanted: wanted.contents,
})

/**
 * What a run would do: not what the gateway cannot have, and no deletes where the mode or the files forbid
 * them.
 */
export function possibleChanges(
  { mode, keepsSuperfluous }: Pick<ReconcileOptions, 'mode' | 'keepsSuperfluous'>,
  { current, target, schemas, impossible, lookedUp }: Wanted,
): Change[] {
  return diffStates(current, target, schemas).filter(({ op, kind, id }) => {
    const entity = target.get(kind, id)
    if (entity !== undefined && impossible.has(entity)) return false
    return op !== 'delete' || (mode !== 'apply' && keepsSuperfluous !== true && !lookedUp.has(id))
  })
}

function reportOptions(options: ReconcileOptions, wanted: Wanted): ReportOptions {
  const { schemas, current, target, diagnostics, notes } = wanted
  const status = options.mode === 'diff' ? ('planned' as const) : ('applied' as const)
  const newWorkspace = wanted.newWorkspace === undefined ? undefined : { name: wanted.newWorkspace, status }
  const view = createView({
    schemas,
    nameOf: namesFrom([target, current], schemas),
    ...(options.maskEnvironment !== undefined && { maskEnvironment: options.maskEnvironment }),
  })
  const silent = options.silenceEvents === true
  const updates = options.updates ?? 'whole'
  return { view, json: options.jsonOutput === true, silent, updates, diagnostics, notes, newWorkspace }
}
