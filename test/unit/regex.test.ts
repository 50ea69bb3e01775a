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
  /** PCRE2 10.42 made the expected results; 3.9 has 10.44, which takes these. */
  const newer = new Set(['a{,3}', '(?<=a+)b'])
  const cases = (read('pcre') as readonly Expected[]).filter(([pattern]) => !newer.has(pattern))

  it.each(cases)('%s', (pattern, expected) => {
    expect(resultOf(() => pcre(asBytes(pattern)))).toEqual(expected)
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
