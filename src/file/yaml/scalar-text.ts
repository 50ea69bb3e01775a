/**
 * A text as a YAML scalar, in the style of decK's library (go-yaml 2), so that both programs write a file
 * alike. Where YAML 1.1 and 1.2 read a style differently, the text is in double quotes with escapes, which
 * all readers read alike.
 */
import { literalOpen } from '../environment.ts'
import { open } from '../template/scan.ts'

/**
 * The treatment of `${{` in a text: `kept` for expressions, which are evaluated when the file is used;
 * `escaped` for data that must be read back unchanged.
 */
export type Expressions = 'kept' | 'escaped'

/** The place of a text. */
export interface Place {
  /** Characters before it on its line. */
  readonly column: number
  /** The indent of its further lines. */
  readonly indent: string
  /** A key must be on one line. */
  readonly isKey?: boolean
  /** Default: `escaped`. */
  readonly expressions?: Expressions
}

/** A text that needs no second look: one word or path that no version of YAML takes for anything else. */
const certain = /^[A-Za-z/][\w./-]*$/

/** @returns the lines of the scalar joined by line breaks, without the indent of the first */
export function scalarText(text: string, place: Place): string {
  if (text.length < 60 && certain.test(text) && !isOtherType(text)) return text
  if (text.includes(open) || text.includes(literalOpen)) return withExpressions(text, place)
  return inStyle(text, place)
}

function inStyle(text: string, place: Place): string {
  const form = analyse(text)
  if (form.isEscaped || (place.isKey === true && form.isMultiline)) return doubleQuoted(text, place)
  if (form.isMultiline) return form.mayBeBlock ? literal(text, place.indent) : doubleQuoted(text, place)
  if (isOtherType(text)) return doubleQuoted(text, place)
  if (form.mayBePlain) return folded(text, place, 'plain')
  return folded(text, place, 'single')
}

/** Lines that begin with `#` are comments to what fills expressions in, within block texts too. */
const commentedExpression = /^\s*#.*\$\{\{/m

/** An expression is not broken over lines; data that looks like one is escaped. */
function withExpressions(text: string, place: Place): string {
  const onOneLine = { ...place, column: Number.NEGATIVE_INFINITY }
  if (place.expressions !== 'kept' || text.includes(literalOpen)) {
    const quoted = doubleQuoted(text, onOneLine).replaceAll(literalOpen, escapedOpen)
    return place.expressions === 'kept' ? quoted : quoted.replaceAll(open, escapedOpen)
  }
  const mustQuote = text.includes("'") || commentedExpression.test(text)
  return mustQuote ? doubleQuoted(text, onOneLine) : inStyle(text, onOneLine)
}

const escapedOpen = '\\x24{{'

/** Texts that a reader of YAML 1.1 or 1.2 would read as another type. */
const otherTypes = [
  /^(?:|~|=|<<|null|true|false|y|yes|n|no|on|off)$/i,
  /^[-+]?(?:0b[01_]+|0o[0-7_]+|0x[\da-f_]+)$/i,
  /^[-+]?(?:\.[\d_]*|\d[\d_]*(?:\.[\d_]*)?)(?:e[-+]?\d+)?$/i,
  /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/,
  /^[-+]?\.(?:inf|nan)$/i,
  // A date, or a time of go-yaml: `2024-10-01-preview` is neither.
  /^\d{4}-\d\d?-\d\d?(?:[Tt ]\d\d?:\d\d?:\d\d?(?:[.,]\d+)?(?:Z|[-+]\d\d:\d\d)?)?$/,
]

const isOtherType = (text: string): boolean =>
  /^[-+.~=<\dntfyo]|^$/i.test(text) && otherTypes.some(type => type.test(text))

/**
 * Characters that go-yaml does not print: controls, the byte order mark, non-characters, all beyond U+FFFF.
 * YAML 1.1 takes U+2028 for a line break.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const unprintable = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]/
/** Blanks that editors cut off at the end of a line, and that cannot be seen at the start of a value. */
const strangeBlankAtEnd = /^[^\S \n]|[^\S \n]$/
const indicator = /^[#,[\]{}&*!|>'"%@`]|^[-?:](?: |$)|^---|^\.\.\.|: |:$| #/

interface Form {
  readonly isEscaped: boolean
  readonly isMultiline: boolean
  readonly mayBeBlock: boolean
  readonly mayBePlain: boolean
}

function analyse(text: string): Form {
  return {
    isEscaped: unprintable.test(text) || strangeBlankAtEnd.test(text) || text.includes(' \n'),
    isMultiline: text.includes('\n'),
    mayBeBlock: !text.endsWith(' '),
    mayBePlain: !indicator.test(text) && !text.startsWith(' ') && !text.endsWith(' '),
  }
}

/**
 * `|`, the width of the indent where the text begins with blanks, and what becomes of its last line breaks.
 */
function literal(text: string, indent: string): string {
  const hint = text.startsWith(' ') || text.startsWith('\n') ? '2' : ''
  const chomp = text.endsWith('\n') ? (text === '\n' || text.endsWith('\n\n') ? '+' : '') : '-'
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n')
  return [`|${hint}${chomp}`, ...lines.map(line => (line === '' ? '' : indent + line))].join('\n')
}

/** Where go-yaml begins to look for a space to break a line at. */
const width = 80

/**
 * A text over several lines, which a reader joins by single spaces.
 *
 * @param style plain and single-quoted texts break at single spaces only; within double quotes a backslash
 * keeps the blanks after it
 */
function folded(text: string, { column, indent, isKey }: Place, style: 'plain' | 'single'): string {
  const inside = style === 'single' ? text.replaceAll("'", "''") : text
  const quote = style === 'single' ? "'" : ''
  if (isKey === true || column + inside.length <= width) return quote + inside + quote
  let at = column + quote.length
  let result = quote
  for (let index = 0; index < inside.length; index++) {
    const isSingle = inside[index] === ' ' && inside[index - 1] !== ' ' && inside[index + 1] !== ' '
    if (isSingle && at > width && index > 0 && index < inside.length - 1) {
      result += `\n${indent}`
      at = indent.length
    } else {
      result += inside[index]
      at += 1
    }
  }
  return result + quote
}

/** On one line; undefined for a text that needs escapes. */
export function singleQuoted(text: string): string | undefined {
  const { isEscaped, isMultiline } = analyse(text)
  return isEscaped || isMultiline ? undefined : `'${text.replaceAll("'", "''")}'`
}

const named: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\xa0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
}

function escapeOf(character: string): string | undefined {
  const known = named[character]
  if (known !== undefined) return known
  if (!unprintable.test(character) && !/[^\S ]/.test(character)) return undefined
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16).toUpperCase()
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}

export function doubleQuoted(text: string, { column, indent, isKey }: Place): string {
  let at = column + 1
  let result = '"'
  let wasSpace = false
  const characters = [...text]
  for (const [index, character] of characters.entries()) {
    const isSpace = character === ' '
    if (isSpace && !wasSpace && at > width && isKey !== true && index > 0 && index < characters.length - 1) {
      const start = characters[index + 1] === ' ' ? '\\' : ''
      result += `\n${indent}${start}`
      at = indent.length + start.length
    } else {
      const written = escapeOf(character) ?? character
      result += written
      at += written.length
    }
    wasSpace = isSpace
  }
  return `${result}"`
}
