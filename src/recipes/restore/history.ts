/** The recipe of `history`: the recorded runs, or the changes of one. It sends no requests. */
import { DeckError, exitCodes } from '../../errors.ts'
import { isSameAddress, type Run, readRuns } from '../../journal/read.ts'
import type { Operation } from '../../plan/diff.ts'
import type { Terminal } from '../terminal.ts'

export interface HistoryOptions {
  readonly folder: string
  /** Only this run, with its changes. Default: all, newest first. */
  readonly run?: string | undefined
  /** Only runs about this address. Default: all. */
  readonly address?: string | undefined
  readonly json: boolean
}

/** @returns the exit code; @throws DeckError for a run that is not there */
export async function history(
  { folder, run: name, address, json }: HistoryOptions,
  { stdout }: Terminal,
): Promise<number> {
  const all = await readRuns(folder)
  const runs = all.filter(
    ({ run, gateway }) =>
      (name === undefined || run === name) && (address === undefined || isSameAddress(gateway, address)),
  )
  if (name !== undefined && runs.length === 0)
    throw new DeckError(`journal ${folder} has no run ${name}`, {
      hint: 'deck gateway history lists the runs',
    })
  const withChanges = name !== undefined
  if (json)
    stdout.write(`${JSON.stringify({ runs: runs.map(run => entry(run, withChanges)) }, undefined, '\t')}\n`)
  else stdout.write(runs.length === 0 ? `no runs in ${folder}\n` : table(runs))
  if (!json && withChanges) for (const run of runs) stdout.write(changesText(run))
  return exitCodes.done
}

const count = ({ changes }: Run, op: Operation): number =>
  changes.filter(change => change.op === op && change.status === 'applied').length

function entry(run: Run, withChanges: boolean): object {
  const { command, at, gateway, workspace, kong_version, select_tags, files, about, state, changes } = run
  return {
    run: run.run,
    at,
    command,
    ...(about !== undefined && { about }),
    gateway,
    workspace,
    kong_version,
    select_tags,
    files,
    state,
    summary: {
      creating: count(run, 'create'),
      updating: count(run, 'update'),
      deleting: count(run, 'delete'),
      planned: changes.length,
    },
    ...(withChanges && {
      changes: changes.map(({ op, kind, name, id, status, fields }) => ({
        op,
        kind,
        name,
        id,
        status,
        changed_fields: fields.map(path => path.join('.')),
      })),
    }),
  }
}

function table(runs: readonly Run[]): string {
  const rows = runs.map(run => [
    run.run,
    run.about === undefined ? run.command : `${run.command} of ${run.about}`,
    run.workspace === '' ? run.gateway : `${run.gateway} (${run.workspace})`,
    `+${count(run, 'create')} ~${count(run, 'update')} -${count(run, 'delete')} of ${run.changes.length}`,
    run.state,
  ])
  const all = [['RUN', 'COMMAND', 'GATEWAY', 'APPLIED', 'STATE'], ...rows]
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map(row => (row[column] ?? '').length)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return all.map(row => `${line(row)}\n`).join('')
}

const changesText = ({ changes }: Run): string =>
  changes.map(({ op, kind, name, status }) => `  ${status.padEnd(13)}  ${op} ${kind} ${name}\n`).join('')
