/**
 * Whether code is Lua: a parser without output that reports, in LuaJIT's words, the first error. Plugins with
 * Lua code (pre-function, custom fields of log plugins) refuse code that Kong could not load. Nothing runs.
 */
import { createLabels } from './labels.ts'
import { LuaError, type Word, wordsOf } from './lexer.ts'
import { binary, unaryStrength } from './operators.ts'

/** How LuaJIT names a chunk by its text: its first line, 45 bytes at most where more follows. */
function chunkName(code: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the name ends at the first of them
  const [start = ''] = /^[^\x00-\x1f]{0,48}/.exec(code) ?? []
  return `[string "${start.length === code.length ? code : `${start.slice(0, 45)}...`}"]`
}

/** @returns LuaJIT's error, such as `[string "x("]:1: unexpected symbol near '<eof>'`; undefined for Lua */
export function luaProblem(code: string): string | undefined {
  try {
    parse(code)
    return undefined
  } catch (error) {
    if (error instanceof LuaError) return `${chunkName(code)}:${error.message}`
    // Code that is nested deeper than we can follow is more than Lua takes, too.
    if (error instanceof RangeError) return `${chunkName(code)}:1: chunk has too many syntax levels`
    throw error
  }
}

const blockEnds = new Set(['else', 'elseif', 'end', '<eof>', 'until'])
const constants = new Set(['<number>', '<string>', 'nil', 'true', 'false'])
const unary = new Set(['not', '-', '#'])

interface Body {
  readonly vararg: boolean
  loops: number
}

/** @throws LuaError */
function parse(code: string): void {
  const words = wordsOf(code)
  let word: Word = words.next().value
  let following: Word | undefined
  let body: Body = { vararg: true, loops: 0 }
  const labels = createLabels()

  const next = (): void => {
    word = following ?? words.next().value
    following = undefined
  }
  const ahead = (): Word => {
    following ??= words.next().value
    return following
  }
  const fail = (problem: string): never => {
    throw new LuaError(word.line, problem, word.text)
  }
  const expected = (type: string): never => fail(`'${type}' expected`)
  const accept = (type: string): boolean => {
    if (word.type !== type) return false
    next()
    return true
  }
  const demand = (type: string): void => {
    if (!accept(type)) expected(type)
  }
  /** What closes something that was opened at a line. */
  const close = (type: string, opened: string, line: number): void => {
    if (accept(type)) return
    if (word.line === line) expected(type)
    fail(`'${type}' expected (to close '${opened}' at line ${line})`)
  }

  const nameHere = (): string => {
    const { text } = word
    demand('<name>')
    return text
  }

  const chunk = (): void =>
    labels.block(() => {
      let isLast = false
      while (!isLast && !blockEnds.has(word.type)) {
        isLast = statement()
        accept(';')
      }
    })
  const loop = (inside: () => void): void => {
    body.loops++
    inside()
    body.loops--
  }

  /** @returns whether nothing may follow it in its block */
  function statement(): boolean {
    const { type, line } = word
    const known = statements[type]
    if (known === undefined) {
      callOrAssignment()
      return false
    }
    next()
    return known(line) === true
  }

  const statements: Readonly<Record<string, (line: number) => unknown>> = {
    ';': () => undefined,
    if: line => {
      const branch = () => {
        expression()
        demand('then')
        chunk()
      }
      branch()
      while (accept('elseif')) branch()
      if (accept('else')) chunk()
      close('end', 'if', line)
    },
    while: line => {
      expression()
      demand('do')
      loop(chunk)
      close('end', 'while', line)
    },
    do: line => {
      chunk()
      close('end', 'do', line)
    },
    for: line => {
      demand('<name>')
      if (accept('=')) {
        expression()
        demand(',')
        expression()
        if (accept(',')) expression()
      } else if (word.type === ',' || word.type === 'in') {
        while (accept(',')) demand('<name>')
        demand('in')
        expressions()
      } else fail("'=' or 'in' expected")
      demand('do')
      loop(chunk)
      close('end', 'for', line)
    },
    repeat: line => {
      loop(chunk)
      close('until', 'repeat', line)
      expression()
    },
    function: line => {
      demand('<name>')
      while (accept('.')) demand('<name>')
      if (accept(':')) demand('<name>')
      functionBody(line)
    },
    local: line => {
      if (accept('function')) {
        demand('<name>')
        return functionBody(line)
      }
      do demand('<name>')
      while (accept(','))
      if (accept('=')) expressions()
      return undefined
    },
    return: () => {
      if (!blockEnds.has(word.type) && word.type !== ';') expressions()
      return true
    },
    break: line => {
      if (body.loops === 0) throw new LuaError(line, 'no loop to break')
    },
    '::': line => {
      labels.label(nameHere(), line)
      demand('::')
    },
    goto: line => labels.jump(nameHere(), line),
  }

  function callOrAssignment(): void {
    let kind = primary()
    if (kind === 'call') return
    while (kind === 'place' && accept(',')) kind = primary()
    if (kind !== 'place') fail('syntax error')
    demand('=')
    expressions()
  }

  /** @returns what it is: only a place can be assigned to, only a call stands for itself */
  function primary(): 'call' | 'place' | 'value' {
    const { line } = word
    let kind: 'call' | 'place' | 'value' = 'place'
    if (accept('(')) {
      expression()
      close(')', '(', line)
      kind = 'value'
    } else if (!accept('<name>')) fail('unexpected symbol')
    for (;;) {
      if (accept('.')) demand('<name>')
      else if (word.type === '[') bracket()
      else if (accept(':')) {
        demand('<name>')
        callArguments()
        kind = 'call'
        continue
      } else if (word.type === '(' || word.type === '{' || word.type === '<string>') {
        callArguments()
        kind = 'call'
        continue
      } else return kind
      kind = 'place'
    }
  }

  function bracket(): void {
    next()
    expression()
    demand(']')
  }

  function callArguments(): void {
    const { type, line } = word
    if (type === '{') table()
    else if (!accept('<string>')) {
      if (!accept('(')) fail('function arguments expected')
      if (word.type !== ')') expressions()
      close(')', '(', line)
    }
  }

  function expressions(): void {
    do expression()
    while (accept(','))
  }

  function expression(limit = 0): void {
    if (unary.has(word.type)) {
      next()
      expression(unaryStrength)
    } else simple()
    for (;;) {
      const [left, right] = binary[word.type] ?? [0, 0]
      if (left <= limit) return
      next()
      expression(right)
    }
  }

  function simple(): void {
    const { type, line } = word
    if (constants.has(type)) next()
    else if (type === '...') {
      if (!body.vararg) fail("cannot use '...' outside a vararg function")
      next()
    } else if (type === '{') table()
    else if (accept('function')) functionBody(line)
    else primary()
  }

  function table(): void {
    const { line } = word
    demand('{')
    while (word.type !== '}') {
      if (word.type === '[') {
        bracket()
        demand('=')
      } else if (word.type === '<name>' && ahead().type === '=') {
        next()
        next()
      }
      expression()
      if (!accept(',') && !accept(';')) break
    }
    close('}', '{', line)
  }

  function functionBody(line: number): void {
    const outer = body
    demand('(')
    body = { vararg: parameters(), loops: 0 }
    demand(')')
    labels.body(chunk)
    close('end', 'function', line)
    body = outer
  }

  function parameters(): boolean {
    if (word.type === ')') return false
    do {
      if (accept('...')) return true
      if (!accept('<name>')) fail("<name> or '...' expected")
    } while (accept(','))
    return false
  }

  labels.body(chunk)
  if (word.type !== '<eof>') expected('<eof>')
}
