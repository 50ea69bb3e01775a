/** The recipe of `sync`, `diff` and `apply`: it reads like the list in docs/architecture.md. */
import { exitCodes } from '../../errors.ts'
import { type Change, namesFrom } from '../../plan/diff.ts'
import { makePlan, type Plan } from '../../plan/plan.ts'
import { createView } from '../../report/view.ts'
import { carryOut, giveUp, type ReportOptions, show } from '../carry-out.ts'
import { type GatewaySide, openGateway, wholeReader } from '../gateway-state.ts'
import { whileLocked } from '../lease.ts'
import { whileReading } from '../progress.ts'
import { printDiagnostics, withJsonOnFailure } from '../report-diagnostics.ts'
import type { PlanBasis } from '../saved-plan.ts'
import type { Terminal } from '../terminal.ts'
import { type KeepRun, withReports } from '../write-reports.ts'
import { possibleChanges } from './changes.ts'
import { type Comparison, prepareComparison } from './comparison.ts'
import { guardCode } from './guard.ts'
import { type Judgement, judge } from './judge.ts'
import { giveUpMoved, type Recheck, rechecks } from './moved-since.ts'
import type { ReconcileOptions } from './options.ts'
import { prepareWork } from './work.ts'

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

/** Everything that is known of a run before it shows or makes its changes. */
interface Preparation {
  readonly options: ReconcileOptions
  readonly gateway: GatewaySide
  readonly comparison: Comparison
  readonly judgement: Judgement
  readonly plan: Plan
  readonly report: ReportOptions
}

async function run(
  options: ReconcileOptions,
  gateway: GatewaySide,
  io: Terminal,
  keep: KeepRun | undefined,
): Promise<number> {
  const comparison = await whileReading(gateway.client, options.jsonOutput === true, io, () =>
    prepareComparison(options, gateway, io),
  )
  const changes = possibleChanges(options, comparison)
  const again = await rechecksOf(changes, options, comparison, gateway)
  const judgement = await judge(changes, comparison, options, again)
  const report = { ...reportOptions(options, comparison, judgement), keep }
  printProblems(report, io)
  const plan = makePlan(changes, comparison.schemas, comparison.doubtful)
  if (options.savedPlan) {
    const { verifyPlan } = await import('../saved-plan.ts')
    verifyPlan(options.savedPlan, planBasis(plan, options, comparison))
  }
  const preparation = { options, gateway, comparison, judgement, plan, report }
  return options.mode === 'diff' ? showChanges(preparation, io) : makeChanges(preparation, io)
}

async function showChanges(
  { options, comparison, plan, report }: Preparation,
  io: Terminal,
): Promise<number> {
  show(plan, report, io)
  if (hasErrors(report)) return exitCodes.failure
  if (options.planOutput) {
    const { path, input } = options.planOutput
    const { savePlan } = await import('../saved-plan.ts')
    await savePlan(path, input, planBasis(plan, options, comparison), report.diagnostics)
    // The sync that applies the plan confirms the deletes.
    const isGuarded = report.diagnostics.some(({ code }) => code === guardCode)
    const allowance = isGuarded ? ` --max-deletes ${plan.summary.deleted}` : ''
    io.stderr.write(`the plan is in ${path}: deck gateway sync --plan ${path}${allowance} carries it out\n`)
  }
  const isDifferent = options.nonZeroExitCode === true && plan.changes.length > 0
  return isDifferent ? exitCodes.difference : exitCodes.done
}

async function makeChanges(preparation: Preparation, io: Terminal): Promise<number> {
  const { options, gateway, comparison, judgement, plan, report } = preparation
  // A run that is known to fail does not begin.
  if (hasErrors(report)) return giveUp(plan, report, io)
  if (judgement.isStopped) return giveUp(plan, report, io, 'stopped by an answer')
  if (judgement.moved.length > 0) return giveUpMoved(plan, judgement.moved, report, io)
  const work = await prepareWork(plan, options, comparison, gateway, io)
  const code = await carryOut(plan, work, report, io)
  if (options.record !== undefined) await recordRun(options.record, code, comparison, options, io)
  return code
}

async function rechecksOf(
  changes: readonly Change[],
  { mode, skipsRecheck }: ReconcileOptions,
  comparison: Comparison,
  gateway: GatewaySide,
): Promise<Recheck[]> {
  if (mode === 'diff' || skipsRecheck === true) return []
  const { client, schemas } = comparison
  return rechecks(changes, { client, schemas, everything: await wholeReader(gateway, client) }, comparison)
}

const hasErrors = ({ diagnostics }: ReportOptions): boolean =>
  diagnostics.some(({ severity }) => severity === 'error')

/** Only a successful run is recorded: later runs compare the gateway with what this one intended. */
async function recordRun(
  { path, key }: NonNullable<ReconcileOptions['record']>,
  code: number,
  comparison: Comparison,
  options: ReconcileOptions,
  { stderr }: Terminal,
): Promise<void> {
  if (code !== exitCodes.done) {
    stderr.write(`the run failed: ${path} is left as it was\n`)
    return
  }
  const { recordState } = await import('../drift/record-state.ts')
  await recordState(path, await comparison.readCurrent(), comparison, options.scope, key)
}

/** A saved plan hides secrets, whatever the terminal shows. */
const planBasis = (plan: Plan, options: ReconcileOptions, comparison: Comparison): PlanBasis => ({
  plan,
  view: viewOf({ ...options, maskEnvironment: true }, comparison),
  kongVersion: comparison.schemas.version.text,
  contents: comparison.file.documents.map(({ content }) => content),
})

const viewOf = (
  { maskEnvironment }: Pick<ReconcileOptions, 'maskEnvironment'>,
  { schemas, current, target }: Comparison,
) =>
  createView({
    schemas,
    nameOf: namesFrom([target, current], schemas),
    ...(maskEnvironment !== undefined && { maskEnvironment }),
  })

function reportOptions(
  options: ReconcileOptions,
  comparison: Comparison,
  { diagnostics }: Judgement,
): ReportOptions {
  const { notes, newWorkspace: name } = comparison
  const status = options.mode === 'diff' ? 'planned' : 'applied'
  return {
    view: viewOf(options, comparison),
    json: options.jsonOutput === true,
    silent: options.silenceEvents === true,
    updates: options.updates ?? 'whole',
    diagnostics,
    notes,
    newWorkspace: name === undefined ? undefined : { name, status },
  }
}

function printProblems({ silent, diagnostics, notes }: ReportOptions, io: Terminal): void {
  if (silent)
    printDiagnostics(
      diagnostics.filter(({ severity }) => severity === 'error'),
      [],
      io,
    )
  else printDiagnostics(diagnostics, notes, io)
}
