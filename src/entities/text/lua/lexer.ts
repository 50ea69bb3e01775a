/**
 * Lua code as words, as LuaJIT reads it (5.1 with 5.2's additions, which Kong's build has). What is no Lua at
 * all is a `LuaError` in LuaJIT's words; how words may follow one another is `syntax.ts`'s.
 */

export interface Word {
  /** A keyword or sign as it is written, or `<name>`, `<string>`, `<number>`, `<eof>`. */
  readonly type: string
  /** How an error names it: names, strings and numbers by their text. */
  readonly text: string
  readonly line: number
}

/** What LuaJIT says of code, without the chunk's name: `1: unexpected symbol near '<eof>'`. */
export class LuaError extends Error {
  constructor(line: number, problem: string, near?: string) {
    super(near === undefined ? `${line}: ${problem}` : `${line}: ${problem} near '${near}'`)
    this.name = 'LuaError'
  }
}

const keywords = new Set(
  'and break do else elseif end false for function goto if in local nil not or repeat return then true until while'.split(
    ' ',
  ),
)

const escapes = /^\\(?:[abfnrtvz\\"'\n\r]|x[0-9A-Fa-f]{2}|u\{[0-9A-Fa-f]+\}|\d{1,3})/
const number =
  /^(?:0x(?:[0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)(?:p[+-]?\d+)?|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?:u?ll|i)?$/i
const sign = /^(?:\.\.\.|\.\.|==|~=|<=|>=|::|[\s\S])/u

/** @throws LuaError */
export function* wordsOf(code: string): Generator<Word, never> {
  let at = 0
  let line = 1
  const skip = (length: number): string => {
    const text = code.slice(at, at + length)
    line += text.split('\n').length - 1
    at += length
    return text
  }
  const fail = (problem: string, near: string): never => {
    throw new LuaError(line, problem, near)
  }
  /** `[[…]]`, `[==[…]==]`, from where it begins. */
  const longText = (what: string): string => {
    const [opening = '', level = ''] = /^\[(=*)\[/.exec(code.slice(at)) ?? []
    const end = code.indexOf(`]${level}]`, at + opening.length)
    if (end !== -1) return skip(end + level.length + 2 - at)
    skip(code.length - at)
    return fail(`unfinished long ${what}`, '<eof>')
  }
  const quotedText = (): string => {
    const quote = code[at]
    let end = at + 1
    while (code[end] !== quote) {
      const character = code[end]
      const written = code.slice(at, end)
      if (character === undefined) return fail('unfinished string', '<eof>')
      if (character === '\n' || character === '\r') return fail('unfinished string', written)
      const escaped = character === '\\' ? escapes.exec(code.slice(end)) : undefined
      if (escaped === null) return fail('invalid escape sequence', `${written}\\`)
      end += escaped?.[0].length ?? 1
      if (escaped?.[0] === '\\z') end += /^\s*/.exec(code.slice(end))?.[0].length ?? 0
    }
    return skip(end + 1 - at)
  }

  for (;;) {
    const rest = code.slice(at)
    const begun = { line }
    const blank = /^\s+/.exec(rest)
    const [comment] = /^--(?!\[=*\[)[^\n]*/.exec(rest) ?? []
    const [name] = /^[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/.exec(rest) ?? []
    if (rest === '') yield { type: '<eof>', text: '<eof>', line }
    else if (blank !== null) skip(blank[0].length)
    else if (comment !== undefined) skip(comment.length)
    else if (rest.startsWith('--')) {
      skip(2)
      longText('comment')
    } else if (name !== undefined) {
      skip(name.length)
      yield { type: keywords.has(name) ? name : '<name>', text: name, ...begun }
    } else if (/^\.?\d/.test(rest)) {
      const [text = ''] = /^(?:[pP][+-]|[eE][+-]|[\w.])+/.exec(rest) ?? []
      skip(text.length)
      if (!number.test(text)) fail('malformed number', text)
      yield { type: '<number>', text, line }
    } else if (/^\[=*\[/.test(rest)) {
      const text = longText('string')
      yield { type: '<string>', text, line }
    } else if (/^\[=/.test(rest)) fail('invalid long string delimiter', /^\[=+/.exec(rest)?.[0] ?? '')
    else if (/^["']/.test(rest)) {
      const text = quotedText()
      yield { type: '<string>', text, line }
    } else {
      const [text = ''] = sign.exec(rest) ?? []
      skip(text.length)
      const code = text.charCodeAt(0)
      yield { type: text, text: code < 0x20 || code === 0x7f ? `char(${code})` : text, line }
    }
  }
}
