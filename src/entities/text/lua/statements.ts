/** Lua's statements, one function each: read and checked, without output. Each throws a `LuaError`. */
import { readExpression, readExpressions, readFunctionBody, readSuffixedExpression } from './expressions.ts'
import type { Parser } from './parser.ts'
import { LuaError } from './source.ts'

const blockEnds = new Set(['else', 'elseif', 'end', '<eof>', 'until'])

/** Statements up to the word that ends their block; none may follow `return`. */
export function readBlock(parser: Parser): void {
  const { words, labels } = parser
  labels.block(() => {
    while (!blockEnds.has(words.word.type)) {
      const isLast = words.word.type === 'return'
      readStatement(parser)
      words.accept(';')
      if (isLast) return
    }
  })
}

function readStatement(parser: Parser): void {
  const { type, line } = parser.words.word
  const read = statements[type]
  if (read === undefined) readCallOrAssignment(parser)
  else {
    parser.words.next()
    read(parser, line)
  }
}

/** Reads the rest of a statement after its first word. @param line of that word */
type ReadStatement = (parser: Parser, line: number) => void

const statements: Readonly<Record<string, ReadStatement>> = {
  ';': () => {},
  '::': readLabel,
  break: readBreak,
  do: readDo,
  for: readFor,
  function: readFunction,
  goto: readGoto,
  if: readIf,
  local: readLocal,
  repeat: readRepeat,
  return: readReturn,
  while: readWhile,
}

function readIf(parser: Parser, line: number): void {
  const { words } = parser
  do {
    readExpression(parser)
    words.demand('then')
    parser.block()
  } while (words.accept('elseif'))
  if (words.accept('else')) parser.block()
  words.close('end', 'if', line)
}

function readWhile(parser: Parser, line: number): void {
  readExpression(parser)
  parser.words.demand('do')
  readLoopBlock(parser)
  parser.words.close('end', 'while', line)
}

function readDo(parser: Parser, line: number): void {
  parser.block()
  parser.words.close('end', 'do', line)
}

function readFor(parser: Parser, line: number): void {
  const { words } = parser
  words.demand('<name>')
  if (words.accept('=')) readRange(parser)
  else if (words.word.type === ',' || words.word.type === 'in') readIterator(parser)
  else words.fail("'=' or 'in' expected")
  words.demand('do')
  readLoopBlock(parser)
  words.close('end', 'for', line)
}

/** `for i =` begin, end, step. */
function readRange(parser: Parser): void {
  readExpression(parser)
  parser.words.demand(',')
  readExpression(parser)
  if (parser.words.accept(',')) readExpression(parser)
}

/** `for k` more names `in` expressions. */
function readIterator(parser: Parser): void {
  while (parser.words.accept(',')) parser.words.demand('<name>')
  parser.words.demand('in')
  readExpressions(parser)
}

function readRepeat(parser: Parser, line: number): void {
  readLoopBlock(parser)
  parser.words.close('until', 'repeat', line)
  readExpression(parser)
}

function readLoopBlock(parser: Parser): void {
  parser.scope.loops++
  parser.block()
  parser.scope.loops--
}

function readBreak({ scope }: Parser, line: number): void {
  if (scope.loops === 0) throw new LuaError(line, 'no loop to break')
}

function readFunction(parser: Parser, line: number): void {
  const { words } = parser
  words.demand('<name>')
  while (words.accept('.')) words.demand('<name>')
  if (words.accept(':')) words.demand('<name>')
  readFunctionBody(parser, line)
}

function readLocal(parser: Parser, line: number): void {
  if (parser.words.accept('function')) readLocalFunction(parser, line)
  else readLocalVariables(parser)
}

function readLocalFunction(parser: Parser, line: number): void {
  parser.words.demand('<name>')
  readFunctionBody(parser, line)
}

function readLocalVariables(parser: Parser): void {
  do parser.words.demand('<name>')
  while (parser.words.accept(','))
  if (parser.words.accept('=')) readExpressions(parser)
}

function readReturn(parser: Parser): void {
  const { type } = parser.words.word
  if (!blockEnds.has(type) && type !== ';') readExpressions(parser)
}

function readLabel({ words, labels }: Parser, line: number): void {
  labels.label(words.demandName(), line)
  words.demand('::')
}

function readGoto({ words, labels }: Parser, line: number): void {
  labels.jump(words.demandName(), line)
}

function readCallOrAssignment(parser: Parser): void {
  const { words } = parser
  let kind = readSuffixedExpression(parser)
  if (kind === 'call') return
  while (kind === 'variable' && words.accept(',')) kind = readSuffixedExpression(parser)
  if (kind !== 'variable') words.fail('syntax error')
  words.demand('=')
  readExpressions(parser)
}
