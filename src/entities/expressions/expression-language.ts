/**
 * The language of routes with the router flavor `expressions`: `http.path ^= "/a" && !(net.dst.port ==
 * 80)`. Parses a text into a tree, or reports one error in the words of Kong's router (source: the grammar
 * of atc-router 1.6, and recorded errors). `expression-fields.ts` has the fields; the proxy evaluates the
 * tree.
 */
import { isIP } from 'node:net'

export const operators = [
  '==',
  '!=',
  '~',
  '^=',
  '=^',
  '>=',
  '>',
  '<=',
  '<',
  'in',
  'not in',
  'contains',
] as const

export type Operator = (typeof operators)[number]

export type Literal =
  | { readonly type: 'String'; readonly value: string }
  | { readonly type: 'Int'; readonly value: number }
  | { readonly type: 'IpAddr'; readonly value: string }
  | { readonly type: 'IpCidr'; readonly value: string; readonly bits: number }

export interface Predicate {
  readonly is: 'predicate'
  readonly field: string
  /** `lower(field)` */
  readonly lower: boolean
  /** `any(field)`: one of several values is enough; without it all must hold. */
  readonly any: boolean
  readonly operator: Operator
  readonly value: Literal
}

export type Expression =
  | Predicate
  | { readonly is: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly is: 'not'; readonly inner: Expression }

/** A problem of a text with its place; the message is Kong's, over several lines. */
export class ExpressionError extends Error {}

/** A position in the text, advanced by the functions that read. */
interface Reader {
  readonly text: string
  at: number
  /** Brackets around the place. */
  depth: number
  /** Conditions read so far. */
  conditions: number
}

/** Far above what anybody writes; every level is a call of the matcher. */
const deepest = 100
const mostConditions = 1000

/** @throws ExpressionError */
export function parseExpression(text: string): Expression {
  const reader: Reader = { text, at: 0, depth: 0, conditions: 0 }
  const expression = readExpression(reader)
  skipSpace(reader)
  if (reader.at < text.length) throw expected(reader, 'EOI', 'and_op', 'or_op')
  return expression
}

/** `||` binds more closely than `&&`: so does Kong's router, unlike most languages. */
function readExpression(reader: Reader): Expression {
  let left = readAlternatives(reader)
  while (take(reader, /&&/y) !== undefined) left = { is: 'and', left, right: readAlternatives(reader) }
  return left
}

function readAlternatives(reader: Reader): Expression {
  let left = readTerm(reader)
  while (take(reader, /\|\|/y) !== undefined) left = { is: 'or', left, right: readTerm(reader) }
  return left
}

function readTerm(reader: Reader): Expression {
  skipSpace(reader)
  const begin = reader.at
  const negated = take(reader, /!/y) !== undefined
  if (take(reader, /\(/y) !== undefined) {
    if (reader.depth === deepest)
      throw new ExpressionError(`more than ${deepest} brackets stand within one another`)
    reader.depth += 1
    const inner = readExpression(reader)
    reader.depth -= 1
    if (take(reader, /\)/y) === undefined) throw expected(reader, 'and_op', 'or_op')
    return negated ? { is: 'not', inner } : inner
  }
  reader.at = begin
  reader.conditions += 1
  if (reader.conditions > mostConditions) throw new ExpressionError(`more than ${mostConditions} conditions`)
  if (negated || !/[A-Za-z]/.test(reader.text[begin] ?? '')) throw expected(reader, 'term')
  return readPredicate(reader)
}

function readPredicate(reader: Reader): Predicate {
  const left = readLeft(reader)
  const operator = take(reader, /==|!=|~|\^=|=\^|>=|>|<=|<|in|not[ \t\r\n]*in|contains/y)
  if (operator === undefined) throw expected(reader, 'binary_operator')
  skipSpace(reader)
  const begin = reader.at
  const value = readLiteral(reader)
  if (operator === '~' && value.type !== 'String') {
    throw failed(reader.text, begin, reader.at, 'regex operator can only be used with String operands')
  }
  return {
    is: 'predicate',
    ...left,
    operator: operator.replace(/\s+|(?<=not)(?=in)/, ' ') as Operator,
    value,
  }
}

/** `any(lower(http.headers.x))`: functions around a field. */
function readLeft(reader: Reader): Pick<Predicate, 'field' | 'lower' | 'any'> {
  skipSpace(reader)
  const begin = reader.at
  const name = take(reader, /[A-Za-z][A-Za-z0-9_.]*/y)
  if (name === undefined) throw expected(reader, 'lhs')
  if (take(reader, /\(/y) === undefined) return { field: name, lower: false, any: false }
  const inner = readLeft(reader)
  if (take(reader, /\)/y) === undefined) throw failed(reader.text, reader.at, reader.at, 'expected )')
  if (name !== 'lower' && name !== 'any') {
    throw failed(reader.text, begin, reader.at, `unknown transformation function: ${name}`)
  }
  return { ...inner, [name]: true }
}

function readLiteral(reader: Reader): Literal {
  const { text, at: begin } = reader
  const raw = take(reader, /r#"/y)
  if (raw !== undefined) return readRaw(reader)
  if (take(reader, /"/y) !== undefined) return readString(reader)
  const address = take(
    reader,
    /\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?|(?::|[\da-fA-F]{1,4}):[\da-fA-F:]*(?:\/\d{1,3})?/y,
  )
  if (address !== undefined) return addressOf(address, text, begin)
  const number = take(reader, /-?(?:0[0-7]+|0x[\da-fA-F]+|\d+)/y)
  if (number === undefined) throw expected(reader, 'rhs')
  return { type: 'Int', value: integerOf(number, text, begin) }
}

/** `r#"…"#` is a text without escapes. */
function readRaw(reader: Reader): Literal {
  const end = reader.text.indexOf('"#', reader.at)
  if (end === -1) {
    reader.at = reader.text.length
    throw expected(reader, 'rawstr_char')
  }
  const value = reader.text.slice(reader.at, end)
  reader.at = end + 2
  return { type: 'String', value }
}

const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', r: '\r', t: '\t' }

function readString(reader: Reader): Literal {
  const [written = ''] = /^(?:[^"\\]|\\["\\nrt])*/.exec(reader.text.slice(reader.at)) ?? []
  reader.at += written.length
  if (reader.text[reader.at] !== '"') throw expected(reader, 'str_esc', 'str_char')
  reader.at += 1
  return {
    type: 'String',
    value: written.replace(/\\(.)/g, (_whole, letter: string) => escapes[letter] ?? ''),
  }
}

function addressOf(written: string, text: string, begin: number): Literal {
  const wrong = (message: string) => failed(text, begin, begin + written.length, message)
  const [value = '', bits] = written.split('/')
  const family = isIP(value)
  if (family === 0) throw wrong(`invalid ${value.includes(':') ? 'IPv6' : 'IPv4'} address syntax`)
  if (bits === undefined) return { type: 'IpAddr', value }
  if (Number(bits) > (family === 4 ? 32 : 128)) throw wrong(`invalid length for network: ${bits} is too long`)
  return { type: 'IpCidr', value, bits: Number(bits) }
}

function integerOf(written: string, text: string, begin: number): number {
  const digits = written.replace('-', '')
  const plain = /^0[0-7]+$/.test(digits) ? `0o${digits}` : digits
  const value = BigInt(plain)
  if (value >= 2n ** 63n) {
    throw failed(text, begin, begin + written.length, 'number too large to fit in target type')
  }
  return Number(value) * (written.startsWith('-') ? -1 : 1)
}

function skipSpace(reader: Reader): void {
  while (/[ \t\r\n]/.test(reader.text[reader.at] ?? '')) reader.at += 1
}

/** Reads the next token if it matches; else undefined. */
function take(reader: Reader, pattern: RegExp): string | undefined {
  const begin = reader.at
  skipSpace(reader)
  pattern.lastIndex = reader.at
  const found = pattern.exec(reader.text)?.[0]
  reader.at = found === undefined ? begin : reader.at + found.length
  return found
}

function expected(reader: Reader, ...rules: readonly string[]): ExpressionError {
  const all = rules.length < 3 ? rules.join(' or ') : `${rules.slice(0, -1).join(', ')}, or ${rules.at(-1)}`
  skipSpace(reader)
  return failed(reader.text, reader.at, reader.at, `expected ${all}`)
}

/** In Kong's form: the line, with a mark below the wrong part. */
function failed(text: string, begin: number, end: number, message: string): ExpressionError {
  const before = text.slice(0, begin).split('\n')
  const line = before.length
  const column = [...(before.at(-1) ?? '')].length
  const shown = text.split('\n')[line - 1] ?? ''
  const margin = ' '.repeat(String(line).length)
  const mark = end > begin + 1 ? `^${'-'.repeat(end - begin - 2)}^` : '^---'
  return new ExpressionError(
    [
      `${margin}--> ${line}:${column + 1}`,
      `${margin} |`,
      `${line} | ${shown}`,
      `${margin} | ${' '.repeat(column)}${mark}`,
      `${margin} |`,
      `${margin} = ${message}`,
    ].join('\n'),
  )
}
