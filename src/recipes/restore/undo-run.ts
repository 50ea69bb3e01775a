/**
 * `--on-error rollback`: what a failed run has done is undone with what it had read before, secrets included.
 */
import { exitCodes } from '../../errors.ts'
import type { Outcome } from '../../plan/apply.ts'
import { namesFrom } from '../../plan/diff.ts'
import { makePlan } from '../../plan/plan.ts'
import type { Undone } from '../../report/json.ts'
import { createView } from '../../report/view.ts'
import type { Scope } from '../../state/select.ts'
import { carryOut, type Work } from '../carry-out.ts'
import type { GatewaySide } from '../gateway-state.ts'
import { keptIn } from '../recording.ts'
import { silent } from '../silent.ts'
import type { Terminal } from '../terminal.ts'
import { readLive } from './live-state.ts'
import { fulfil, type Wish } from './wishes.ts'

export interface FailedRun {
  readonly outcomes: readonly Outcome[]
  /** The run's name in the journal; the empty text if it is not recorded. */
  readonly run: string
  readonly work: Work
  readonly scope: Scope
  readonly gateway: GatewaySide
  readonly silent: boolean
}

/** The state before the started changes, and before those that a failed request may have made. */
export const wishesBefore = (outcomes: readonly Outcome[]): Wish[] =>
  outcomes
    .filter(({ status, isUncertain }) => status !== 'not-attempted' || isUncertain === true)
    .map(({ change: { kind, id, title, before, origin } }) => ({
      kind,
      id,
      name: title,
      values: before,
      unknown: [],
      isPrinted: true,
      origin,
    }))

/** Reports on stderr: stdout has the report of the run itself. A failure is a part of the result. */
export async function undoRun(failed: FailedRun, io: Terminal): Promise<Undone> {
  const { outcomes, run, work, scope, gateway } = failed
  const { client, schemas, record, everything } = work
  const wishes = wishesBefore(outcomes)
  const out = failed.silent ? silent() : io.stderr
  if (!failed.silent) io.stderr.write(`Rolling back ${wishes.length} changes\n`)
  try {
    const live = await readLive(gateway, client, scope, new Set(wishes.map(({ kind }) => kind)), schemas)
    const { changes, whole, unfulfilled } = fulfil(wishes, live, schemas)
    const plan = makePlan(changes, schemas)
    const view = createView({ schemas, nameOf: namesFrom([whole, live], schemas) })
    const report = {
      view,
      json: false,
      silent: failed.silent,
      updates: 'fields',
      diagnostics: [],
      notes: [],
    } as const
    const description = record && {
      ...record.description,
      command: 'rollback',
      about: run,
      kept: keptIn({ current: live, changes, schemas, everything }, record.description.select_tags),
    }
    const code = await carryOut(
      plan,
      {
        ...work,
        continues: true,
        undo: undefined,
        record: record && description && { ...record, description },
      },
      report,
      { ...io, stdout: out },
    )
    for (const { kind, name, reason } of unfulfilled)
      io.stderr.write(`Error: ${kind} ${name} was not restored: ${reason}\n`)
    const isComplete = code === exitCodes.done && unfulfilled.length === 0
    if (!failed.silent)
      io.stderr.write(
        isComplete ? 'The gateway is as it was before the run\n' : 'Error: the rollback is incomplete\n',
      )
    const notRestored = unfulfilled.map(({ kind, name }) => `${kind} ${name}`)
    return { isComplete, changes: plan.changes.length, notRestored }
  } catch (error) {
    io.stderr.write(`Error: the rollback failed: ${error instanceof Error ? error.message : String(error)}\n`)
    return { isComplete: false, changes: 0, notRestored: [] }
  }
}
