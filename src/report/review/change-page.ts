/** The page of a run's changes: deletes first, and in the alarm. */
import type { Entry, PageParts, Tone } from './page.ts'
import type { Review, ReviewedChange } from './review.ts'
import { entityCount, leavesOf, problemCounts, valueText } from './values.ts'

const tones: readonly Tone[] = ['delete', 'update', 'create']

const words = {
  planned: { delete: 'to delete', update: 'to update', create: 'to create' },
  applied: { delete: 'deleted', update: 'updated', create: 'created' },
  failed: { delete: 'delete failed', update: 'update failed', create: 'create failed' },
  'not-attempted': { delete: 'not deleted', update: 'not updated', create: 'not created' },
} as const

const titles = { delete: 'Deletes', update: 'Updates', create: 'Creates' } as const

export function changePage(review: Review): PageParts {
  const { changes } = review
  const deletes = changes.filter(({ op }) => op === 'delete')
  return {
    headline: headlineOf(review),
    ...(deletes.length > 0 && { alarm: { text: alarmText(deletes), names: deletes.map(nameOf) } }),
    counts: countsOf(changes),
    sections: tones
      .map(tone => ({
        title: titles[tone],
        entries: changes.filter(({ op }) => op === tone).map(entryOf),
      }))
      .filter(({ entries }) => entries.length > 0),
  }
}

/** @example '2 to delete, 1 to update, 3 to create' */
function headlineOf({ changes, problems, failures }: Review): string {
  const counts = new Map<string, number>()
  for (const tone of tones) {
    for (const status of ['failed', 'applied', 'planned', 'not-attempted'] as const) {
      const count = changes.filter(change => change.op === tone && change.status === status).length
      if (count > 0) counts.set(words[status][tone], count)
    }
  }
  const parts = [...counts].map(([word, count]) => `${count} ${word}`)
  parts.push(...problemCounts(problems))
  if (parts.length > 0) return parts.join(', ')
  return failures.length > 0 ? 'the run failed' : 'nothing to report'
}

function alarmText(deletes: readonly ReviewedChange[]): string {
  const done = deletes.filter(({ status }) => status === 'applied').length
  if (done > 0) return `${entityCount(done)} deleted`
  return deletes.every(({ status }) => status === 'planned')
    ? `${entityCount(deletes.length)} will be deleted`
    : `${entityCount(deletes.length)} would have been deleted`
}

const nameOf = ({ kind, name }: ReviewedChange): string => `${kind} ${name}`

/** One row for each kind that changes, in the order in which they first appear by name. */
function countsOf(changes: readonly ReviewedChange[]): PageParts['counts'] {
  const kinds = [...new Set(changes.map(({ kind }) => kind))].sort()
  const row = (label: string, of: readonly ReviewedChange[]): string[] => [
    label,
    ...tones.map(tone => String(of.filter(({ op }) => op === tone).length)),
  ]
  const rows = kinds.map(kind =>
    row(
      kind,
      changes.filter(change => change.kind === kind),
    ),
  )
  return {
    columns: ['kind', 'delete', 'update', 'create'],
    rows: kinds.length > 1 ? [...rows, row('all', changes)] : rows,
  }
}

function entryOf({ op, kind, name, status, where, ...entry }: ReviewedChange): Entry {
  const label = words[status][op]
  return { label, tone: op, kind, name, ...(where && { where }), ...tableOf({ op, ...entry }) }
}

type Change = Pick<ReviewedChange, 'op' | 'old' | 'new' | 'changed_fields'>

function tableOf({ op, old, new: after, changed_fields: fields }: Change): Pick<Entry, 'columns' | 'rows'> {
  if (op !== 'update') {
    const whole = leavesOf(op === 'delete' ? old : after)
    return {
      columns: [op === 'delete' ? 'old' : 'new'],
      rows: whole.map(([name, value]) => ({ name, values: [valueText(value)] })),
    }
  }
  const rows = fields.map(({ path, old: before, new: now }) => {
    const [left, right] = [valueText(before), valueText(now)]
    return { name: path, values: [left, left === right ? `${right} (another value)` : right] }
  })
  return { columns: ['old', 'new'], rows }
}
