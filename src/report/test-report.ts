/**
 * The results of `deck file test`: for people, as TAP (version 14) and as JUnit's XML. The same results give
 * the same bytes.
 */
import type { Diagnostic } from '../errors.ts'
import type { Colours } from './colour.ts'
import { renderDiagnostic } from './diagnostics.ts'

export interface Result {
  readonly name: string
  readonly failures: readonly Diagnostic[]
}

export const testFormats = ['text', 'tap', 'junit'] as const

export type TestFormat = (typeof testFormats)[number]

const isPassed = ({ failures }: Result): boolean => failures.length === 0

const plain: Colours = {
  red: text => text,
  green: text => text,
  yellow: text => text,
  blue: text => text,
  heading: text => text,
}

const indented = (text: string, indent: string): string => text.replace(/^(?=.)/gm, indent)

/** One result, printed immediately. */
export function renderResult({ name, failures }: Result, colours: Colours): string {
  if (failures.length === 0) return `${colours.green('✓')} ${name}\n`
  const details = failures.map(one => renderDiagnostic(one, colours)).join('')
  return `${colours.red('✗')} ${name}\n${indented(details, '    ')}`
}

/** @example '3 tests: 2 passed, 1 failed\n' */
export function renderCount(results: readonly Result[]): string {
  const failed = results.filter(one => !isPassed(one)).length
  const all = results.length
  const passed = `${all} test${all === 1 ? '' : 's'}: ${all - failed} passed`
  return failed === 0 ? `${passed}\n` : `${passed}, ${failed} failed\n`
}

export function renderTap(results: readonly Result[]): string {
  const lines = results.map((result, index) => {
    const line = `${isPassed(result) ? 'ok' : 'not ok'} ${index + 1} - ${result.name.replace(/[\\#\n]/g, escaped)}\n`
    return line + result.failures.map(yamlBlock).join('')
  })
  return `TAP version 14\n1..${results.length}\n${lines.join('')}`
}

const escaped = (character: string): string => (character === '\n' ? ' ' : `\\${character}`)

/** JSON texts are YAML. */
function yamlBlock({ message, where }: Diagnostic): string {
  const at =
    where === undefined ? '' : `  at: ${JSON.stringify(`${where.file}:${where.line}:${where.column}`)}\n`
  return `  ---\n  message: ${JSON.stringify(message)}\n${at}  ...\n`
}

/** @param suite the name of the file with the tests */
export function renderJunit(results: readonly Result[], suite: string): string {
  const failed = results.filter(one => !isPassed(one)).length
  const counts = `tests="${results.length}" failures="${failed}" errors="0" skipped="0"`
  const cases = results.map(result => {
    const head = `    <testcase name="${xml(result.name)}" classname="${xml(suite)}"`
    if (isPassed(result)) return `${head}/>\n`
    const inner = result.failures.map(
      one => `      <failure message="${xml(one.message)}">${xml(renderDiagnostic(one, plain))}</failure>\n`,
    )
    return `${head}>\n${inner.join('')}    </testcase>\n`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites ${counts}>
  <testsuite name="${xml(suite)}" ${counts}>
${cases.join('')}  </testsuite>
</testsuites>
`
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Characters that XML 1.0 does not allow are replaced. */
const xml = (text: string): string =>
  text
    .replace(/[&<>"]/g, one => entities[one] ?? one)
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
