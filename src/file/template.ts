/**
 * The little language between `${{` and `}}`: decK's functions and pipelines (source: docs of decK, and Go's text/template, which it
 * is made of). Where such expressions stand in a file, and what becomes of their results, is `environment.ts`'s business.
 */

import { type PlainFunction, plainFunctions } from './template-functions.ts'

/** What an expression comes to. */
export interface Result {
  readonly text: string
  /** Whether an environment variable had a part in it. */
  readonly secret: boolean
  /** Whether it counts as true, where that is not for having any text: of booleans and numbers. */
  readonly truth?: boolean
  /** What `indent N` asked for: blanks before every line but the first. */
  readonly indent?: number
}

export type Environment = Readonly<Record<string, string | undefined>>

/** `mock` gives each variable its own name as value, and conversions false or 42: for checks without the real environment. */
export type Mode = 'expand' | 'mock' | 'skip'

/** What is wrong with an expression; `code` as in docs/errors.md. */
export class TemplateProblem extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

const syntax = (message: string): TemplateProblem => new TemplateProblem('env-syntax', message)

interface Token {
  readonly type: 'word' | 'literal' | '|' | '(' | ')'
  readonly text: string
  readonly isNumber?: boolean
}

const tokenPattern =
  /\s*(?:(?<string>"(?:[^"\\\n]|\\.)*")|`(?<raw>[^`]*)`|(?<number>[-+]?\d+(?:\.\d+)?)|(?<word>[A-Za-z_]\w*)|(?<mark>[|()]))/y

function tokens(expression: string): Token[] {
  const found: Token[] = []
  const end = expression.trimEnd().length
  tokenPattern.lastIndex = 0
  while (tokenPattern.lastIndex < end) {
    const start = tokenPattern.lastIndex
    const groups = tokenPattern.exec(expression)?.groups
    if (groups === undefined)
      throw syntax(`unexpected ${JSON.stringify(expression.slice(start).trim().slice(0, 10))}`)
    const { string, raw, number, word, mark } = groups
    if (word !== undefined) found.push({ type: 'word', text: word })
    else if (mark !== undefined) found.push({ type: mark as '|' | '(' | ')', text: mark })
    else
      found.push({
        type: 'literal',
        text: string === undefined ? (raw ?? number ?? '') : unquoted(string),
        isNumber: number !== undefined,
      })
  }
  return found
}

/** Go's escapes that differ from JSON's are not worth a parser: they are refused. */
function unquoted(text: string): string {
  try {
    return String(JSON.parse(text))
  } catch {
    throw syntax(`${text} is not a text in quotes`)
  }
}

type Call = (args: readonly Result[], context: Context) => Result

interface Context {
  readonly env: Environment
  readonly mode: Mode
}

const argument = (args: readonly Result[], name: string, count = 1): Result => {
  const last = args.at(-1)
  if (args.length !== count || last === undefined)
    throw syntax(`${name} takes ${count} value${count === 1 ? '' : 's'}, got ${args.length}`)
  return last
}

/** The value itself is not told: it may be a secret. */
function converted(
  name: string,
  pattern: RegExp,
  wanted: string,
  mocked: string,
  to: (text: string) => string,
): Call {
  return (args, { mode }) => {
    const value = argument(args, name)
    if (mode === 'mock') return { ...value, text: mocked }
    if (!pattern.test(value.text))
      throw new TemplateProblem('env-value', `${name}: the value is not ${wanted}`)
    const text = to(value.text)
    return { ...value, text, truth: text !== 'false' && Number(text) !== 0 }
  }
}

function env(args: readonly Result[], { env: variables, mode }: Context): Result {
  const { text: name } = argument(args, 'env')
  if (!name.startsWith('DECK_')) {
    throw new TemplateProblem(
      'env-prefix',
      `environment variables in the state file must be prefixed with 'DECK_', found: '${name}'`,
    )
  }
  if (mode === 'mock') return { text: name, secret: false }
  const value = variables[name]
  if (value === undefined) {
    throw new TemplateProblem(
      'env-not-set',
      `environment variable '${name}' present in state file but not set`,
    )
  }
  return { text: value, secret: true }
}

function indent(args: readonly Result[]): Result {
  const value = argument(args, 'indent', 2)
  const width = args[0]?.text ?? ''
  if (!/^\d+$/.test(width)) throw syntax('indent takes a number of blanks')
  return { ...value, indent: Number(width) }
}

function printf(args: readonly Result[]): Result {
  const [format, ...values] = args
  if (format === undefined) throw syntax('printf takes a format')
  const rest = [...values]
  const text = format.text.replace(/%[sdvq%]/g, verb => {
    if (verb === '%%') return '%'
    const value = rest.shift()
    if (value === undefined) throw syntax(`printf has no value for ${verb}`)
    return verb === '%q' ? JSON.stringify(value.text) : value.text
  })
  return { text, secret: args.some(value => value.secret) }
}

const print: Call = args => ({
  text: args.map(value => value.text).join(''),
  secret: args.some(value => value.secret),
})

const plain =
  (call: PlainFunction): Call =>
  args => ({ ...call(args), secret: args.some(value => value.secret) })

const functions: Readonly<Record<string, Call>> = {
  ...Object.fromEntries(Object.entries(plainFunctions).map(([name, call]) => [name, plain(call)])),
  env,
  indent,
  print,
  printf,
  toBool: converted(
    'toBool',
    /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/,
    'a boolean',
    'false',
    text => String(/^[1tT]/.test(text)),
  ),
  toInt: converted('toInt', /^[-+]?\d+$/, 'an integer', '42', text =>
    BigInt(text.replace('+', '')).toString(),
  ),
  toFloat: converted('toFloat', /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/, 'a number', '42', text =>
    String(Number(text)),
  ),
}

/**
 * @param expression what stands between the braces
 * @throws TemplateProblem
 */
export function evaluate(expression: string, context: Context): Result {
  if (/^\s*\/\*[\s\S]*\*\/\s*$/.test(expression)) return { text: '', secret: false }
  const waiting = tokens(expression)
  const result = pipeline(waiting, context)
  const [left] = waiting
  if (left !== undefined) throw syntax(`unexpected "${left.text}"`)
  return result
}

/** `a b | c d`: the value of each command is the last argument of the next. */
function pipeline(waiting: Token[], context: Context): Result {
  let value: Result | undefined
  do {
    value = command(waiting, value, context)
  } while (waiting[0]?.type === '|' && waiting.shift() !== undefined)
  return value
}

function command(waiting: Token[], piped: Result | undefined, context: Context): Result {
  const first = waiting.shift()
  if (first === undefined) throw syntax('an expression is missing')
  if (first.type !== 'word' || first.text === 'true' || first.text === 'false') {
    if (piped !== undefined) throw syntax('only a function can take what comes from the left of "|"')
    return operand(first, waiting, context)
  }
  const call = Object.hasOwn(functions, first.text) ? functions[first.text] : undefined
  if (call === undefined) throw syntax(`function "${first.text}" not defined`)
  const args: Result[] = []
  for (
    let next = waiting[0];
    next !== undefined && next.type !== '|' && next.type !== ')';
    next = waiting[0]
  ) {
    waiting.shift()
    args.push(operand(next, waiting, context))
  }
  return call(piped === undefined ? args : [...args, piped], context)
}

function operand(token: Token, waiting: Token[], context: Context): Result {
  if (token.type === 'literal')
    return { text: token.text, secret: false, ...(token.isNumber && { truth: Number(token.text) !== 0 }) }
  if (token.text === 'true' || token.text === 'false')
    return { text: token.text, secret: false, truth: token.text === 'true' }
  if (token.type === '(') {
    const value = pipeline(waiting, context)
    if (waiting.shift()?.type !== ')') throw syntax('a ")" is missing')
    return value
  }
  throw syntax(`unexpected "${token.text}"`)
}
