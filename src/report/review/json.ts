/**
 * A review as the document of `--json-output` (docs/report.schema.json), without the ids that new entities
 * happen to get.
 */
import type { Operation } from '../../plan/diff.ts'
import type { Review, ReviewedChange } from './review.ts'

const lists: readonly (readonly [name: string, dropped: string, op: Operation])[] = [
  ['creating', 'dropped_creations', 'create'],
  ['updating', 'dropped_updates', 'update'],
  ['deleting', 'dropped_deletions', 'delete'],
]

export function renderJsonReview(review: Review): string {
  const { changes, problems, notes, failures } = review
  const entries = (op: Operation, isDropped: boolean): object[] =>
    changes
      .filter(change => change.op === op && (change.status === 'not-attempted') === isDropped)
      .map(entryOf)
  const dropped = lists
    .map(([, name, op]) => [name, entries(op, true)] as const)
    .filter(([, list]) => list.length > 0)
  const done = changes.filter(({ status }) => status === 'applied' || status === 'planned')
  const counts = lists.map(([name, , op]) => [name, done.filter(change => change.op === op).length])
  const errors = problems.filter(({ severity }) => severity === 'error').map(({ message }) => message)
  const document = {
    changes: {
      ...Object.fromEntries(
        lists.map(([name, , op]) => [name, [...workspaceOf(review, op), ...entries(op, false)]]),
      ),
      ...Object.fromEntries(dropped),
    },
    summary: { ...Object.fromEntries(counts), total: done.length },
    warnings: notes,
    errors: [...errors, ...failures],
    diagnostics: problems,
  }
  return `${JSON.stringify(document, undefined, 2)}\n`
}

const entryOf = ({
  op,
  kind,
  name,
  status,
  old,
  new: after,
  changed_fields: fields,
}: ReviewedChange): object => ({
  name,
  kind,
  body: { new: op === 'delete' ? old : after, old: op === 'update' ? old : null },
  status,
  changed_fields: fields,
})

function workspaceOf({ newWorkspace }: Review, op: Operation): object[] {
  if (newWorkspace === undefined || op !== 'create') return []
  const { name, status } = newWorkspace
  return [{ name, kind: 'workspace', body: { new: { name }, old: null }, status, changed_fields: [] }]
}
