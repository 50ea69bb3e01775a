/**
 * The JSON report: decK's JSON document, with additional fields. Every run gives one document. A failed
 * change is listed where decK lists it, with its error; changes that were not attempted are in `dropped_…`.
 */
import type { Diagnostic } from '../errors.ts'
import type { Outcome } from '../plan/apply.ts'
import type { Operation } from '../plan/diff.ts'
import type { View } from './view.ts'

export interface JsonInput {
  /** In the plan's order; of a diff, all `planned`. */
  readonly outcomes: readonly (Omit<Outcome, 'status'> & { readonly status: Outcome['status'] | 'planned' })[]
  readonly warnings: readonly string[]
  readonly errors: readonly string[]
  /** Problems with their places; those of failed changes too. */
  readonly diagnostics: readonly Diagnostic[]
  /** Listed first among the created entities and not counted (as in decK). */
  readonly newWorkspace?: { readonly name: string; readonly status: 'applied' | 'planned' } | undefined
  /** The automatic rollback of a failed run. */
  readonly undone?: Undone | undefined
}

export interface Undone {
  /** The gateway is as it was before the run. */
  readonly isComplete: boolean
  /** How many changes that took. */
  readonly changes: number
  /** Titles of what could not be restored. */
  readonly notRestored: readonly string[]
}

const lists: readonly (readonly [name: string, dropped: string, op: Operation])[] = [
  ['creating', 'dropped_creations', 'create'],
  ['updating', 'dropped_updates', 'update'],
  ['deleting', 'dropped_deletions', 'delete'],
]

/** Indented by tabs, as decK's; ends in a newline. */
export function renderJson(input: JsonInput, view: View | undefined): string {
  return `${JSON.stringify(documentOf(input, view), undefined, '\t')}\n`
}

function documentOf(
  { outcomes, warnings, errors, diagnostics, newWorkspace, undone }: JsonInput,
  view: View | undefined,
): object {
  const workspace = newWorkspace === undefined ? [] : [workspaceEntry(newWorkspace)]
  const entries = (op: Operation, dropped: boolean): object[] =>
    outcomes
      .filter(({ change, status }) => change.op === op && (status === 'not-attempted') === dropped)
      .flatMap(outcome => (view === undefined ? [] : [entry(outcome, view)]))
  const droppedLists = lists
    .map(([, dropped, op]) => [dropped, entries(op, true)] as const)
    .filter(([, list]) => list.length > 0)
  const done = outcomes.filter(({ status }) => status === 'applied' || status === 'planned')
  const counts = lists.map(([name, , op]) => [name, done.filter(({ change }) => change.op === op).length])
  return {
    changes: {
      ...Object.fromEntries(
        lists.map(([name, , op]) => [name, [...(op === 'create' ? workspace : []), ...entries(op, false)]]),
      ),
      ...Object.fromEntries(droppedLists),
    },
    summary: { ...Object.fromEntries(counts), total: done.length },
    warnings,
    errors,
    diagnostics,
    ...(undone && {
      rollback: {
        complete: undone.isComplete,
        changes: undone.changes,
        not_restored: undone.notRestored,
      },
    }),
  }
}

const workspaceEntry = ({ name, status }: NonNullable<JsonInput['newWorkspace']>): object => ({
  name,
  kind: 'workspace',
  body: { new: { name }, old: null },
  status,
  changed_fields: [],
})

function entry({ change, status }: JsonInput['outcomes'][number], view: View): object {
  return {
    name: change.title,
    kind: change.kind,
    body: { new: view.after(change), old: view.before(change) ?? null },
    status,
    changed_fields: view.fields(change).map(({ path, before, after }) => ({
      path: path.join('.'),
      old: before,
      new: after,
    })),
  }
}
