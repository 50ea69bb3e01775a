/**
 * Content → text, in the look of decK's dumps: keys in its order at every level, indented by two, lists no
 * deeper than their key. How texts are written is in `scalar-text.ts`. docs/decisions/2026-11-30-yaml.md
 * says why this is no library's work, and what proves it.
 */
import { isRecord } from '../../entities/language/values.ts'
import { literalOpen } from '../environment.ts'
import { open } from '../template/scan.ts'
import { inKeyOrder } from './key-order.ts'
import { yamlNumber } from './numbers.ts'
import { type Expressions, scalarText } from './scalar-text.ts'

export type Format = 'yaml' | 'json'

/**
 * @returns YAML: with a line break at the end; JSON: keys as they come, indented by two, no line break at the
 *   end. The same bytes for the same content, and read back as that content by any reader of YAML 1.1 and
 *   1.2.
 */
export function write(
  content: Readonly<Record<string, unknown>>,
  format: Format,
  expressions: Expressions = 'escaped',
): string {
  if (format === 'json') return jsonText(content, expressions)
  const out = { lines: [], expressions }
  writeMapping(content, '', '', out)
  return out.lines.length === 0 ? '{}\n' : `${out.lines.join('\n')}\n`
}

interface Output {
  readonly lines: string[]
  readonly expressions: Expressions
}

/** Raw, these are line breaks or forbidden in YAML 1.1, by which decK reads JSON too. */
const unsafeInYaml = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g

function jsonText(content: unknown, expressions: Expressions): string {
  const text = JSON.stringify(content, null, 2)
  const whole = expressions === 'kept' ? text : text.replaceAll(open, literalOpen)
  return whole
    .replaceAll(literalOpen, '\\u0024{{')
    .replace(unsafeInYaml, one => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

type Pairs = Readonly<Record<string, unknown>>

const sorted = (record: Pairs): [string, unknown][] =>
  inKeyOrder(Object.entries(record).filter(([, value]) => value !== undefined))

/** @param first the text before the first key on its line: the indent, or a list's `- ` */
function writeMapping(record: Pairs, indent: string, first: string, out: Output): void {
  let before = first
  for (const [name, value] of sorted(record)) {
    writePair(name, value, indent, before, out)
    before = indent
  }
}

/** The most characters that decK's library takes for a key without a question mark; YAML allows 1,024. */
const longestKey = 128

function writePair(name: string, value: unknown, indent: string, before: string, out: Output): void {
  if (name.length <= longestKey) {
    const key = `${scalarText(name, { column: before.length, indent: '', isKey: true, expressions: out.expressions })}:`
    writeValue(value, indent, before + key, out, indent)
    return
  }
  out.lines.push(
    `${before}? ${scalarText(name, { column: 0, indent: '', isKey: true, expressions: out.expressions })}`,
  )
  writeValue(value, indent, `${indent}:`, out, `${indent}  `)
}

/**
 * @param before the line so far, up to a key's colon or a list's dash
 * @param listIndent where a list begins below a key
 */
function writeValue(value: unknown, indent: string, before: string, out: Output, listIndent: string): void {
  if (Array.isArray(value) && value.length > 0) {
    out.lines.push(before)
    writeList(value, listIndent, listIndent, out)
  } else if (isFilled(value)) {
    out.lines.push(before)
    writeMapping(value, `${indent}  `, `${indent}  `, out)
  } else out.lines.push(`${before} ${leafText(value, indent, before.length + 1, out)}`)
}

const isFilled = (value: unknown): value is Pairs =>
  isRecord(value) && Object.values(value).some(one => one !== undefined)

/** @param first the text before the first dash on its line */
function writeList(items: readonly unknown[], indent: string, first: string, out: Output): void {
  let before = `${first}- `
  for (const item of items) {
    if (Array.isArray(item) && item.length > 0) writeList(item, `${indent}  `, before, out)
    else if (isFilled(item)) writeMapping(item, `${indent}  `, before, out)
    else out.lines.push(before + leafText(item, indent, before.length, out))
    before = `${indent}- `
  }
}

function leafText(value: unknown, indent: string, column: number, { expressions }: Output): string {
  if (typeof value === 'string') return scalarText(value, { column, indent: `${indent}  `, expressions })
  if (Array.isArray(value)) return '[]'
  if (isRecord(value)) return '{}'
  return leafValueText(value)
}

/** Of a number, a boolean or nothing. */
export const leafValueText = (value: unknown): string =>
  typeof value === 'number' ? yamlNumber(value) : typeof value === 'boolean' ? String(value) : 'null'
