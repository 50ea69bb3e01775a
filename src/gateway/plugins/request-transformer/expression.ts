/**
 * Expressions of Lua, as far as templates need them: names, texts, numbers, fields, operators, `type(…)`.
 * What is more than that is a SyntaxError when it is compiled; what Lua stumbles over while it runs (a field
 * of nil, nil in a sum) is an error then.
 */

import { type Word, wordsOf } from '../../../entities/text/lua/lexer.ts'
import { LuaError } from '../../../entities/text/lua/source.ts'
import { numeral } from '../kit/lua-json.ts'

/** Lua's nil is undefined. */
export type Value = string | number | boolean | undefined | Table

/** A Lua table with lookup by name. */
export interface Table {
  at(key: string | number): Value
}

/** The values of names; undefined for unknown names. */
export type Scope = (name: string) => Value

export type Expression = (scope: Scope) => Value

export function typeName(value: Value): string {
  if (value === undefined) return 'nil'
  return typeof value === 'object' ? 'table' : typeof value
}

const isTrue = (value: Value): boolean => value !== undefined && value !== false

const stumble = (what: string, value: Value): never => {
  throw new Error(`attempt to ${what} a ${typeName(value)} value`)
}

/** Texts that are numbers count as numbers. */
function numberOf(value: Value): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && !Number.isNaN(number)
    ? number
    : stumble('perform arithmetic on', value)
}

function joinable(value: Value): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? numeral(value) : stumble('concatenate', value)
}

function isLess(left: Value, right: Value): boolean {
  if (typeof left === 'number' && typeof right === 'number') return left < right
  if (typeof left === 'string' && typeof right === 'string') return left < right
  throw new Error(`attempt to compare ${typeName(left)} with ${typeName(right)}`)
}

type Operator = (left: Expression, right: Expression) => Expression

const eager =
  (join: (left: Value, right: Value) => Value): Operator =>
  (left, right) =>
  scope =>
    join(left(scope), right(scope))

const arithmetic = (join: (left: number, right: number) => number): Operator =>
  eager((left, right) => join(numberOf(left), numberOf(right)))

/** Lowest precedence first. */
const operators: readonly Readonly<Record<string, Operator>>[] = [
  {
    or: (left, right) => scope => {
      const value = left(scope)
      return isTrue(value) ? value : right(scope)
    },
  },
  {
    and: (left, right) => scope => {
      const value = left(scope)
      return isTrue(value) ? right(scope) : value
    },
  },
  {
    '==': eager((left, right) => left === right),
    '~=': eager((left, right) => left !== right),
    '<': eager(isLess),
    '>': eager((left, right) => isLess(right, left)),
    '<=': eager((left, right) => !isLess(right, left)),
    '>=': eager((left, right) => !isLess(left, right)),
  },
  { '..': eager((left, right) => joinable(left) + joinable(right)) },
  { '+': arithmetic((left, right) => left + right), '-': arithmetic((left, right) => left - right) },
  {
    '*': arithmetic((left, right) => left * right),
    '/': arithmetic((left, right) => left / right),
    '%': arithmetic((left, right) => left - Math.floor(left / right) * right),
  },
]

const prefixes: Readonly<Record<string, (value: Value) => Value>> = {
  not: value => !isTrue(value),
  '-': value => -numberOf(value),
}

/** Every bracket and operator is a call within another one: LuaJIT's own limit is 200 levels. */
const mostWords = 1000

/** @throws SyntaxError */
export function compileExpression(source: string): Expression {
  const words = readWords(source)
  let at = 0
  const fail = (): never => {
    throw new SyntaxError(`$(${source}) is more Lua than is known here`)
  }
  const next = (): Word => words[at++] ?? fail()
  const takes = (type: string): boolean => {
    if (words[at]?.type !== type) return false
    at += 1
    return true
  }
  const closedBy = (sign: string): Expression => {
    const inner = binary(0)
    return takes(sign) ? inner : fail()
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
    const change = prefixes[Object.keys(prefixes).find(takes) ?? '']
    if (change === undefined) return fields(primary())
    const of = unary()
    return scope => change(of(scope))
  }
  const primary = (): Expression => {
    const { type, text, written } = next()
    if (type === '<string>') return constant(unquoted(written) ?? fail())
    if (type === '<number>') return constant(Number(text))
    if (type === '(') return closedBy(')')
    if (type in constants) return constant(constants[type])
    if (type !== '<name>') return fail()
    if (text === 'type' && takes('(')) {
      const of = closedBy(')')
      return scope => typeName(of(scope))
    }
    return scope => scope(text)
  }
  const fields = (of: Expression): Expression => {
    if (takes('.')) {
      const { type, text } = next()
      return type === '<name>' ? fields(fieldOf(of, constant(text))) : fail()
    }
    return takes('[') ? fields(fieldOf(of, closedBy(']'))) : of
  }
  const whole = binary(0)
  return takes('<eof>') ? whole : fail()
}

const constants: Readonly<Record<string, Value>> = { nil: undefined, true: true, false: false }

const constant =
  (value: Value): Expression =>
  () =>
    value

const fieldOf =
  (of: Expression, key: Expression): Expression =>
  scope => {
    const table = of(scope)
    const name = key(scope)
    // Texts have no fields but functions, which are not known here.
    if (typeof table !== 'object') return typeof table === 'string' ? undefined : stumble('index', table)
    return typeof name === 'string' || typeof name === 'number' ? table.at(name) : undefined
  }

function readWords(source: string): Word[] {
  const words: Word[] = []
  try {
    for (const word of wordsOf(source)) {
      words.push(word)
      if (words.length > mostWords)
        throw new SyntaxError(`$(${source.slice(0, 40)}…) has more than ${mostWords} words`)
      if (word.type === '<eof>') break
    }
  } catch (error) {
    if (!(error instanceof LuaError)) throw error
    throw new SyntaxError(`$(${source}) is no Lua: ${error.message}`)
  }
  return words
}

/** The text in quotes; undefined for escapes of other characters, and for long strings. */
function unquoted(text: string): string | undefined {
  if (text.startsWith('[') || /\\[^"'\\]/.test(text)) return undefined
  return text.slice(1, -1).replace(/\\(.)/g, '$1')
}
