/**
 * `${{ env "DECK_X" }}` in a state file. decK fills such expressions in before it reads the YAML, so that a value with a colon or a line
 * break changes the file's meaning. Here each is replaced by a placeholder of the same length, which YAML takes for plain text; the
 * values go in after parsing, into the scalar where the placeholder ended up. So a value stays in its place, every offset is that of the file as
 * written, and it is known which values came from the environment.
 */
import type { FilledText } from '../state/state.ts'
import { type Branches, blanked, createBranches } from './branches.ts'
import type { Environment, Mode, Result } from './template.ts'
import { evaluate, TemplateProblem } from './template.ts'
import { isTrue } from './template-functions.ts'

export interface Slot {
  /** As written, braces included. */
  readonly source: string
  readonly offset: number
  readonly result: Result
}

export interface SlotProblem {
  readonly code: string
  readonly message: string
  readonly offset: number
  readonly length: number
}

export interface Substituted {
  /** The text with placeholders; as long as the original, line by line at the same offsets. */
  readonly text: string
  readonly slots: readonly Slot[]
  readonly problems: readonly SlotProblem[]
}

const open = '${{'
const close = '}}'

/** Unicode's private use area: no file means anything by these, and YAML knows none of them. */
const first = 0xe000
const padding = '\ue001'
const digits = 0xe100
const base = 0x400
const placeholders = /\ue000([\ue100-\ue4ff])([\ue100-\ue4ff])\ue001*/g

function placeholder(index: number, length: number): string {
  const name = String.fromCharCode(first, digits + Math.floor(index / base), digits + (index % base))
  return name.padEnd(length, padding)
}

/** Lines that are comments are left alone; comments behind other text are not (as in decK). */
function isComment(text: string, offset: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset + 1)
  return line.trimStart().startsWith('#')
}

/** Where the expression's closing braces are, on its own line; texts in quotes may contain braces. */
function closing(text: string, offset: number): number {
  const rest = /(?:"(?:[^"\\\n]|\\.)*"|`[^`\n]*`|(?!\}\})[^"`\n])*?\}\}/y
  rest.lastIndex = offset
  const match = rest.exec(text)
  return match === null ? -1 : offset + match[0].length - close.length
}

export function substitute(text: string, env: Environment, mode: Mode): Substituted {
  const slots: Slot[] = []
  const problems: SlotProblem[] = []
  const parts: string[] = []
  const branches = createBranches()
  const plain = (part: string): string => (branches.counts() ? part : blanked(part))
  let done = 0
  for (let offset = text.indexOf(open); offset !== -1; offset = text.indexOf(open, done)) {
    const end = isComment(text, offset) ? -1 : closing(text, offset + open.length)
    const stop = end === -1 ? offset + open.length : end + close.length
    parts.push(plain(text.slice(done, offset)))
    const source = text.slice(offset, stop)
    if (end === -1) {
      parts.push(source)
      if (mode !== 'skip' && !isComment(text, offset)) {
        problems.push({
          code: 'env-syntax',
          message: 'the expression is not closed with "}}"',
          offset,
          length: 3,
        })
      }
    } else if (mode !== 'skip' && isControl(source, offset, branches, { env, mode }, problems)) {
      parts.push(blanked(source))
    } else {
      parts.push(placeholder(slots.length, source.length))
      slots.push({ source, offset, result: resultOf(source, offset, { env, mode }, problems) })
    }
    done = stop
  }
  const unclosed = branches.unclosed()
  if (unclosed !== undefined)
    problems.push({
      code: 'env-syntax',
      message: 'this "if" has no "end"',
      offset: unclosed,
      length: open.length,
    })
  return { text: parts.join('') + plain(text.slice(done)), slots, problems }
}

/** `if` and its like, and whatever stands where nothing counts. */
function isControl(
  source: string,
  offset: number,
  branches: Branches,
  context: { env: Environment; mode: Mode },
  problems: SlotProblem[],
): boolean {
  try {
    const inside = source.slice(open.length, -close.length).replace(/^-|-$/g, '')
    return branches.take(inside, offset, text => isTrue(evaluate(text, context))) || !branches.counts()
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error
    problems.push({ code: error.code, message: error.message, offset, length: source.length })
    return true
  }
}

function resultOf(
  source: string,
  offset: number,
  context: { env: Environment; mode: Mode },
  problems: SlotProblem[],
): Result {
  if (context.mode === 'skip') return { text: source, secret: false }
  try {
    return evaluate(source.slice(open.length, -close.length), context)
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error
    problems.push({ code: error.code, message: error.message, offset, length: source.length })
    return { text: '', secret: false }
  }
}

export const hasPlaceholder = (text: string): boolean => text.includes(String.fromCharCode(first))

/**
 * A scalar's text with the values in, in parts.
 *
 * @param block for the text of a block scalar (`|`, `>`): how far its lines are indented in the file. `indent N` is there to keep the lines
 *   of a value inside the block, so that much of it is taken off again, as YAML would; elsewhere it has no meaning.
 */
export function fillIn(text: string, slots: readonly Slot[], block?: number): FilledText {
  const parts: FilledText[number][] = []
  let done = 0
  for (const { 0: whole, 1: high = '', 2: low = '', index } of text.matchAll(placeholders)) {
    const slot = slots[(high.charCodeAt(0) - digits) * base + low.charCodeAt(0) - digits]
    if (slot === undefined) continue
    parts.push({ text: text.slice(done, index), secret: false })
    parts.push({ text: indented(slot.result, block), secret: slot.result.secret })
    done = index + whole.length
  }
  parts.push({ text: text.slice(done), secret: false })
  return parts.filter(part => part.text !== '' || part.secret)
}

function indented({ text, indent }: Result, block: number | undefined): string {
  if (block === undefined || indent === undefined) return text
  return text.replaceAll('\n', `\n${' '.repeat(Math.max(0, indent - block))}`)
}
