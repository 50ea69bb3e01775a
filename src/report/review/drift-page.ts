/**
 * The report of a drift: conflicts first, then changes by hand, then changes of the files that a sync would
 * apply.
 */
import type { Operation } from '../../plan/diff.ts'
import type { Author } from '../../plan/three-ways.ts'
import type { Entry, PageParts, Tone } from './page.ts'
import type { DriftBase, Review, ReviewedChange, ReviewedDrift } from './review.ts'
import { entityCount, leavesOf, problemCounts, valueText } from './values.ts'

/** In the order of reports. */
export const authors: readonly Author[] = ['conflict', 'hand', 'unknown', 'file']

const titles: Readonly<Record<Author, string>> = {
  conflict: 'Conflicts',
  hand: 'Changed by hand',
  unknown: 'Differences',
  file: 'Changed in the files',
}

const counted: Readonly<Record<Author, (count: number) => string>> = {
  conflict: count => `${count} conflict${count === 1 ? '' : 's'}`,
  hand: count => `${count} changed by hand`,
  unknown: count => `${count} different`,
  file: count => `${count} changed in the files`,
}

const tones: Readonly<Record<Author, Tone>> = {
  conflict: 'delete',
  hand: 'update',
  unknown: 'update',
  file: 'create',
}

/**
 * By hand: the change that was made. Else the pending change: a create is for an entity that the gateway
 * does not have.
 */
const texts: Readonly<Record<Author, Readonly<Record<Operation, string>>>> = {
  hand: { create: 'created by hand', update: 'changed by hand', delete: 'deleted by hand' },
  file: { create: 'new in the files', update: 'changed in the files', delete: 'removed from the files' },
  conflict: {
    create: 'deleted by hand, changed in the files',
    update: 'changed by hand and in the files',
    delete: 'changed by hand, removed from the files',
  },
  unknown: { create: 'only in the files', update: 'different', delete: 'only on the gateway' },
}

/** @param op the pending operation */
export const driftText = (op: Operation, { by, hand }: ReviewedDrift): string =>
  texts[by][by === 'hand' ? (hand ?? op) : op]

/** What was compared, in one sentence. */
export function baseText(base: DriftBase): string {
  if (base.from === 'record') return `Compared with the record ${base.file}`
  if (base.from === 'nothing')
    return 'Compared without what was last applied: no --record, and no recorded run of this gateway. Nobody knows who made a difference.'
  const time = base.at.replace(/T(.{5}).*/, ' $1 UTC')
  return `Compared with what recorded runs applied, last ${base.run} (${base.command}, ${time})`
}

export function driftPage({ changes, problems, failures, drift }: Review): PageParts {
  const of = (by: Author): ReviewedChange[] => changes.filter(({ drift }) => drift?.by === by)
  const byHand = changes.filter(({ drift }) => drift?.by === 'conflict' || drift?.by === 'hand')
  const parts = authors.filter(by => of(by).length > 0).map(by => counted[by](of(by).length))
  const headline = [...parts, ...problemCounts(problems)].join(', ')
  return {
    headline: headline || (failures.length > 0 ? 'the run failed' : 'no drift'),
    ...(byHand.length > 0 && {
      alarm: {
        text: `${entityCount(byHand.length)} changed by hand, which a sync would undo`,
        names: byHand.map(({ kind, name }) => `${kind} ${name}`),
      },
    }),
    ...(drift && failures.length === 0 && { introduction: baseText(drift.base) }),
    counts: countsOf(changes),
    sections: authors
      .map(by => ({ title: titles[by], entries: of(by).map(entryOf) }))
      .filter(({ entries }) => entries.length > 0),
  }
}

function countsOf(changes: readonly ReviewedChange[]): PageParts['counts'] {
  const kinds = [...new Set(changes.map(({ kind }) => kind))].sort()
  const found = authors.filter(by => changes.some(({ drift }) => drift?.by === by))
  const rows = kinds.map(kind => [
    kind,
    ...found.map(by =>
      String(changes.filter(change => change.kind === kind && change.drift?.by === by).length),
    ),
  ])
  return { columns: ['kind', ...found.map(by => titles[by].toLowerCase())], rows }
}

function entryOf({ op, kind, name, where, drift, ...change }: ReviewedChange): Entry {
  const { by, ...known } = drift ?? { by: 'unknown', fails: false }
  const base = {
    label: driftText(op, { by, ...known }),
    tone: tones[by],
    kind,
    name,
    ...(where && { where }),
  }
  if (op !== 'update') {
    const whole = leavesOf(op === 'delete' ? change.old : change.new)
    const rows = whole.map(([field, value]) => ({ name: field, values: [valueText(value)] }))
    return { ...base, columns: [op === 'delete' ? 'on the gateway' : 'in the files'], rows }
  }
  const recorded = drift?.recorded
  const rows = change.changed_fields.map(({ path, old, new: wanted }, index) => {
    const values = [...(recorded ? [recorded[index]] : []), old, wanted].map(valueText)
    return { name: path, values }
  })
  return { ...base, columns: [...(recorded ? ['recorded'] : []), 'on the gateway', 'in the files'], rows }
}
