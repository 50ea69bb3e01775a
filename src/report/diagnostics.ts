/** Problems in what the user wrote, at their place: `file:line:column: error: message`, the line itself with a caret, a hint. */
import type { Diagnostic, Place } from '../errors.ts'
import type { Colours } from './colour.ts'

/** All of them, each ending in a newline; the empty text for none. The order given is kept. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], colours: Colours): string {
  return diagnostics.map(diagnostic => renderDiagnostic(diagnostic, colours)).join('')
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
  const lines = [`${where ? `${placeText(where)}: ` : ''}${paint(`${severity}:`)} ${message}`]
  if (where) lines.push(...frame(where, paint))
  if (related) lines.push(`${placeText(related)}: ${related.message}`, ...frame(related, colours.blue))
  if (hint !== undefined) lines.push(`hint: ${hint}`)
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
  // Tabs stay tabs, so that the caret stands under its character at any tab width.
  const indent = shown.slice(0, caret).replace(/[^\t]/g, ' ')
  return [`  ${shown}`, `  ${indent}${paint('^'.repeat(length))}`]
}
