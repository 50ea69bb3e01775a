/** The recipe of `show`: a saved plan as `diff` showed it. */
import { exitCodes } from '../errors.ts'
import type { Change } from '../plan/diff.ts'
import { renderChange, renderSummary, type UpdateForm } from '../report/human.ts'
import { type JsonInput, renderJson } from '../report/json.ts'
import type { PlanEntry } from '../report/plan-entries.ts'
import type { View } from '../report/view.ts'
import { readPlan } from './saved-plan.ts'
import type { Terminal } from './terminal.ts'
import { type ReportTarget, withReports } from './write-reports.ts'

export interface ShowOptions {
  /** Of `diff --out`. */
  readonly file: string
  readonly jsonOutput?: boolean
  /** Default: as `diff` shows them. */
  readonly updates?: UpdateForm
  readonly reports?: readonly ReportTarget[]
}

/** @returns the exit code; @throws UsageError for a file that is not a plan */
export async function showPlan(options: ShowOptions, terminal: Terminal): Promise<number> {
  return withReports(options.reports ?? [], 'gateway show', terminal, async (io, keep) => {
    const { changes: entries, summary } = await readPlan(options.file, options.file)
    const { changes, view } = shownAgain(entries)
    const outcomes = changes.map(change => ({ change, status: 'planned' as const }))
    const input: JsonInput = { outcomes, warnings: [], errors: [], diagnostics: [] }
    keep?.(input, view)
    if (options.jsonOutput === true) io.stdout.write(renderJson(input, view))
    else {
      const form = options.updates ?? 'whole'
      for (const change of changes) io.stdout.write(renderChange(change, view, io.chalk, form))
      io.stdout.write(renderSummary(summary, io.chalk))
    }
    return exitCodes.done
  })
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
