/**
 * What a person reads of a review, laid out once for Markdown and HTML: a headline, counts by kind, an alarm,
 * folded entries.
 */
import { isRecord } from '../../entities/language/values.ts'
import type { Place } from '../../errors.ts'
import { masked } from '../../state/secrets.ts'
import type { Problem, Review, ReviewedChange } from './review.ts'

export type Tone = 'delete' | 'update' | 'create'

export interface Row {
  readonly name: string
  /** One for each column; the empty text where there is no value. */
  readonly values: readonly string[]
}

export interface Entry {
  /** `delete`, `to delete` … */
  readonly label: string
  readonly tone: Tone
  readonly kind: string
  readonly name: string
  readonly where?: Place
  /** Of the values: `old`, `new`. */
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
}

export interface Section {
  readonly title: string
  readonly entries: readonly Entry[]
}

export interface Page {
  /** `deck gateway diff` */
  readonly title: string
  /** `2 to delete, 1 to update, 0 to create` */
  readonly headline: string
  /** What must not be overlooked: deletes, conflicts. */
  readonly alarm?: { readonly text: string; readonly names: readonly string[] }
  readonly counts: { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] }
  readonly problems: readonly Problem[]
  readonly notes: readonly string[]
  readonly failures: readonly string[]
  readonly sections: readonly Section[]
}

const tones: readonly Tone[] = ['delete', 'update', 'create']

const words = {
  planned: { delete: 'to delete', update: 'to update', create: 'to create' },
  applied: { delete: 'deleted', update: 'updated', create: 'created' },
  failed: { delete: 'delete failed', update: 'update failed', create: 'create failed' },
  'not-attempted': { delete: 'not deleted', update: 'not updated', create: 'not created' },
} as const

const titles = { delete: 'Deletes', update: 'Updates', create: 'Creates' } as const

export function pageOf(review: Review): Page {
  const { command, changes, problems, notes, failures } = review
  const deletes = changes.filter(({ op }) => op === 'delete')
  return {
    title: `deck ${command}`,
    headline: headlineOf(review),
    ...(deletes.length > 0 && { alarm: { text: alarmText(deletes), names: deletes.map(nameOf) } }),
    counts: countsOf(changes),
    problems,
    notes,
    failures,
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
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const found = problems.length - errors
  if (errors > 0) parts.push(`${errors} error${errors === 1 ? '' : 's'}`)
  if (found > 0) parts.push(`${found} warning${found === 1 ? '' : 's'}`)
  if (parts.length > 0) return parts.join(', ')
  return failures.length > 0 ? 'the run failed' : 'nothing to report'
}

function alarmText(deletes: readonly ReviewedChange[]): string {
  const done = deletes.filter(({ status }) => status === 'applied').length
  const entities = (count: number): string => (count === 1 ? '1 entity' : `${count} entities`)
  if (done > 0) return `${entities(done)} deleted`
  return deletes.every(({ status }) => status === 'planned')
    ? `${entities(deletes.length)} will be deleted`
    : `${entities(deletes.length)} would have been deleted`
}

const nameOf = ({ kind, name }: ReviewedChange): string => `${kind} ${name}`

/** One row for each kind that changes, in the order in which they first appear by name. */
function countsOf(changes: readonly ReviewedChange[]): Page['counts'] {
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

/** Fields of records by their paths: `config.minute`. */
function leavesOf(value: unknown, path = ''): (readonly [string, unknown])[] {
  if (!isRecord(value) || Object.keys(value).length === 0) return path === '' ? [] : [[path, value]]
  return Object.entries(value).flatMap(([name, inner]) =>
    leavesOf(inner, path === '' ? name : `${path}.${name}`),
  )
}

/**
 * JSON in one line. Characters that change the direction of text, or cannot be seen, are written as escapes.
 */
export const valueText = (value: unknown): string =>
  value === undefined ? '' : value === masked ? masked : visible(JSON.stringify(value))

export const visible = (text: string): string =>
  text.replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** `kong.yaml:4:3` */
export const placeText = ({ file, line, column }: Place): string => `${file}:${line}:${column}`
