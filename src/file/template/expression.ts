/**
 * The text of an expression → its parts: Go's pipelines, as text/template parses them (source: Go's
 * documentation of text/template). `evaluate.ts` evaluates them.
 */
import { syntax, type Value } from './value.ts'

export interface Pipeline {
  /** `$x := …` or `$x = …`: then it prints nothing. */
  readonly variable?: { readonly name: string; readonly isNew: boolean }
  /** The value of each is the last argument of the next. */
  readonly commands: readonly Command[]
}

/** A function and its arguments, or a value alone. */
export type Command = readonly [Operand, ...Operand[]]

export type Operand =
  | { readonly type: 'constant'; readonly value: Value }
  | { readonly type: 'function' | 'variable'; readonly name: string }
  | { readonly type: 'dot' }
  | { readonly type: 'pipeline'; readonly pipeline: Pipeline }

interface Token {
  readonly type: 'word' | 'variable' | 'text' | 'number' | 'letter' | 'mark'
  readonly text: string
}

const tokenPattern = new RegExp(
  [
    /(?<text>"(?:[^"\\\n]|\\.)*"|`[^`]*`)/,
    /(?<letter>'(?:[^'\\\n]|\\.)+')/,
    /(?<number>[-+]?(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?))(?!\w)/,
    /(?<variable>\$\w*)/,
    /(?<word>[A-Za-z_]\w*)/,
    /(?<mark>:=|[=|().,])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'y',
)

function tokensOf(expression: string): Token[] {
  const found: Token[] = []
  const blank = /\s*/y
  for (let at = 0; ; at = tokenPattern.lastIndex) {
    blank.lastIndex = at
    blank.exec(expression)
    if (blank.lastIndex === expression.length) return found
    tokenPattern.lastIndex = blank.lastIndex
    const groups = tokenPattern.exec(expression)?.groups ?? {}
    const [type, text] = Object.entries(groups).find(([, one]) => one !== undefined) ?? []
    if (type === undefined || text === undefined)
      throw syntax(`unexpected ${JSON.stringify(expression.slice(blank.lastIndex).slice(0, 10).trim())}`)
    // A blank ends an argument: `.a` is a field of the text before it, ` .a` is not.
    found.push({ type: type as Token['type'], text })
  }
}

const constant = (is: Value['is']): Operand => ({ type: 'constant', value: { is, secret: false } })

/**
 * @param expression the text between the braces, without the word of a block (`if`)
 * @throws TemplateProblem
 */
export function parseExpression(expression: string): Pipeline {
  const waiting = tokensOf(expression)
  const result = pipeline(waiting)
  const [left] = waiting
  if (left !== undefined) throw syntax(`unexpected ${JSON.stringify(left.text)}`)
  return result
}

/** More nested brackets than any real expression has. */
const deepest = 100

function pipeline(waiting: Token[], depth = 0): Pipeline {
  if (depth > deepest) throw syntax(`more than ${deepest} brackets stand within one another`)
  const [first, second] = waiting
  const declares = first?.type === 'variable' && (second?.text === ':=' || second?.text === '=')
  if (declares) waiting.splice(0, 2)
  const commands: Command[] = []
  do commands.push(command(waiting, depth))
  while (waiting[0]?.text === '|' && waiting.shift() !== undefined)
  return {
    ...(declares && { variable: { name: first.text, isNew: second?.text === ':=' } }),
    commands,
  }
}

function command(waiting: Token[], depth: number): Command {
  const first = waiting.shift()
  if (first === undefined) throw syntax('an expression is missing')
  const operands: [Operand, ...Operand[]] = [operand(first, waiting, depth)]
  for (
    let next = waiting[0];
    next !== undefined && next.text !== '|' && next.text !== ')';
    next = waiting[0]
  ) {
    waiting.shift()
    operands.push(operand(next, waiting, depth))
  }
  return operands
}

const words: Readonly<Record<string, Value['is']>> = { true: true, false: false, nil: null }

function operand(token: Token, waiting: Token[], depth: number): Operand {
  const { type, text } = token
  if (type === 'text') return constant(unquoted(text))
  if (type === 'letter') return constant(BigInt(unquoted(text).codePointAt(0) ?? 0))
  if (type === 'number') return constant(numberOf(text))
  if (type === 'variable') return { type, name: text }
  if (type === 'word')
    return Object.hasOwn(words, text) ? constant(words[text] ?? null) : { type: 'function', name: text }
  if (text === '.') {
    if (waiting[0]?.type === 'word')
      throw syntax(`.${waiting[0].text}: a state file is given no data to take fields of; use env "DECK_…"`)
    return { type: 'dot' }
  }
  if (text !== '(') throw syntax(`unexpected ${JSON.stringify(text)}`)
  const inside = pipeline(waiting, depth + 1)
  if (waiting.shift()?.text !== ')') throw syntax('a ")" is missing')
  return { type: 'pipeline', pipeline: inside }
}

function numberOf(text: string): bigint | number {
  const digits = text.replaceAll('_', '')
  const sign = digits.startsWith('-') ? -1n : 1n
  const plain = digits.replace(/^[-+]/, '')
  // Go reads 017 as octal, too.
  if (/^0[0-7]+$/.test(plain)) return sign * BigInt(`0o${plain.slice(1)}`)
  return /^(?:\d+|0[xXbBoO].*)$/.test(plain) ? sign * BigInt(plain) : Number(digits)
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
}

/** Go's texts: without escapes in `…`, with escapes in "…". */
function unquoted(text: string): string {
  const inside = text.slice(1, -1)
  if (text.startsWith('`')) return inside
  return inside.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|(.))/gs,
    (whole, byte, short, long, octal, letter: string | undefined) => {
      if (letter !== undefined) {
        if (!Object.hasOwn(escapes, letter))
          throw syntax(`${text} is not a text in quotes: Go knows no ${whole}`)
        return escapes[letter] ?? ''
      }
      const code =
        octal === undefined ? Number.parseInt(byte ?? short ?? long, 16) : Number.parseInt(octal, 8)
      if (code > 0x10ffff) throw syntax(`${text} is not a text in quotes: there is no letter ${whole}`)
      return String.fromCodePoint(code)
    },
  )
}
