/** Lua's expressions: read and checked, without output. Each function throws a `LuaError`. */
import { binary, unaryStrength } from './operators.ts'
import type { Parser } from './parser.ts'

const constants = new Set(['<number>', '<string>', 'nil', 'true', 'false'])
const unary = new Set(['not', '-', '#'])

export function readExpressions(parser: Parser): void {
  do readExpression(parser)
  while (parser.words.accept(','))
}

/** @param limit operators that hold no stronger than this end the expression */
export function readExpression(parser: Parser, limit = 0): void {
  const { words } = parser
  if (unary.has(words.word.type)) {
    words.next()
    readExpression(parser, unaryStrength)
  } else readSimpleExpression(parser)
  for (;;) {
    const [left, right] = binary[words.word.type] ?? [0, 0]
    if (left <= limit) return
    words.next()
    readExpression(parser, right)
  }
}

function readSimpleExpression(parser: Parser): void {
  const { words } = parser
  const { type, line } = words.word
  if (constants.has(type)) words.next()
  else if (type === '...') readVararg(parser)
  else if (type === '{') readTable(parser)
  else if (words.accept('function')) readFunctionBody(parser, line)
  else readSuffixedExpression(parser)
}

function readVararg({ words, scope }: Parser): void {
  if (!scope.isVararg) words.fail("cannot use '...' outside a vararg function")
  words.next()
}

/** The kind of an expression with suffixes: a variable can be assigned, a call can be a statement. */
export type Suffixed = 'variable' | 'call' | 'value'

/** `name`, `(expression)`, and any of `.name`, `[expression]`, `:name(…)`, `(…)` after it. */
export function readSuffixedExpression(parser: Parser): Suffixed {
  let kind = readPrefix(parser)
  for (;;) {
    const next = readSuffix(parser)
    if (next === undefined) return kind
    kind = next
  }
}

function readPrefix(parser: Parser): Suffixed {
  const { words } = parser
  const { line } = words.word
  if (words.accept('<name>')) return 'variable'
  if (!words.accept('(')) words.fail('unexpected symbol')
  readExpression(parser)
  words.close(')', '(', line)
  return 'value'
}

/** @returns what the expression is with it; undefined where none follows */
function readSuffix(parser: Parser): Suffixed | undefined {
  const { words } = parser
  switch (words.word.type) {
    case '.':
      words.next()
      words.demand('<name>')
      return 'variable'
    case '[':
      readIndex(parser)
      return 'variable'
    case ':':
      words.next()
      words.demand('<name>')
      readArguments(parser)
      return 'call'
    case '(':
    case '{':
    case '<string>':
      readArguments(parser)
      return 'call'
    default:
      return undefined
  }
}

function readIndex(parser: Parser): void {
  parser.words.demand('[')
  readExpression(parser)
  parser.words.demand(']')
}

function readArguments(parser: Parser): void {
  const { words } = parser
  const { type, line } = words.word
  if (type === '{') readTable(parser)
  else if (!words.accept('<string>')) {
    if (!words.accept('(')) words.fail('function arguments expected')
    if (words.word.type !== ')') readExpressions(parser)
    words.close(')', '(', line)
  }
}

function readTable(parser: Parser): void {
  const { words } = parser
  const { line } = words.word
  words.demand('{')
  while (words.word.type !== '}') {
    readTableKey(parser)
    readExpression(parser)
    if (!words.accept(',') && !words.accept(';')) break
  }
  words.close('}', '{', line)
}

/** `[expression] =`, `name =`, or nothing. */
function readTableKey(parser: Parser): void {
  const { words } = parser
  if (words.word.type === '[') {
    readIndex(parser)
    words.demand('=')
  } else if (words.word.type === '<name>' && words.ahead().type === '=') {
    words.next()
    words.next()
  }
}

/** @param line of its `function` */
export function readFunctionBody(parser: Parser, line: number): void {
  const { words, labels, scope: outer } = parser
  words.demand('(')
  parser.scope = { isVararg: readParameters(parser), loops: 0 }
  words.demand(')')
  labels.body(parser.block)
  words.close('end', 'function', line)
  parser.scope = outer
}

/** @returns whether `...` is the last of them */
function readParameters({ words }: Parser): boolean {
  if (words.word.type === ')') return false
  do {
    if (words.accept('...')) return true
    if (!words.accept('<name>')) words.fail("<name> or '...' expected")
  } while (words.accept(','))
  return false
}
