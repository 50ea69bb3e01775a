/**
 * Lua's strings in quotes. An error names one as far as LuaJIT has read it: with its quote, its escapes
 * resolved.
 */
import { LuaError, lookingAt, type Source, take } from './source.ts'

const plain = /[^\\"'\r\n]+|["']/y
const simpleEscape = /\\(?:[abfnrtv\\"']|\r\n|\n\r|\r|\n)/y
const codeEscape = /\\(?:x[0-9A-Fa-f]{2}|u\{[0-9A-Fa-f]+\}|\d{1,3})/y
const skippingEscape = /\\z[ \t\v\f\r\n]*/y

const controls: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** @throws LuaError */
export function readQuotedText(source: Source): string {
  const quote = take(source, 1)
  let text = quote
  for (;;) {
    const character = source.code[source.at]
    if (character === undefined) throw new LuaError(source.line, 'unfinished string', '<eof>')
    if (character === '\n' || character === '\r') throw new LuaError(source.line, 'unfinished string', text)
    if (character === '\\') text += readEscape(source, text)
    else text += take(source, character === quote ? 1 : (lookingAt(source, plain) ?? '').length)
    if (character === quote) return text
  }
}

/** @param before what of its string was read already */
function readEscape(source: Source, before: string): string {
  const simple = lookingAt(source, simpleEscape)
  if (simple !== undefined) return meaningOf(take(source, simple.length).slice(1))
  const skipping = lookingAt(source, skippingEscape)
  if (skipping !== undefined) {
    take(source, skipping.length)
    return ''
  }
  const numbered = lookingAt(source, codeEscape) ?? ''
  const code = codeOf(numbered)
  if (code === undefined) throw new LuaError(source.line, 'invalid escape sequence', before)
  take(source, numbered.length)
  return String.fromCodePoint(code)
}

/** Every kind of line end becomes one `\n`. */
const meaningOf = (letter: string): string => controls[letter] ?? (/[\r\n]/.test(letter) ? '\n' : letter)

/** @returns undefined for an invalid escape, or an invalid number of a byte or character */
function codeOf(text: string): number | undefined {
  const [, byteInHex, character, byte] = /^(?:\\x(.+)|\\u\{(.+)\}|\\(\d+))$/.exec(text) ?? []
  if (byteInHex !== undefined) return Number.parseInt(byteInHex, 16)
  if (byte !== undefined) return Number(byte) <= 255 ? Number(byte) : undefined
  const code = Number.parseInt(character ?? '', 16)
  const isSurrogate = code >= 0xd800 && code < 0xe000
  return code <= 0x10ffff && !isSurrogate ? code : undefined
}
