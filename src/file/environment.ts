/**
 * `${{ env "DECK_X" }}` in a state file. decK fills such expressions in before it reads the YAML, so that a value with a colon or a line
 * break changes the file's meaning. Here each value is replaced by a placeholder that YAML takes for plain text; the values go in after parsing, into
 * the scalar where the placeholder ended up. So a value stays in its place, every place is known in the file as written, and so is which values came
 * from the environment. The language of the expressions is in `template/`.
 */
import type { FilledText } from '../state/state.ts'
import { lastNotAfter } from './last-not-after.ts'
import type { Environment, Mode } from './template/functions.ts'
import { type Piece, runTemplate } from './template/run.ts'
import { endOf, isComment, open, parseTemplate, type TemplateError, unescaped } from './template/tree.ts'
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

export interface Substituted {
  /** The text with placeholders; what does not count (`if`) is not in it, what counts often (`range`) is there as often. */
  readonly text: string
  /** The values, by the numbers of their placeholders. */
  readonly slots: readonly Value[]
  readonly problems: readonly SlotProblem[]
  /** Where a stretch of `text` is in the file as written. */
  inSource: InSource
}

/**
 * How `${{` stands in a text that was read without filling in, where it begins no expression: its signs were escaped (`"\x24{{"`), or it stands in a
 * comment line of a block text. `write` escapes it, so that it stays what it is. The mark is a code point that Unicode keeps free of meaning.
 */
export const literalOpen = '$\ufdd0{{'

/** Unicode's private use area: no file means anything by these, and YAML knows none of them. */
const first = 0xe000
const digits = 0xe100
const base = 0x400
const placeholders = /\ue000([\ue100-\ue4ff])([\ue100-\ue4ff])/g

const placeholder = (index: number): string =>
  String.fromCharCode(first, digits + Math.floor(index / base), digits + (index % base))

export function substitute(text: string, env: Environment, mode: Mode): Substituted {
  if (!text.includes(open)) return { text, slots: [], problems: [], inSource: asItIs }
  if (mode === 'skip') return { ...written(text, untouched(text)), problems: [] }
  const { parts, errors } = parseTemplate(text)
  const run = runTemplate(parts, { env, mode })
  const unread = new Set(errors.map(({ from }) => from))
  const failed = run.errors.filter(({ from }) => !unread.has(from))
  return { ...written(text, run.pieces), problems: [...errors, ...failed].map(told) }
}

const told = ({ error, from, to }: TemplateError): SlotProblem => ({
  code: error.code,
  message: error.message,
  offset: from,
  length: to - from,
})

/** Every expression as the text that it is. */
function untouched(text: string): Piece[] {
  const pieces: Piece[] = []
  let done = 0
  for (let from = text.indexOf(open); from !== -1; from = text.indexOf(open, done)) {
    const end = isComment(text, from) ? -1 : endOf(text, from)
    const to = end === -1 ? from + open.length : end
    pieces.push({ from: done, to: from })
    pieces.push({
      from,
      to,
      ...(end !== -1 && { value: { is: unescaped(text.slice(from, to)), secret: false } }),
    })
    done = to
  }
  return [...pieces, { from: done, to: text.length }]
}

function written(text: string, pieces: readonly Piece[]): Omit<Substituted, 'problems'> {
  const slots: Value[] = []
  const parts: string[] = []
  const starts: number[] = []
  let length = 0
  for (const { from, to, value } of pieces) {
    const part = value === undefined ? text.slice(from, to) : placeholder(slots.length)
    if (value !== undefined) slots.push(value)
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
  return { text: parts.join(''), slots, inSource: (from, to) => [place(from, 'from'), place(to, 'to')] }
}

export const hasPlaceholder = (text: string): boolean => text.includes(String.fromCharCode(first))

/**
 * A scalar's text with the values in, in parts.
 *
 * @param block for the text of a block scalar (`|`, `>`): how far its lines are indented in the file. `indent N` is there to keep the lines
 *   of a value inside the block, so that much of it is taken off again, as YAML would; elsewhere it has no meaning.
 */
export function fillIn(text: string, slots: readonly Value[], block?: number): FilledText {
  const parts: FilledText[number][] = []
  let done = 0
  for (const { 0: whole, 1: high = '', 2: low = '', index } of text.matchAll(placeholders)) {
    const slot = slots[(high.charCodeAt(0) - digits) * base + low.charCodeAt(0) - digits]
    if (slot === undefined) continue
    parts.push({ text: text.slice(done, index), secret: false })
    parts.push({ text: indented(slot, block), secret: slot.secret })
    done = index + whole.length
  }
  parts.push({ text: text.slice(done), secret: false })
  return withLineBreaks(parts.filter(part => part.text !== '' || part.secret))
}

const pem = /^(?:\s|\\n)*-----BEGIN [A-Z\d ]+-----.*-----END [A-Z\d ]+-----(?:\s|\\[rn])*$/s

/**
 * A certificate or key that a variable holds in one line, as CI systems keep it: `\n` as two characters. decK makes line breaks of these within double
 * quotes, as YAML does. No PEM text has a backslash of its own.
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
