/** Drift as text: who changed what, with the recorded, live and target value of each field. */
import type { Colours } from './colour.ts'
import { authors, baseText, driftText } from './review/drift-page.ts'
import type { Review, ReviewedChange } from './review/review.ts'
import { valueText } from './review/values.ts'

const names = { conflict: 'Conflicts', hand: 'By hand', unknown: 'Different', file: 'In the files' } as const

/**
 * Ends in a newline.
 *
 * @example
 * Compared with the record kong.record.json
 * changed by hand: service a
 *   host: recorded "a.test", on the gateway "b.test", in the files "a.test"
 */
export function renderDrift({ changes, drift }: Review, colours: Colours, isSilent: boolean): string {
  const paints = { conflict: colours.red, hand: colours.yellow, unknown: colours.yellow, file: colours.green }
  const sorted = authors.flatMap(by => changes.filter(change => change.drift?.by === by))
  const lines = isSilent
    ? []
    : sorted.flatMap(change => linesOf(change, paints[change.drift?.by ?? 'unknown']))
  const isBlind = drift === undefined || drift.base.from === 'nothing'
  const shown = authors.filter(by => (by === 'unknown') === isBlind || countOf(changes, by) > 0)
  const counts = shown.map(by => `  ${names[by]}: ${countOf(changes, by)}`)
  const base = drift === undefined ? [] : [baseText(drift.base)]
  return [...base, ...lines, colours.heading('Summary:'), ...counts, ''].join('\n')
}

const countOf = (changes: readonly ReviewedChange[], by: string): number =>
  changes.filter(({ drift }) => drift?.by === by).length

function linesOf(
  { op, kind, name, drift, changed_fields: fields }: ReviewedChange,
  paint: (text: string) => string,
): string[] {
  const rows = fields.map(({ path, old, new: wanted }, index) => {
    const recorded = drift?.recorded ? `recorded ${text(drift.recorded[index])}, ` : ''
    return `  ${path}: ${recorded}on the gateway ${text(old)}, in the files ${text(wanted)}`
  })
  return [`${paint(driftText(op, drift ?? { by: 'unknown', fails: false }))}: ${kind} ${name}`, ...rows]
}

const text = (value: unknown): string => valueText(value ?? null)
