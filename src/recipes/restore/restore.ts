/**
 * The recipe of `rollback` and `resume`: a recorded run becomes a plan like any other, which is shown,
 * guarded, recorded and carried out.
 */
import type { AdminClient } from '../../admin-client/client.ts'
import { subschemaNames } from '../../admin-client/schemas.ts'
import type { ClientSettings } from '../../admin-client/settings.ts'
import type { Schemas } from '../../entities/language/schemas.ts'
import { DeckError, type Diagnostic, exitCodes } from '../../errors.ts'
import type { Run } from '../../journal/read.ts'
import type { JournalSettings } from '../../journal/write.ts'
import { namesFrom } from '../../plan/diff.ts'
import { makePlan } from '../../plan/plan.ts'
import { createView } from '../../report/view.ts'
import { createState, type State } from '../../state/state.ts'
import { giveUp, type ReportOptions, show } from '../carry-out.ts'
import { type GatewaySide, openGateway, wholeReader } from '../gateway-state.ts'
import { type LeaseOptions, whileLocked } from '../lease.ts'
import { whileReading } from '../progress.ts'
import { type DeleteLimit, excessiveDeletes, protectedDeletes } from '../reconcile/guard.ts'
import { carryOutUnlessMoved } from '../reconcile/moved-since.ts'
import { recordingOf } from '../recording.ts'
import { printDiagnostics, withJsonOnFailure } from '../report-diagnostics.ts'
import type { Terminal } from '../terminal.ts'
import { type KeepRun, type ReportTarget, withReports } from '../write-reports.ts'
import { readLive } from './live-state.ts'
import { changedSince, findRun, hiddenFields, type Purpose, wishesOf } from './run-to-restore.ts'
import { fulfil, type Unfulfilled } from './wishes.ts'

export interface RestoreOptions {
  readonly purpose: Purpose
  /** Default: the newest run of the gateway. */
  readonly run?: string | undefined
  readonly client: ClientSettings
  /** `--lock`. Absent: the run holds no lock. */
  readonly lock?: LeaseOptions | undefined
  /** Where runs are read from, and where this one is recorded. */
  readonly journal: JournalSettings
  /** False with `--no-journal`. Default: true. */
  readonly isRecorded?: boolean
  /** Limit for a rollback. */
  readonly maxDeletes: DeleteLimit
  readonly protectedTags: readonly string[]
  /** Overwrite later changes of other users. */
  readonly force: boolean
  /** `--yes`: carries the plan out. Otherwise `confirm` decides, on a terminal. */
  readonly isAgreed: boolean
  readonly confirm?: ((question: string) => Promise<boolean>) | undefined
  readonly jsonOutput?: boolean
  readonly silenceEvents?: boolean
  /** `--report`; written however the run ends. */
  readonly reports?: readonly ReportTarget[]
}

/** @returns the exit code: 1 where anything was not restored; @throws DeckError */
export async function restore(options: RestoreOptions, io: Terminal): Promise<number> {
  const { folder } = options.journal
  if (folder === undefined)
    throw new DeckError('the folder of the journal is unknown: HOME is not set', {
      hint: '--journal DIR sets the folder',
    })
  return withReports(options.reports ?? [], `gateway ${options.purpose}`, io, (out, keep) =>
    withJsonOnFailure(options.jsonOutput === true, out, () =>
      whileLocked(options.client, options.lock, async client => {
        const gateway = await openGateway(client)
        try {
          const name = { address: gateway.client.address, workspace: client.workspace ?? '' }
          const run = await findRun(folder, options.run, name, options.purpose)
          return await restoreRun(run, { ...options, client }, gateway, out, keep)
        } finally {
          gateway.client.close()
        }
      }),
    ),
  )
}

async function restoreRun(
  run: Run,
  options: RestoreOptions,
  gateway: GatewaySide,
  io: Terminal,
  keep: KeepRun | undefined,
): Promise<number> {
  const { purpose, journal, client: settings } = options
  const json = options.jsonOutput === true
  const wishes = wishesOf(run, purpose, journal.key)
  const { client } = gateway
  client.hideFields(hiddenFields(run))
  const { schemas, live } = await whileReading(client, json, io, () => read(run, gateway, client))
  const { changes, whole, unfulfilled } = fulfil(wishes, live, schemas)
  const plan = makePlan(changes, schemas)
  const moved = changedSince(run, purpose, live, schemas, journal.key)
  const diagnostics = [
    ...moved.map(name => changedDiagnostic(name, options.force)),
    ...unfulfilled.map(one => unfulfilledDiagnostic(one, purpose)),
    ...protectedDeletes(changes, options.protectedTags),
    ...(purpose === 'rollback'
      ? excessiveDeletes(changes, options.maxDeletes, { current: live, target: whole, schemas }).map(
          problem => (options.confirm === undefined ? problem : { ...problem, severity: 'warning' as const }),
        )
      : []),
  ]
  const view = createView({ schemas, nameOf: namesFrom([whole, live], schemas) })
  const silent = options.silenceEvents === true
  const incomplete = unfulfilled.length === 0 ? [] : [incompleteText(unfulfilled.length, run, purpose)]
  // Decides the exit code, so the reports have it too.
  const keepAll: KeepRun | undefined =
    keep && ((input, shown) => keep({ ...input, errors: [...input.errors, ...incomplete] }, shown))
  const report: ReportOptions = {
    view,
    json,
    silent,
    updates: 'fields',
    diagnostics,
    notes: [],
    keep: keepAll,
  }
  printDiagnostics(diagnostics, [], io)
  if (diagnostics.some(({ severity }) => severity === 'error'))
    return giveUp(plan, report, io, `run ${run.run} cannot be ${words[purpose].done}`)
  if (changes.length > 0 && !(await isAgreed(run, plan, options, report, io))) return exitCodes.failure
  const everything = await wholeReader(gateway, client)
  const recorded = {
    ...run,
    command: purpose,
    address: client.address,
    selectTags: run.select_tags,
    about: run.run,
  }
  const record = recordingOf(options.isRecorded === false ? undefined : journal, recorded, {
    current: live,
    changes,
    schemas,
    everything,
  })
  const work = { client, schemas, signal: settings.signal, everything, record }
  const code = await carryOutUnlessMoved(plan, work, { current: live, selectTags: [] }, report, io)
  for (const text of incomplete) io.stderr.write(`Error: ${text}\n`)
  return incomplete.length > 0 ? exitCodes.failure : code
}

const incompleteText = (count: number, { run }: Run, purpose: Purpose): string =>
  `${count === 1 ? '1 entity' : `${count} entities`} of run ${run} not ${words[purpose].each}`

const words = {
  rollback: { done: 'rolled back', each: 'restored', ask: 'Roll back' },
  resume: { done: 'resumed', each: 'finished', ask: 'Resume' },
} as const

async function read(
  run: Run,
  gateway: GatewaySide,
  client: AdminClient,
): Promise<{ schemas: Schemas; live: State }> {
  const kinds = new Set(run.changes.map(({ kind }) => kind))
  const source = await gateway.source(kinds)
  const recorded = run.changes.map(change => ({
    kind: change.kind,
    id: change.id,
    fields: (change.after ?? change.before)?.values ?? {},
  }))
  await source.load(subschemaNames(createState(recorded, source.schemas), source.schemas))
  const { schemas } = source
  return { schemas, live: await readLive(gateway, client, run.scope, kinds, schemas) }
}

async function isAgreed(
  { run }: Run,
  plan: Parameters<typeof show>[0],
  { purpose, isAgreed: agreed, confirm }: RestoreOptions,
  report: ReportOptions,
  io: Terminal,
): Promise<boolean> {
  // The run was agreed to when it began.
  if (agreed || purpose === 'resume') return true
  show(plan, report, io)
  if (confirm !== undefined) return confirm(`${words[purpose].ask} run ${run}? (y/N) `)
  io.stderr.write('Error: nothing was changed: --yes carries the plan out\n')
  return false
}

const changedDiagnostic = (name: string, force: boolean): Diagnostic => ({
  severity: force ? 'warning' : 'error',
  code: 'changed-since',
  message: `${name} was changed since the run`,
  hint: force ? 'that change is overwritten' : '--force overwrites that change',
})

const unfulfilledDiagnostic = ({ kind, name, reason }: Unfulfilled, purpose: Purpose): Diagnostic => ({
  severity: 'warning',
  code: 'not-restored',
  message: `${kind} ${name} cannot be ${words[purpose].each}: ${reason}`,
})
