/**
 * The patterns that mean the same in JavaScript, PCRE and Rust: characters, `.`, `\d \w \s`, sets, groups,
 * alternatives and repetition. What any of the three reads otherwise (`a++`, `[[:alpha:]]`, `a{,3}`,
 * look-around) makes no tree.
 */
import {
  anyCharacter,
  type CharacterSet,
  classEscape,
  type Dialect,
  escapedCharacter,
  oneCharacter,
  readSet,
} from './plain-sets.ts'

export type PlainNode =
  | { readonly is: 'set'; readonly set: CharacterSet }
  | { readonly is: 'begin' | 'end' | 'boundary'; readonly source: string }
  | { readonly is: 'sequence' | 'choice'; readonly parts: readonly PlainNode[] }
  | { readonly is: 'group'; readonly inner: PlainNode; readonly name?: string; readonly isCapturing: boolean }
  | Repeat

export interface Repeat {
  readonly is: 'repeat'
  readonly inner: PlainNode
  readonly min: number
  readonly max: number
  readonly isLazy: boolean
}

export interface PlainTree {
  readonly root: PlainNode
  readonly ignoresCase: boolean
}

/** Thrown where a pattern is not plain. */
class NotPlain extends Error {}

/** Rust refuses programs of more than 10 MB: `\w{1000}` is one. */
const mostRepetitions = 100
const deepest = 50

/** A place in a pattern; it is moved on by what reads there. */
interface Reader {
  readonly text: string
  readonly dialect: Dialect
  readonly ignoresCase: boolean
  readonly names: string[]
  at: number
  depth: number
  /** How many more repetitions may be written out. */
  repetitions: number
}

/**
 * @param pattern for PCRE a character for each byte
 * @returns undefined where the pattern is not plain
 */
export function parsePlain(pattern: string, dialect: Dialect): PlainTree | undefined {
  const [, begin = '', flags] = /^(\^?)(\(\?i\))?/.exec(pattern) ?? []
  const ignoresCase = flags !== undefined
  const text = ignoresCase ? begin + pattern.slice(begin.length + flags.length) : pattern
  const names: string[] = []
  const reader = { text, dialect, ignoresCase, names, at: 0, depth: 0, repetitions: mostRepetitions }
  try {
    const root = readChoice(reader)
    return reader.at < text.length ? undefined : { root, ignoresCase }
  } catch (error) {
    if (error instanceof NotPlain) return undefined
    throw error
  }
}

function readChoice(reader: Reader): PlainNode {
  const parts = [readSequence(reader)]
  while (reader.text[reader.at] === '|') {
    reader.at += 1
    parts.push(readSequence(reader))
  }
  const [first] = parts
  return parts.length === 1 && first !== undefined ? first : { is: 'choice', parts }
}

function readSequence(reader: Reader): PlainNode {
  const parts: PlainNode[] = []
  while (reader.depth === 0 && reader.text[reader.at] === '^') {
    reader.at += 1
    parts.push({ is: 'begin', source: '^' })
  }
  for (let next = reader.text[reader.at]; next !== undefined && next !== '|' && next !== ')'; ) {
    parts.push(readRepeated(reader))
    next = reader.text[reader.at]
  }
  return { is: 'sequence', parts }
}

function readRepeated(reader: Reader): PlainNode {
  const inner = readOne(reader)
  const repetition = /(?:([*+?])|\{(\d{1,3})(,?)(\d{0,3})\})(\??)/y
  repetition.lastIndex = reader.at
  const found = repetition.exec(reader.text)
  if (found === null) return inner
  reader.at = repetition.lastIndex
  if (/[*+?{]/.test(reader.text[reader.at] ?? '')) throw new NotPlain()
  if (inner.is !== 'set' && inner.is !== 'group') throw new NotPlain()
  const [, sign, least, comma, most, lazy] = found
  const [min, max] = boundsOf(
    sign,
    Number(least),
    comma !== '' && most === '' ? Infinity : Number(most || least),
  )
  const written = Math.max(min, max === Infinity ? 0 : max)
  reader.repetitions -= written > 1 ? written : 0
  if (reader.repetitions < 0 || max < min || max === 0) throw new NotPlain()
  return { is: 'repeat', inner, min, max, isLazy: lazy === '?' }
}

function boundsOf(sign: string | undefined, least: number, most: number): readonly [number, number] {
  if (sign === '?') return [0, 1]
  return sign === undefined ? [least, most] : [sign === '+' ? 1 : 0, Infinity]
}

function readOne(reader: Reader): PlainNode {
  const { text, dialect, ignoresCase } = reader
  const character = String.fromCodePoint(text.codePointAt(reader.at) ?? 0)
  if (character === '(') return readGroup(reader)
  if (character === '[') {
    const found = readSet(text, reader.at, dialect, ignoresCase)
    if (found === undefined) throw new NotPlain()
    reader.at = found.end
    return { is: 'set', set: found.set }
  }
  if (character === '\\') return readEscape(reader)
  reader.at += character.length
  if (character === '$') return { is: 'end', source: dialect === 'pcre' ? '(?=\\n?$)' : '$' }
  if (character === '.') return { is: 'set', set: anyCharacter }
  if ('*+?{^'.includes(character)) throw new NotPlain()
  // JavaScript has other rules for the case of letters beyond ASCII.
  if (ignoresCase && character > '\x7f') throw new NotPlain()
  return { is: 'set', set: oneCharacter(character, ignoresCase) }
}

function readGroup(reader: Reader): PlainNode {
  const opening = /\((?:\?:|\?P?<([A-Za-z_][A-Za-z0-9_]{0,30})>|(?![?*]))/y
  opening.lastIndex = reader.at
  const [whole, name] = opening.exec(reader.text) ?? []
  if (whole === undefined || reader.depth === deepest) throw new NotPlain()
  if (name !== undefined && reader.names.includes(name)) throw new NotPlain()
  if (name !== undefined) reader.names.push(name)
  reader.at = opening.lastIndex
  reader.depth += 1
  const inner = readChoice(reader)
  reader.depth -= 1
  if (reader.text[reader.at] !== ')') throw new NotPlain()
  reader.at += 1
  return { is: 'group', inner, isCapturing: whole !== '(?:', ...(name !== undefined && { name }) }
}

function readEscape(reader: Reader): PlainNode {
  const letter = reader.text[reader.at + 1] ?? ''
  reader.at += 2
  if (letter === 'b' || letter === 'B') return { is: 'boundary', source: `\\${letter}` }
  const set = classEscape(letter, reader.dialect)
  if (set !== undefined) return { is: 'set', set }
  const character = escapedCharacter(letter)
  if (character === undefined) throw new NotPlain()
  return { is: 'set', set: oneCharacter(character, reader.ignoresCase) }
}
