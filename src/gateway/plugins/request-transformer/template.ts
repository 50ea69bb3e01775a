/**
 * Templates of request-transformer: text with `$(…)` in it. Kong runs what is inside as Lua; here it is the part of Lua that its documentation
 * shows: `headers.x`, `query_params["x"]`, `uri_captures.x`, `uri_captures[1]`, `type(…)`, texts and numbers, `or`, `and`, `not`, `..`, `==`, `~=`.
 */
import { capturesOf } from '../../proxy/captures.ts'
import { type Exchange, headersOf } from '../../proxy/exchange.ts'
import { parseArguments } from '../lua-args.ts'

/** What an expression can come to: Lua's nil is undefined, what is there several times a list. */
type Value = string | number | boolean | readonly string[] | undefined

type Expression = (exchange: Exchange) => Value

export type Template = (exchange: Exchange) => string

/** @throws SyntaxError where a `$(…)` is more Lua than is known here */
export function compileTemplate(text: string): Template {
  const parts = partsOf(text).map(part =>
    'text' in part ? () => part.text : shown(compile(part.expression)),
  )
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  return exchange => parts.map(part => part(exchange)).join('')
}

const shown =
  (expression: Expression): Template =>
  exchange =>
    String(expression(exchange) ?? '')

type Part = { readonly text: string } | { readonly expression: string }

/** Parentheses inside belong to it as long as they are in pairs. */
function partsOf(text: string): Part[] {
  const parts: Part[] = []
  let rest = text
  for (;;) {
    const at = rest.indexOf('$(')
    const end = at === -1 ? -1 : closing(rest, at + 1)
    if (end === -1) return [...parts, { text: rest }]
    if (at > 0) parts.push({ text: rest.slice(0, at) })
    parts.push({ expression: rest.slice(at + 2, end) })
    rest = rest.slice(end + 1)
    if (rest === '') return parts
  }
}

function closing(text: string, from: number): number {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    if (text[at] === '(') depth += 1
    else if (text[at] === ')') depth -= 1
    if (depth === 0) return at
  }
  return -1
}

const token =
  /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(\.\.|==|~=|[()[\].]))/y

type Token = { readonly kind: 'text' | 'number' | 'word' | 'sign'; readonly text: string }

function tokensOf(source: string): Token[] {
  const tokens: Token[] = []
  token.lastIndex = 0
  while (source.slice(token.lastIndex).trim() !== '') {
    const at = token.lastIndex
    const match = token.exec(source)
    if (match === null) throw new SyntaxError(`'${source.slice(at).trim()}' is not known here`)
    const [, text, number, word, sign] = match
    if (text !== undefined) tokens.push({ kind: 'text', text: text.slice(1, -1).replace(/\\(.)/g, '$1') })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word })
    else tokens.push({ kind: 'sign', text: sign ?? '' })
  }
  return tokens
}

const isTrue = (value: Value): boolean => value !== undefined && value !== false

/** Lua's operators, those that bind least first. */
const operators: readonly Readonly<Record<string, (left: Expression, right: Expression) => Expression>>[] = [
  {
    or: (left, right) => exchange => {
      const value = left(exchange)
      return isTrue(value) ? value : right(exchange)
    },
  },
  {
    and: (left, right) => exchange => {
      const value = left(exchange)
      return isTrue(value) ? right(exchange) : value
    },
  },
  {
    '==': (left, right) => exchange => left(exchange) === right(exchange),
    '~=': (left, right) => exchange => left(exchange) !== right(exchange),
  },
  { '..': (left, right) => exchange => `${left(exchange) ?? ''}${right(exchange) ?? ''}` },
]

function compile(source: string): Expression {
  const tokens = tokensOf(source)
  let at = 0
  const fail = (): never => {
    throw new SyntaxError(`$(${source}) is more Lua than is known here`)
  }
  const next = (): Token => tokens[at++] ?? fail()
  const takes = (text: string): boolean => {
    const found = tokens[at]
    if (found === undefined || found.text !== text || found.kind === 'text') return false
    at += 1
    return true
  }
  const expect = (text: string): void => {
    if (!takes(text)) fail()
  }
  const binary = (level: number): Expression => {
    const known = operators[level]
    if (known === undefined) return unary()
    let left = binary(level + 1)
    for (;;) {
      const name = Object.keys(known).find(takes)
      const make = name === undefined ? undefined : known[name]
      if (make === undefined) return left
      left = make(left, binary(level + 1))
    }
  }
  const unary = (): Expression => {
    if (!takes('not')) return primary()
    const of = unary()
    return exchange => !isTrue(of(exchange))
  }
  const primary = (): Expression => {
    const { kind, text } = next()
    if (kind === 'text') return () => text
    if (kind === 'number') return () => Number(text)
    if (kind === 'sign') {
      if (text !== '(') fail()
      const inner = binary(0)
      expect(')')
      return inner
    }
    const constants: Readonly<Record<string, Value>> = { nil: undefined, true: true, false: false }
    if (text in constants) return () => constants[text]
    if (text === 'type' && takes('(')) {
      const of = binary(0)
      expect(')')
      return exchange => typeName(of(exchange))
    }
    const table = tables[text]
    if (table !== undefined) return member(table)
    // What nobody knows is nil, as long as nothing is wanted of it.
    return ['.', '[', '('].some(takes) ? fail() : () => undefined
  }
  const member = (table: Table): Expression => {
    if (takes('.')) {
      const { kind, text } = next()
      return kind === 'word' ? exchange => table(exchange, text) : fail()
    }
    expect('[')
    const { kind, text } = next()
    if (kind !== 'text' && kind !== 'number') fail()
    expect(']')
    return exchange => table(exchange, text)
  }
  const whole = binary(0)
  return at === tokens.length ? whole : fail()
}

function typeName(value: Value): string {
  if (value === undefined) return 'nil'
  return Array.isArray(value) ? 'table' : typeof value
}

type Table = (exchange: Exchange, name: string) => Value

/** Undefined where there is none, a list where there are several. */
const several = (values: readonly string[]): Value => (values.length > 1 ? values : values[0])

const tables: Readonly<Record<string, Table>> = {
  // As nginx's table of headers does, underscores find hyphens.
  headers: ({ headers }, name) =>
    several(headersOf(headers, name)) ?? several(headersOf(headers, name.replaceAll('_', '-'))),
  query_params: ({ query }, name) => {
    const value = parseArguments(query ?? '').get(name)
    return Array.isArray(value) ? value.map(String) : value
  },
  uri_captures: (exchange, name) => {
    const { named, unnamed } = capturesOf(exchange)
    return /^\d+$/.test(name) ? unnamed[Number(name) - 1] : named[name]
  },
  /** Plugins that put something there are not run. */
  shared: () => undefined,
}
