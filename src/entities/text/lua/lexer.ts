/**
 * Splits Lua code into words, as LuaJIT does (5.1 with 5.2's additions, as in Kong's build). Invalid input
 * is a `LuaError` in LuaJIT's words. The parser checks the order of words.
 */
import { readQuotedText } from './quoted-text.ts'
import { LuaError, lookingAt, type Source, take } from './source.ts'

export interface Word {
  /** A keyword or sign as written, or `<name>`, `<string>`, `<number>`, `<eof>`. */
  readonly type: string
  /** How an error names it: names, strings and numbers by their text, escapes resolved. */
  readonly text: string
  /** The word as written. */
  readonly written: string
  readonly line: number
}

const keywords = new Set(
  'and break do else elseif end false for function goto if in local nil not or repeat return then true until while'.split(
    ' ',
  ),
)

const blank = /[ \t\v\f\r\n]+/y
const comment = /--(?!\[=*\[)[^\r\n]*/y
const longComment = /--(?=\[=*\[)/y
const name = /[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/y
const numberStart = /\.?\d/y
const numberText = /(?:[pP][+-]|[eE][+-]|[\w.])+/y
const number =
  /^(?:0x(?:[0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)(?:p[+-]?\d+)?|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?:u?ll|i)?$/i
const longBracket = /\[(=*)\[/y
const brokenBracket = /\[=+/y
const quote = /["']/y
const sign = /\.\.\.|\.\.|==|~=|<=|>=|::|[\s\S]/uy

/** @throws LuaError */
export function* wordsOf(code: string): Generator<Word, never> {
  const source: Source = { code, at: 0, line: 1 }
  for (;;) {
    skipBlanksAndComments(source)
    yield readWord(source)
  }
}

function skipBlanksAndComments(source: Source): void {
  for (;;) {
    const plain = lookingAt(source, blank) ?? lookingAt(source, comment)
    if (plain !== undefined) take(source, plain.length)
    else if (lookingAt(source, longComment) === undefined) return
    else {
      take(source, 2)
      readLongText(source, 'comment')
    }
  }
}

function readWord(source: Source): Word {
  const { code, at, line } = source
  const [type, text] = readTypeAndText(source)
  // Errors about a string of several lines name its last line.
  return { type, text, written: code.slice(at, source.at), line: type === '<string>' ? source.line : line }
}

function readTypeAndText(source: Source): readonly [type: string, text: string] {
  const text = lookingAt(source, name)
  if (text !== undefined) return [keywords.has(text) ? text : '<name>', take(source, text.length)]
  if (lookingAt(source, numberStart) !== undefined) return ['<number>', readNumber(source)]
  if (lookingAt(source, longBracket) !== undefined) return ['<string>', readLongText(source, 'string')]
  const broken = lookingAt(source, brokenBracket)
  if (broken !== undefined) throw new LuaError(source.line, 'invalid long string delimiter', broken)
  if (lookingAt(source, quote) !== undefined) return ['<string>', readQuotedText(source)]
  return readSign(source)
}

function readNumber(source: Source): string {
  const text = lookingAt(source, numberText) ?? ''
  if (!number.test(text)) throw new LuaError(source.line, 'malformed number', text)
  return take(source, text.length)
}

/** `[[…]]`, `[==[…]==]`. */
function readLongText(source: Source, what: 'comment' | 'string'): string {
  const opening = lookingAt(source, longBracket) ?? ''
  const closing = opening.replaceAll('[', ']')
  const end = source.code.indexOf(closing, source.at + opening.length)
  if (end !== -1) return take(source, end + closing.length - source.at)
  take(source, source.code.length - source.at)
  throw new LuaError(source.line, `unfinished long ${what}`, '<eof>')
}

function readSign(source: Source): readonly [type: string, text: string] {
  const text = lookingAt(source, sign)
  if (text === undefined) return ['<eof>', '<eof>']
  take(source, text.length)
  const code = text.charCodeAt(0)
  return [text, code < 0x20 || code === 0x7f ? `char(${code})` : text]
}
