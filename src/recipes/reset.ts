/** The recipe of `reset`: a sync to the empty state. */

import type { AdminClient } from '../admin-client/client.ts'
import type { ClientSettings } from '../admin-client/settings.ts'
import { listWorkspaces } from '../admin-client/workspaces.ts'
import { exitCodes } from '../errors.ts'
import type { JournalSettings } from '../journal/write.ts'
import { diffStates, namesFrom } from '../plan/diff.ts'
import { makePlan } from '../plan/plan.ts'
import { createView } from '../report/view.ts'
import type { Scope } from '../state/select.ts'
import { createState } from '../state/state.ts'
import { type GatewaySide, openGateway, refuseMissingWorkspace, wholeReader } from './gateway-state.ts'
import { type LeaseOptions, whileLocked } from './lease.ts'
import { whileReading } from './progress.ts'
import { carryOutUnlessMoved } from './reconcile/moved-since.ts'
import { recordingOf } from './recording.ts'
import { withJsonOnFailure } from './report-diagnostics.ts'
import type { Terminal } from './terminal.ts'
import { type KeepRun, type ReportTarget, withReports } from './write-reports.ts'

export interface ResetOptions {
  readonly client: ClientSettings
  /**
   * Asks before anything is read or deleted; absent with `--force`. If it returns false, the run ends with
   * 0.
   */
  readonly confirm?: () => Promise<boolean>
  readonly selectTags?: readonly string[]
  /** Default: everything but roles and plugin definitions. */
  readonly scope?: Scope
  /** All workspaces, instead of the selected one. */
  readonly allWorkspaces?: boolean
  readonly jsonOutput?: boolean
  /** `--report`, of one workspace; written however the run ends. */
  readonly reports?: readonly ReportTarget[]
  /** `--lock`. Absent: the run holds no lock. */
  readonly lock?: LeaseOptions | undefined
  /** Where the run is recorded before it writes. Absent: nowhere. */
  readonly journal?: JournalSettings | undefined
  /** False with `--no-mask-deck-env-vars-value`. */
  readonly maskEnvironment?: boolean
}

/** @returns the exit code; @throws DeckError */
export async function reset(options: ResetOptions, io: Terminal): Promise<number> {
  if ((await options.confirm?.()) === false) return exitCodes.done
  return withReports(options.reports ?? [], 'gateway reset', io, (out, keep) =>
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
  options: ResetOptions,
  gateway: GatewaySide,
  io: Terminal,
  keep: KeepRun | undefined,
): Promise<number> {
  const { client: settings } = options
  await gateway.information
  await refuseMissingWorkspace(gateway, settings)
  if (options.allWorkspaces !== true)
    return resetOne(options, gateway, gateway.client, settings.workspace ?? '', io, keep)
  let code: number = exitCodes.done
  for (const workspace of await listWorkspaces(gateway.client)) {
    if (options.jsonOutput !== true) io.stdout.write(`workspace ${workspace}\n`)
    const client = gateway.client.within(workspace)
    code = Math.max(code, await resetOne(options, gateway, client, workspace, io, keep))
  }
  return code
}

async function resetOne(
  options: ResetOptions,
  gateway: GatewaySide,
  client: AdminClient,
  workspace: string,
  io: Terminal,
  keep: KeepRun | undefined,
): Promise<number> {
  const { selectTags = [], scope = {}, maskEnvironment, client: settings } = options
  const json = options.jsonOutput === true
  const [current, { schemas }] = await whileReading(client, json, io, () =>
    Promise.all([gateway.state({ selectTags, scope }, client), gateway.source()]),
  )
  const plan = makePlan(diffStates(current, createState([], schemas), schemas), schemas)
  const view = createView({
    schemas,
    nameOf: namesFrom([current], schemas),
    ...(maskEnvironment !== undefined && { maskEnvironment }),
  })
  const report = { view, json, silent: false, updates: 'fields' as const, diagnostics: [], notes: [], keep }
  const everything = await wholeReader(gateway, client)
  const run = { command: 'reset', address: client.address, workspace, selectTags, scope, files: [] }
  const record = recordingOf(options.journal, run, { current, changes: plan.changes, schemas, everything })
  const work = { client, schemas, signal: settings.signal, everything, record }
  return carryOutUnlessMoved(plan, work, { current, selectTags }, report, io)
}
