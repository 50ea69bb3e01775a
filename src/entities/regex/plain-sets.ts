/**
 * Sets of characters in plain patterns: as bits, to see which have a character in common, and as JavaScript
 * writes them.
 */

/** PCRE's texts are bytes here, Rust's are characters: what `\w` and `.` are beyond ASCII. */
export type Dialect = 'pcre' | 'rust'

export interface CharacterSet {
  /**
   * A bit for each character of ASCII, and one each for all other digits, other letters, other space, and the
   * rest.
   */
  readonly bits: bigint
  /** In JavaScript without flags: for bytes, and for texts in ASCII. */
  readonly source: string
  /** In JavaScript with the flag `u`, where `\w` has the letters of all alphabets. */
  readonly wide: string
  /** Whether the set is a class: `.`, `\w`, `[^a]`. */
  readonly isClass: boolean
}

const bitsOfRange = (from: string, to: string): bigint =>
  (1n << BigInt(to.charCodeAt(0) + 1)) - (1n << BigInt(from.charCodeAt(0)))

const everything = (1n << 132n) - 1n
const beyondAscii = everything & ~((1n << 128n) - 1n)
const other = { digit: 1n << 128n, letter: 1n << 129n, space: 1n << 130n }
const digits = bitsOfRange('0', '9')
const words = digits | bitsOfRange('A', 'Z') | bitsOfRange('a', 'z') | bitsOfRange('_', '_')
const spaces = bitsOfRange('\t', '\r') | bitsOfRange(' ', ' ')

interface ClassEscape {
  readonly bits: bigint
  /** What more it has in Rust. */
  readonly more: bigint
  readonly source: string
  readonly wide: string
}

const classEscapes: Readonly<Record<string, ClassEscape>> = {
  d: { bits: digits, more: other.digit, source: '0-9', wide: '\\p{Nd}' },
  w: {
    bits: words,
    more: other.digit | other.letter,
    source: '\\w',
    wide: '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}',
  },
  s: { bits: spaces, more: other.space, source: '\\t-\\r ', wide: '\\p{White_Space}' },
}

export const anyCharacter: CharacterSet = {
  bits: everything & ~bitsOfRange('\n', '\n'),
  source: '[^\\n]',
  wide: '[^\\n]',
  isClass: true,
}

/** `\d`, `\W`, …; undefined for other letters. */
export function classEscape(letter: string, dialect: Dialect): CharacterSet | undefined {
  const found = classEscapes[letter.toLowerCase()]
  if (found === undefined) return undefined
  const bits = dialect === 'pcre' ? found.bits : found.bits | found.more
  const isNegated = letter !== letter.toLowerCase()
  const not = isNegated ? '^' : ''
  return {
    bits: isNegated ? everything & ~bits : bits,
    source: `[${not}${found.source}]`,
    wide: `[${not}${found.wide}]`,
    isClass: true,
  }
}

const written: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
}
const quoted = (character: string): string =>
  written[character] ?? character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&')

export function oneCharacter(character: string, ignoresCase: boolean): CharacterSet {
  const source = quoted(character)
  return { bits: bitsOf(character, character, ignoresCase), source, wide: source, isClass: false }
}

/** Without regard to case `k` is the Kelvin sign, too, and `s` the long s. */
function bitsOf(from: string, to: string, ignoresCase: boolean): bigint {
  if (from > '\x7f') return beyondAscii
  const bits = bitsOfRange(from, to)
  return ignoresCase && (bits & words) !== 0n ? bits | (words & ~digits) | other.letter : bits
}

const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' }

/** `.` for `\.`; undefined where an escape is no character, or not the same one for all. */
export const escapedCharacter = (letter: string): string | undefined =>
  controls[letter] ?? (/[\\^$.|?*+()[\]{}/\-~!@#%&=:;,"'`]/.test(letter) ? letter : undefined)

/** One member of a set, or the ends of a range. */
const member = /\\(.)|([^\\[\]\n])/suy

/**
 * @param text a pattern in which a set begins at `at`
 * @returns the set and where it ends; undefined where it is not plain
 */
export function readSet(
  text: string,
  at: number,
  dialect: Dialect,
  ignoresCase: boolean,
): { set: CharacterSet; end: number } | undefined {
  // Where it comes first, a bracket that closes is a member; `[:` begins what PCRE has in sets alone.
  const end = /\[(?:\^(?!\])|(?![\]^:.=]))((?:\\.|[^\\[\]])+)\]/suy
  end.lastIndex = at
  const [whole, members] = end.exec(text) ?? []
  // Rust subtracts and intersects sets with these.
  if (whole === undefined || members === undefined || /&&|--|~~/.test(members)) return undefined
  const read = readMembers(members, dialect, ignoresCase)
  if (read === undefined) return undefined
  const isNegated = whole.startsWith('[^')
  const not = isNegated ? '^' : ''
  const set = {
    bits: isNegated ? everything & ~read.bits : read.bits,
    source: `[${not}${read.source}]`,
    wide: `[${not}${read.wide}]`,
    isClass: isNegated || read.isClass,
  }
  return { set, end: at + whole.length }
}

function readMembers(text: string, dialect: Dialect, ignoresCase: boolean): CharacterSet | undefined {
  const read = { bits: 0n, source: '', wide: '', isClass: false }
  for (let at = 0; at < text.length; ) {
    const first = readMember(text, at, dialect)
    if (first === undefined || (ignoresCase && 'character' in first && first.character > '\x7f'))
      return undefined
    at = first.end
    if ('set' in first) {
      if (text[at] === '-' && at < text.length - 1) return undefined
      read.bits |= first.set.bits
      read.source += first.set.source.slice(1, -1)
      read.wide += first.set.wide.slice(1, -1)
      read.isClass = true
      continue
    }
    const last = text[at] === '-' ? readMember(text, at + 1, dialect) : undefined
    const from = first.character
    const to = last !== undefined && 'character' in last ? last.character : from
    if (last !== undefined) {
      if ('set' in last || !/^[A-Za-z0-9]{2}$/.test(from + to) || from > to) return undefined
      at = last.end
    }
    // A dash that is neither first nor last is read differently.
    else if (from === '-' && text[first.end - 2] !== '\\' && first.end !== 1 && at !== text.length)
      return undefined
    read.bits |= bitsOf(from, to, ignoresCase)
    const source = from === to ? quotedInSet(from) : `${from}-${to}`
    read.source += source
    read.wide += source
  }
  return read
}

const quotedInSet = (character: string): string => (character === '-' ? '\\-' : quoted(character))

type Member = ({ readonly character: string } | { readonly set: CharacterSet }) & { readonly end: number }

function readMember(text: string, at: number, dialect: Dialect): Member | undefined {
  member.lastIndex = at
  const [, letter, plain] = member.exec(text) ?? []
  const end = member.lastIndex
  if (plain !== undefined) return { character: plain, end }
  if (letter === undefined) return undefined
  const set = letter === letter.toLowerCase() ? classEscape(letter, dialect) : undefined
  if (set !== undefined) return { set, end }
  const character = escapedCharacter(letter)
  return character === undefined ? undefined : { character, end }
}
