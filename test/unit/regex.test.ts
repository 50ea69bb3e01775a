/** Patterns against what the real engines make of them (fixtures/regexes), and time that is bounded. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { pcre } from '../../src/entities/regex/pcre.ts'
import { asBytes, MatchLimitError, PatternError, type Regex } from '../../src/entities/regex/regex.ts'
import { rust } from '../../src/entities/regex/rust.ts'

type Groups = readonly (string | null)[]
type Expected = readonly [pattern: string, result: string | Readonly<Record<string, Groups>>]

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/regexes/${name}.json`, import.meta.url), 'utf8'))
const { texts } = read('patterns') as { readonly texts: readonly string[] }

/** The first message line that names the error, or for each text that matches the whole and the groups. */
function resultOf(make: () => Regex): string | Record<string, Groups> {
  try {
    const regex = make()
    const found: Record<string, Groups> = {}
    for (const text of texts) {
      const bytes = asBytes(text)
      const match = withinLimit(() => regex.match(bytes))
      const isSame = withinLimit(() => regex.find(bytes)) === match?.whole
      if (!isSame || regex.test(bytes) !== (match !== undefined))
        throw new Error(`find or test differ: ${text}`)
      if (match !== undefined) found[text] = [match.whole, ...match.groups].map(group => group ?? null)
    }
    return found
  } catch (error) {
    if (error instanceof PatternError) return error.message
    throw error
  }
}

function withinLimit<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    if (error instanceof MatchLimitError) return undefined
    throw error
  }
}

describe('PCRE', () => {
  /**
   * PCRE2 10.42 made the expected results; 3.9 has 10.44, which takes the first and words the error of the
   * second otherwise.
   */
  const newer = new Set(['a{,3}', '(?<=a+)b'])
  const cases = (read('pcre') as readonly Expected[]).filter(([pattern]) => !newer.has(pattern))

  it.each(cases)('%s', (pattern, expected) => {
    expect(resultOf(() => pcre(asBytes(pattern)))).toEqual(expected)
  })
})

describe('PCRE of Kong 2.8', () => {
  it.each<[pattern: string, text: string, found: string | undefined]>([
    ['a{,3}', 'a{,3}', 'a{,3}'],
    ['a{1, 2}b', 'aab', undefined],
    ['[{,3}]+\\x{41}\\Q{,3}\\E', '{,A{,3}', '{,A{,3}'],
    ['a{2}', 'aaa', 'aa'],
  ])('%s in %s finds %s', (pattern, text, found) => {
    expect(pcre(pattern, { isOld: true }).find(text)).toBe(found)
  })

  it('takes look-behind of one length alone', () => {
    expect(() => pcre('(?<=a{1,3})b', { isOld: true })).toThrow(PatternError)
    expect(pcre('(?<=a{1,3})b').find('aab')).toBe('b')
    expect(pcre('(?<=a|bc)d', { isOld: true }).find('bcd')).toBe('d')
  })
})

describe("Rust's", () => {
  const inBytes = (expected: Expected[1]): Expected[1] =>
    typeof expected === 'string'
      ? expected
      : Object.fromEntries(
          Object.entries(expected).map(([text, groups]) => [
            text,
            groups.map(group => (group === null ? null : asBytes(group))),
          ]),
        )

  it.each(read('rust') as readonly Expected[])('%s', (pattern, expected) => {
    expect(resultOf(() => rust(pattern))).toEqual(inBytes(expected))
  })
})
