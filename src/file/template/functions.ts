/**
 * The functions of state files: decK's own, and those that Go's text/template has of itself (source: decK's
 * and Go's documentation).
 */
import { formatted } from './format.ts'
import { isTrue, kindOf, printed, syntax, TemplateProblem, type Value } from './value.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * `mock` gives each variable its own name as value, and conversions false or 42: for checks without the real
 * environment. `placeholders` does so for variables that are not set, and reports these.
 */
export type Mode = 'expand' | 'mock' | 'placeholders' | 'skip'

export interface Context {
  readonly env: Environment
  readonly mode: Mode
  /** Gets the variables that are not set, in the mode `placeholders`. */
  readonly unset?: TemplateProblem[]
}

type Result = Value | Value['is']

/** The result is secret, or a placeholder, if an argument is, unless the function decides otherwise. */
type Function = (args: readonly Value[], context: Context) => Result

/** @throws TemplateProblem */
export function call(name: string, args: readonly Value[], context: Context): Value {
  const known = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (known === undefined) throw syntax(unknown(name))
  const result = known(args, context)
  const isPlaceholder = args.some(value => value.isPlaceholder === true)
  const value =
    typeof result === 'object' && result !== null
      ? result
      : { is: result, secret: args.some(({ secret }) => secret) }
  return isPlaceholder ? { ...value, isPlaceholder } : value
}

const unknown = (name: string): string =>
  name === 'call'
    ? 'call has nothing to call: no value of a state file is a function'
    : `function ${JSON.stringify(name)} not defined; there are ${Object.keys(functions).join(', ')}, and, or`

/** Checks the number of arguments. */
function exactly(name: string, count: number, args: readonly Value[]): readonly Value[] {
  if (args.length !== count)
    throw syntax(`${name} takes ${count} value${count === 1 ? '' : 's'}, got ${args.length}`)
  return args
}

/** A missing argument is no text; counts are checked before. */
function textIn(name: string, value: Value | undefined): string {
  if (typeof value?.is === 'string') return value.is
  throw syntax(`${name} takes a text, got ${value ? kindOf(value) : 'nothing'}`)
}

/** The value itself is not printed: it may be a secret. */
function converted(
  name: string,
  wanted: string,
  mocked: Value['is'],
  to: (text: string) => Value['is'],
): Function {
  return (args, { mode }) => {
    const [value] = exactly(name, 1, args)
    const text = textIn(name, value)
    if (mode === 'mock' || value?.isPlaceholder === true) return mocked
    const result = to(text)
    if (result === null) throw new TemplateProblem('env-value', `${name}: the value is not ${wanted}`)
    return result
  }
}

const env: Function = (args, { env: variables, mode, unset }) => {
  const name = textIn('env', exactly('env', 1, args)[0])
  if (!name.startsWith('DECK_')) {
    throw new TemplateProblem(
      'env-prefix',
      `environment variables in the state file must be prefixed with 'DECK_', found: '${name}'`,
    )
  }
  if (mode === 'mock') return { is: name, secret: false }
  const value = variables[name]
  if (value !== undefined) return { is: value, secret: true }
  const problem = new TemplateProblem(
    'env-not-set',
    `environment variable '${name}' present in state file but not set`,
  )
  if (mode !== 'placeholders') throw problem
  unset?.push(problem)
  // It stands for a value that may be a secret, and is treated as one.
  return { is: name, secret: true, isPlaceholder: true }
}

const indent: Function = args => {
  const [width, value] = exactly('indent', 2, args)
  if (typeof width?.is !== 'bigint' || width.is < 0n)
    throw syntax('indent takes a number of blanks and a text')
  return { is: textIn('indent', value), secret: args.some(({ secret }) => secret), indent: Number(width.is) }
}

/** Whether values of two kinds are the same, or which comes first: Go compares no text with a number. */
function alike(name: string, a: Value | undefined, b: Value | undefined): void {
  if (a === undefined || b === undefined)
    throw syntax(`${name} takes 2 values, got ${a === undefined ? 0 : 1}`)
  if (typeof a.is === typeof b.is) return
  throw syntax(
    `${name}: ${kindOf(a)} cannot be compared with ${kindOf(b)}; toInt, toFloat, toBool and print make the one of the other`,
  )
}

const ordering =
  (name: string, holds: (a: string | bigint | number, b: string | bigint | number) => boolean): Function =>
  args => {
    const [a, b] = exactly(name, 2, args)
    alike(name, a, b)
    const [left, right] = [a?.is ?? null, b?.is ?? null]
    if (left === null || right === null || typeof left === 'boolean' || typeof right === 'boolean')
      throw syntax(`${name}: there is no order of ${a ? kindOf(a) : 'nothing'}`)
    return holds(left, right)
  }

/** Go cuts texts by bytes. */
const slice: Function = ([value, ...ends]) => {
  const bytes = Buffer.from(textIn('slice', value))
  const [from = 0, to = bytes.length] = ends.map(({ is }) => {
    if (typeof is !== 'bigint') throw syntax('slice takes a text and one or two places in it')
    return Number(is)
  })
  if (ends.length > 2 || from < 0 || from > to || to > bytes.length)
    throw syntax(`slice: ${from} to ${to} is not within the text`)
  return bytes.subarray(from, to).toString()
}

/** For a text: the byte at an index, as a number. */
const index: Function = args => {
  const [value, place] = exactly('index', 2, args)
  const bytes = Buffer.from(textIn('index', value))
  const byte = typeof place?.is === 'bigint' ? bytes[Number(place.is)] : undefined
  if (byte === undefined) throw syntax('index takes a text and a place in it')
  return BigInt(byte)
}

/** Blanks between values that are no texts, as in Go's Sprint. */
const print: Function = args =>
  args
    .map((arg, index) => {
      const before = args[index - 1]
      const apart = before !== undefined && typeof before.is !== 'string' && typeof arg.is !== 'string'
      return `${apart ? ' ' : ''}${printed(arg)}`
    })
    .join('')

const printf: Function = ([format, ...values]) => formatted(textIn('printf', format), values)

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}

const escaping =
  (name: string, escaped: (text: string) => string): Function =>
  args => {
    if (args.length === 0) throw syntax(`${name} takes a value`)
    const [only] = args
    return escaped(
      args.length === 1 && typeof only?.is === 'string'
        ? only.is
        : String(print(args, { env: {}, mode: 'expand' })),
    )
  }

const scripted = (text: string): string =>
  text.replace(/[\\'"<>&=\p{Cc}]/gu, letter =>
    /[\\'"]/.test(letter)
      ? `\\${letter}`
      : `\\u${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  )

/** Go's escapes for a part of a query: all but letters, digits and `-_.~`; blanks are `+`. */
const queried = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')

const isInteger = /^[-+]?\d+$/
const isNumber = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/
const isBoolean = /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/

const functions: Readonly<Record<string, Function>> = {
  env,
  toBool: converted('toBool', 'a boolean', false, text =>
    isBoolean.test(text) ? /^[1tT]/.test(text) : null,
  ),
  toInt: converted('toInt', 'an integer', 42n, text =>
    isInteger.test(text) ? BigInt(text.replace('+', '')) : null,
  ),
  toFloat: converted('toFloat', 'a number', 42, text => (isNumber.test(text) ? Number(text) : null)),
  indent,
  not: args => !isTrue(exactly('not', 1, args)[0] as Value),
  eq: ([value, ...others]) => {
    if (others.length === 0) throw syntax(`eq takes 2 values or more, got ${value === undefined ? 0 : 1}`)
    for (const other of others) alike('eq', value, other)
    return others.some(other => other.is === value?.is)
  },
  ne: args => {
    const [a, b] = exactly('ne', 2, args)
    alike('ne', a, b)
    return a?.is !== b?.is
  },
  lt: ordering('lt', (a, b) => a < b),
  le: ordering('le', (a, b) => a <= b),
  gt: ordering('gt', (a, b) => a > b),
  ge: ordering('ge', (a, b) => a >= b),
  len: args => BigInt(Buffer.byteLength(textIn('len', exactly('len', 1, args)[0]))),
  slice,
  index,
  print,
  println: args => `${args.map(printed).join(' ')}\n`,
  printf,
  html: escaping('html', text => text.replace(/[&<>"']/g, mark => entities[mark] ?? mark)),
  js: escaping('js', scripted),
  urlquery: escaping('urlquery', queried),
}
