/**
 * Problems in what the user wrote, at their place: `file:line:column: error: message`, the line itself with a
 * caret, a hint.
 */
import { shortened } from '../entities/text/shortened.ts'
import type { Diagnostic, Place } from '../errors.ts'
import type { Colours } from './colour.ts'

/** No user reads more than this number, and printing a hundred thousand takes longer than finding them. */
const most = 100

/**
 * Each diagnostic ends in a newline; no diagnostics give the empty text. The order is kept. Of very many,
 * errors come before warnings, and the number of omitted ones is printed.
 */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], colours: Colours): string {
  const shown = diagnostics.length > most ? firstOf(diagnostics) : diagnostics
  const more = moreText(diagnostics, shown)
  return renderAll(shown, colours) + (more === '' ? '' : `${more}\n`)
}

/** All of them, however many. */
export const renderAll = (diagnostics: readonly Diagnostic[], colours: Colours): string =>
  diagnostics.map(diagnostic => renderDiagnostic(diagnostic, colours)).join('')

const isError = ({ severity }: Diagnostic): boolean => severity === 'error'

function firstOf(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const errors = diagnostics.filter(isError).slice(0, most)
  const warnings = diagnostics.filter(one => !isError(one)).slice(0, most - errors.length)
  const chosen = new Set([...errors, ...warnings])
  return diagnostics.filter(one => chosen.has(one))
}

/** @example 'and 250 more errors and 1 more warning' */
function moreText(all: readonly Diagnostic[], shown: readonly Diagnostic[]): string {
  const errors = all.filter(isError).length - shown.filter(isError).length
  const warnings = all.length - shown.length - errors
  const parts = [
    ...(errors > 0 ? [`${errors} more error${errors === 1 ? '' : 's'}`] : []),
    ...(warnings > 0 ? [`${warnings} more warning${warnings === 1 ? '' : 's'}`] : []),
  ]
  return parts.length === 0 ? '' : `and ${parts.join(' and ')}`
}

/**
 * @example
 * kong.yaml:4:5: error: unknown field "hots" (service "a")
 *     hots: example.com
 *     ^^^^
 * hint: did you mean "host"?
 */
export function renderDiagnostic(diagnostic: Diagnostic, colours: Colours): string {
  const { severity, message, where, related, hint } = diagnostic
  const paint = severity === 'error' ? colours.red : colours.yellow
  const lines = [`${where ? `${placeText(where)}: ` : ''}${paint(`${severity}:`)} ${shortened(message)}`]
  if (where) lines.push(...frame(where, paint))
  if (related)
    lines.push(`${placeText(related)}: ${shortened(related.message)}`, ...frame(related, colours.blue))
  if (hint !== undefined) lines.push(`hint: ${shortened(hint)}`)
  return `${lines.join('\n')}\n`
}

/** `file:line:column`, as editors and terminals know to open it. */
const placeText = ({ file, line, column }: Place): string => `${file}:${line}:${column}`

/** How much of a long line is shown; the caret must be within it. */
const widest = 120

function frame(place: Place, paint: (text: string) => string): string[] {
  if (place.source === undefined) return []
  const start = place.column > widest ? place.column - Math.floor(widest / 2) : 1
  const shown = place.source.slice(start - 1, start - 1 + widest)
  const caret = Math.max(0, place.column - start)
  const length = Math.max(1, Math.min(place.length ?? 1, shown.length - caret))
  // Tabs stay tabs, so that the caret is under its character at any tab width.
  const indent = shown.slice(0, caret).replace(/[^\t]/g, ' ')
  return [`  ${shown}`, `  ${indent}${paint('^'.repeat(length))}`]
}
