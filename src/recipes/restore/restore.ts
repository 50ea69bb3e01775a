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
import { carryOut, giveUp, type ReportOptions, show, whileReading } from '../carry-out.ts'
import { type GatewaySide, openGateway, wholeReader } from '../gateway-state.ts'
import { type LeaseOptions, whileLocked } from '../lease.ts'
import { type DeleteLimit, excessiveDeletes, protectedDeletes } from '../reconcile/guard.ts'
import { tellDiagnostics, withJsonOnFailure } from '../report-diagnostics.ts'
import type { Terminal } from '../terminal.ts'
import { readLive } from './live-state.ts'
import { changedSince, findRun, type Purpose, wishesOf } from './run-to-restore.ts'
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
  /** Of a rollback. */
  readonly maxDeletes: DeleteLimit
  readonly protectedTags: readonly string[]
  /** What was changed since the run is overwritten. */
  readonly force: boolean
  /** `--yes`: carries the plan out. Otherwise `confirm` decides, where somebody sits at a terminal. */
  readonly isAgreed: boolean
  readonly confirm?: ((question: string) => Promise<boolean>) | undefined
  readonly jsonOutput?: boolean
  readonly silenceEvents?: boolean
}

/** @returns the exit code: 1 where anything was not restored; @throws DeckError */
export async function restore(options: RestoreOptions, io: Terminal): Promise<number> {
  const { folder } = options.journal
  if (folder === undefined)
    throw new DeckError('no folder for the journal', { hint: '--journal DIR names one' })
  return withJsonOnFailure(options.jsonOutput === true, io, () =>
    whileLocked(options.client, options.lock, async client => {
      const gateway = await openGateway(client)
      try {
        const name = { address: gateway.client.address, workspace: client.workspace ?? '' }
        const run = await findRun(folder, options.run, name, options.purpose)
        return await restoreRun(run, { ...options, client }, gateway, io)
      } finally {
        gateway.client.close()
      }
    }),
  )
}

async function restoreRun(
  run: Run,
  options: RestoreOptions,
  gateway: GatewaySide,
  io: Terminal,
): Promise<number> {
  const { purpose, journal, client: settings } = options
  const json = options.jsonOutput === true
  const wishes = wishesOf(run, purpose, journal.key)
  const { client } = gateway
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
  const report: ReportOptions = { view, json, silent, updates: 'fields', diagnostics, notes: [] }
  tellDiagnostics(diagnostics, [], io)
  if (diagnostics.some(({ severity }) => severity === 'error'))
    return giveUp(plan, report, io, `run ${run.run} cannot be ${words[purpose].done}`)
  if (changes.length > 0 && !(await isAgreed(run, plan, options, report, io))) return exitCodes.failure
  const description = {
    command: purpose,
    gateway: client.address,
    workspace: run.workspace,
    kong_version: schemas.version.text,
    select_tags: run.select_tags,
    scope: run.scope,
    files: run.files,
    about: run.run,
  }
  const record = options.isRecorded === false ? undefined : { settings: journal, description }
  const everything = await wholeReader(gateway, client)
  const code = await carryOut(
    plan,
    { client, schemas, signal: settings.signal, everything, record },
    report,
    io,
  )
  if (unfulfilled.length === 0) return code
  const entities = unfulfilled.length === 1 ? '1 entity' : `${unfulfilled.length} entities`
  io.stderr.write(`Error: ${entities} of run ${run.run} not ${words[purpose].each}\n`)
  return exitCodes.failure
}

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
