/**
 * PCRE's patterns, as Kong's traditional router and its plugins use them through nginx's `ngx.re`: in bytes,
 * bounded by a match limit.
 */
import { type Pcre2Pattern, pcre2 } from './pcre2-engine.ts'
import { type PlainPattern, plainPattern } from './plain.ts'
import { MatchLimitError, type Regex, type RegexMatch } from './regex.ts'

export interface PcreOptions {
  /** As with the flag `a` of `ngx.re`: matches begin at the start of the text. */
  readonly anchored?: boolean
  /** Kong 2.8's PCRE 8.45 instead of 3.9's PCRE2 10.44. */
  readonly isOld?: boolean
}

/**
 * @param pattern a character for each byte
 * @throws PatternError with PCRE2's own text
 * @example pcre('(?i)/a').test('/A') // true
 */
export function pcre(pattern: string, { anchored = false, isOld = false }: PcreOptions = {}): Regex {
  const plain = plainPattern(pattern, 'pcre', anchored)
  const compile = () =>
    pcre2()(isOld ? withOldBraces(pattern) : pattern, { anchored, fixedLookbehind: isOld })
  if (plain === undefined) return fromEngine(compile())
  let engine: Regex | undefined
  return withPlain(plain, () => {
    engine ??= fromEngine(compile())
    return engine
  })
}

/** PCRE 8 treats braces that are no repetition as text: `a{,3}`, `a{1, 2}`. */
function withOldBraces(pattern: string): string {
  const parts =
    /\\Q.*?(?:\\E|$)|\\[xopPgkN]\{[^}]*\}|\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]|\{(\d+(?:,\d*)?\})?/gs
  return pattern.replace(parts, (whole, repetition: string | undefined) =>
    whole === '{' && repetition === undefined ? '\\{' : whole,
  )
}

function fromEngine(pattern: Pcre2Pattern): Regex {
  return {
    test: text => {
      try {
        return pattern.exec(text) !== undefined
      } catch (error) {
        if (error instanceof MatchLimitError) return false
        throw error
      }
    },
    find: text => {
      const offsets = pattern.exec(text)
      return offsets && text.slice(offsets[0], offsets[1])
    },
    match: text => {
      const offsets = pattern.exec(text)
      return offsets && matchOf(text, offsets, pattern.names)
    },
  }
}

function matchOf(text: string, offsets: readonly number[], names: Pcre2Pattern['names']): RegexMatch {
  const groups: (string | undefined)[] = []
  for (let at = 2; at < offsets.length; at += 2) {
    const begin = offsets[at] ?? -1
    groups.push(begin === -1 ? undefined : text.slice(begin, offsets[at + 1]))
  }
  const named: Record<string, string> = {}
  for (const [number, name] of names) {
    const value = groups[number - 1]
    if (value !== undefined) named[name] = value
  }
  return { whole: text.slice(offsets[0], offsets[1]), groups, named }
}

/** JavaScript's engine for texts on which it certainly agrees and ends; the given engine for all others. */
export function withPlain(plain: PlainPattern, engine: () => Regex): Regex {
  const forText = (text: string): Regex => plain.regexFor(text) ?? engine()
  return {
    test: text => forText(text).test(text),
    find: text => forText(text).find(text),
    match: text => forText(text).match(text),
  }
}
