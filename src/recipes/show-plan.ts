/** The recipe of `show`: a saved plan as `diff` showed it. */
import { type Diagnostic, exitCodes } from '../errors.ts'
import type { Change } from '../plan/diff.ts'
import { renderChange, renderSummary, type UpdateForm } from '../report/human.ts'
import { type JsonInput, renderJson } from '../report/json.ts'
import type { PlanEntry } from '../report/plan-entries.ts'
import type { View } from '../report/view.ts'
import { printDiagnostics } from './report-diagnostics.ts'
import { readPlan, type SavedPlan } from './saved-plan.ts'
import type { Terminal } from './terminal.ts'
import { type ReportTarget, withReports } from './write-reports.ts'

export interface ShowOptions {
  /** A file of `diff --out`. */
  readonly file: string
  readonly jsonOutput?: boolean
  /** Default: as `diff` shows them. */
  readonly updates?: UpdateForm
  readonly reports?: readonly ReportTarget[]
}

/** @returns the exit code; @throws UsageError for a file that is not a plan */
export async function showPlan(options: ShowOptions, terminal: Terminal): Promise<number> {
  return withReports(options.reports ?? [], 'gateway show', terminal, async (io, keep) => {
    const saved = await readPlan(options.file, options.file)
    const { changes, view } = shownAgain(saved.changes)
    const diagnostics = (saved.warnings ?? []).map(
      (warning): Diagnostic => ({ severity: 'warning', ...warning }),
    )
    io.stderr.write(`${options.file}: ${basisText(saved)}\n`)
    printDiagnostics(diagnostics, [], io)
    const outcomes = changes.map(change => ({ change, status: 'planned' as const }))
    const input: JsonInput = { outcomes, warnings: [], errors: [], diagnostics }
    keep?.(input, view)
    if (options.jsonOutput === true) io.stdout.write(renderJson(input, view))
    else {
      const form = options.updates ?? 'whole'
      for (const change of changes) io.stdout.write(renderChange(change, view, io.chalk, form))
      io.stdout.write(renderSummary(saved.summary, io.chalk))
    }
    return exitCodes.done
  })
}

/** @example 'a plan of kong.yaml, with --select-tag team-a, for Kong 3.9.1' */
function basisText({ files, flags, kong_version: version }: SavedPlan): string {
  const words = Object.entries(flags).map(([name, value]) =>
    value === true ? `--${name}` : `--${name} ${Array.isArray(value) ? value.join(',') : String(value)}`,
  )
  const given = words.length === 0 ? '' : `, with ${words.join(' ')}`
  return `a plan of ${files.join(', ')}${given}, for Kong ${version}`
}

/** The plan holds what its changes look like, not what they are made of. */
function shownAgain(entries: readonly PlanEntry[]): { changes: Change[]; view: View } {
  const shown = new Map<Change, PlanEntry>()
  const changes = entries.map((entry): Change => {
    const { op, kind, name, changed_fields: fields } = entry
    const change = {
      op,
      kind,
      id: '',
      title: name,
      fields: fields.map(({ path, old, new: after }) => ({ path: [path], before: old, after })),
    }
    shown.set(change, entry)
    return change
  })
  const values = (change: Change, side: 'old' | 'new') =>
    shown.get(change)?.[side] as Readonly<Record<string, unknown>> | undefined
  const view: View = {
    fields: change => [...change.fields],
    after: change => values(change, change.op === 'delete' ? 'old' : 'new') ?? {},
    before: change => (change.op === 'update' ? values(change, 'old') : undefined),
    error: (_change, error) => String(error),
  }
  return { changes, view }
}
