/**
 * `${{ env "DECK_X" }}` in a state file. decK fills such expressions in before it reads the YAML, so that a
 * value with a colon or a line break changes the file's meaning. Here each value is replaced by a placeholder
 * that YAML takes for plain text; the values go in after parsing, into the scalar where the placeholder ended
 * up. So a value stays in its place, every place is known in the file as written, and so is which values came
 * from the environment. The language of the expressions is in `template/`.
 */
import { DeckError } from '../errors.ts'
import type { FilledText } from '../state/state.ts'
import { lastNotAfter } from './last-not-after.ts'
import type { Environment, Mode } from './template/functions.ts'
import { type Piece, runTemplate } from './template/run.ts'
import { commentLines, expressionEnds, open } from './template/scan.ts'
import { parseTemplate, type TemplateError, unescaped } from './template/tree.ts'
import { printed, type Value } from './template/value.ts'

export interface SlotProblem {
  readonly code: string
  readonly message: string
  /** In the file as written. */
  readonly offset: number
  readonly length: number
}

/** From a stretch of a text that was read to that of the file as written. */
export type InSource = (from: number, to: number) => readonly [number, number]

export const asItIs: InSource = (from, to) => [from, to]

/** The values of a text's expressions, and where they go. */
export interface Slots {
  readonly count: number
  /** Whether a scalar's text holds a placeholder. */
  areIn(text: string): boolean
  /**
   * A scalar's text with the values in, in parts.
   *
   * @param block for the text of a block scalar (`|`, `>`): how far its lines are indented in the file.
   *   `indent N` is there to keep the lines of a value inside the block, so that much of it is taken off
   *   again, as YAML would; elsewhere it has no meaning.
   */
  fillIn(text: string, block?: number): FilledText
  /** For texts whose expressions are kept: marks text that only looks like an expression. */
  withoutExpressions(text: string): string
}

export interface Substituted {
  /**
   * The text with placeholders; what does not count (`if`) is not in it, what counts often (`range`) is there
   * as often.
   */
  readonly text: string
  readonly slots: Slots
  readonly problems: readonly SlotProblem[]
  /** Variables that are not set, in the mode `placeholders`. */
  readonly unset: readonly SlotProblem[]
  /** Where a stretch of `text` is in the file as written. */
  inSource: InSource
}

/**
 * Replaces `${{` that begins no expression in a text read without evaluation: its characters were escaped
 * (`"\x24{{"`), or it is in a comment line of a block text. `write` escapes it, so that it stays data. The
 * mark is a Unicode noncharacter.
 */
export const literalOpen = '$\ufdd0{{'

const markLiterals = (text: string): string =>
  text.includes(open) ? text.replaceAll(open, literalOpen) : text

const asTheyAre = (text: string): string => text

/**
 * A placeholder is a mark of Unicode's private use area, which YAML takes for a letter, and a number in two
 * characters.
 */
const firstMark = 0xe000
const lastMark = 0xf8ff
const digits = 0xe100
const base = 0x400

/** One that the text does not hold, neither itself nor as an escape. */
function freeMark(text: string): string {
  for (let code = firstMark; code <= lastMark; code++) {
    const mark = String.fromCharCode(code)
    if (!text.includes(mark) && !new RegExp(code.toString(16), 'i').test(text)) return mark
  }
  throw new DeckError(
    'a state file with expressions in ${{ }} cannot hold every private character of Unicode',
  )
}

export function substitute(text: string, env: Environment, mode: Mode): Substituted {
  const whenRead = mode === 'skip' ? markLiterals : asTheyAre
  if (!text.includes(open))
    return { text, slots: createSlots([], '', whenRead), problems: [], unset: [], inSource: asItIs }
  if (mode === 'skip') return { ...written(text, untouched(text), whenRead), problems: [], unset: [] }
  const { parts, errors } = parseTemplate(text)
  const run = runTemplate(parts, { env, mode })
  const unread = new Set(errors.map(({ from }) => from))
  const failed = run.errors.filter(({ from }) => !unread.has(from))
  return {
    ...written(text, run.pieces, whenRead),
    problems: [...errors, ...failed].map(slotProblem),
    unset: run.unset.map(slotProblem),
  }
}

const slotProblem = ({ error, from, to }: TemplateError): SlotProblem => ({
  code: error.code,
  message: error.message,
  offset: from,
  length: to - from,
})

/** Every expression as literal text, also an unclosed one; comment lines have none. */
function untouched(text: string): Piece[] {
  const pieces: Piece[] = []
  const [isComment, endOf] = [commentLines(text), expressionEnds(text)]
  let done = 0
  for (let from = text.indexOf(open); from !== -1; from = text.indexOf(open, done)) {
    const end = endOf(from)
    const to = end === -1 || isComment(from) ? from + open.length : end
    const value: Value = { is: unescaped(text.slice(from, to)), secret: false }
    pieces.push({ from: done, to: from }, { from, to, ...(!isComment(from) && { value }) })
    done = to
  }
  return [...pieces, { from: done, to: text.length }]
}

function written(
  text: string,
  pieces: readonly Piece[],
  whenRead: (text: string) => string,
): Omit<Substituted, 'problems' | 'unset'> {
  const mark = freeMark(text)
  const values: Value[] = []
  const parts: string[] = []
  const starts: number[] = []
  let length = 0
  for (const { from, to, value } of pieces) {
    const part = value === undefined ? text.slice(from, to) : placeholder(mark, values.length)
    if (value !== undefined) values.push(value)
    starts.push(length)
    parts.push(part)
    length += part.length
  }
  const place = (offset: number, side: 'from' | 'to'): number => {
    const index = lastNotAfter(starts, side === 'from' ? offset : offset - 1)
    const piece = pieces[index]
    if (piece === undefined) return offset
    return piece.value === undefined ? piece.from + offset - (starts[index] ?? 0) : piece[side]
  }
  const slots = createSlots(values, mark, whenRead)
  return { text: parts.join(''), slots, inSource: (from, to) => [place(from, 'from'), place(to, 'to')] }
}

const placeholder = (mark: string, index: number): string =>
  mark + String.fromCharCode(digits + Math.floor(index / base), digits + (index % base))

function createSlots(
  values: readonly Value[],
  mark: string,
  withoutExpressions: Slots['withoutExpressions'],
): Slots {
  const areIn = (text: string): boolean => mark !== '' && text.includes(mark)
  return {
    count: values.length,
    areIn,
    withoutExpressions,
    fillIn: (text, block) => filled(text, mark, values, block),
  }
}

function filled(text: string, mark: string, values: readonly Value[], block: number | undefined): FilledText {
  const parts: FilledText[number][] = []
  let done = 0
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, done)) {
    const value = values[(text.charCodeAt(at + 1) - digits) * base + text.charCodeAt(at + 2) - digits]
    parts.push({ text: text.slice(done, at), secret: false })
    if (value !== undefined) {
      const { secret, isPlaceholder = false } = value
      parts.push({ text: indented(value, block), secret, ...(isPlaceholder && { isPlaceholder }) })
    }
    done = at + 3
  }
  parts.push({ text: text.slice(done), secret: false })
  return withLineBreaks(parts.filter(part => part.text !== '' || part.secret))
}

const pem = /^(?:\s|\\n)*-----BEGIN [A-Z\d ]+-----.*-----END [A-Z\d ]+-----(?:\s|\\[rn])*$/s

/**
 * A certificate or key that a variable holds in one line, as in CI systems: `\n` as two characters. decK
 * converts these to line breaks within double quotes, as YAML does. PEM texts contain no other backslash.
 */
function withLineBreaks(parts: FilledText): FilledText {
  const isEscaped = parts.some(({ text, secret }) => secret && text.includes('\\n'))
  if (!isEscaped || !pem.test(parts.map(({ text }) => text).join(''))) return parts
  return parts.map(part =>
    part.secret ? { ...part, text: part.text.replaceAll(/(?:\\r)?\\n/g, '\n') } : part,
  )
}

function indented(value: Value, block: number | undefined): string {
  const text = printed(value)
  if (block === undefined || value.indent === undefined) return text
  return text.replaceAll('\n', `\n${' '.repeat(Math.max(0, value.indent - block))}`)
}
