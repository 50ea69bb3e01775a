/** The difference of an update, field by field; what is equal is left out. */
import { isAbsent } from '../entities/language/values.ts'
import type { FieldChange } from '../plan/compare.ts'
import { masked } from '../state/secrets.ts'
import type { Colours } from './colour.ts'

/**
 * Lines without their newlines.
 *
 * @example
 *     port: 80 → 81
 *   + path: "/v1"
 *   - tags: ["old"]
 *     methods:
 *       - "GET"
 *       + "POST"
 */
export function renderFieldChanges(changes: readonly FieldChange[], colours: Colours): string[] {
  return changes.flatMap(({ path, before, after }) => {
    const name = path.join('.')
    if (isAbsent(before)) return [colours.green(`  + ${name}: ${text(after)}`)]
    if (isAbsent(after)) return [colours.red(`  - ${name}: ${text(before)}`)]
    if (Array.isArray(before) && Array.isArray(after)) return listLines(name, before, after, colours)
    if (text(before) === text(after)) return [`    ${name}: ${text(after)}, another than before`]
    return [`    ${name}: ${colours.red(text(before))} → ${colours.green(text(after))}`]
  })
}

function listLines(
  name: string,
  before: readonly unknown[],
  after: readonly unknown[],
  colours: Colours,
): string[] {
  const lost = without(before, after)
  const gained = without(after, before)
  if (lost.length === 0 && gained.length === 0) {
    if (text(before) === text(after)) return [`    ${name}: ${text(after)}, another than before`]
    return [`    ${name}: ${colours.red(text(before))} → ${colours.green(text(after))} (another order)`]
  }
  return [
    `    ${name}:`,
    ...lost.map(item => colours.red(`      - ${item}`)),
    ...gained.map(item => colours.green(`      + ${item}`)),
  ]
}

/** The surplus elements of a list compared with another, as text. */
function without(list: readonly unknown[], other: readonly unknown[]): string[] {
  const rest = other.map(text)
  return list.map(text).filter(item => {
    const place = rest.indexOf(item)
    if (place !== -1) rest.splice(place, 1)
    return place === -1
  })
}

const text = (value: unknown): string => (value === masked ? masked : (JSON.stringify(value) ?? 'null'))
