/**
 * Plain patterns are matched by JavaScript: on random patterns and texts it must find what PCRE2 and Rust's
 * library find.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pcre2 } from '../../src/entities/regex/pcre2-engine.ts'
import { plainPattern } from '../../src/entities/regex/plain.ts'
import { asBytes, type Regex } from '../../src/entities/regex/regex.ts'
import { rustRegex } from '../../src/entities/regex/rust-engine.ts'

const characters = [
  'a',
  'b',
  'c',
  'é',
  '/',
  '-',
  '_',
  '.',
  ' ',
  '\n',
  '\r',
  '1',
  '٣',
  'K',
  'k',
  '\u212a',
  '\u00a0',
  '!',
  '😀',
]
const atoms = [
  'a',
  'b',
  'c',
  'é',
  '/',
  '-',
  '_',
  '\\.',
  ' ',
  '1',
  'k',
  '!',
  '.',
  '\\d',
  '\\w',
  '\\s',
  '\\D',
  '\\W',
  '\\S',
  '\\b',
  '\\B',
  '$',
]
const sets = ['[ab]', '[^/]', '[\\w.-]', '[a-c1]', '[^\\s]', '[-b]', '[k\\-]', '[aé]', '[^\\w]']

const { pattern } = fc.letrec<{ pattern: string; group: string; item: string; sequence: string }>(tie => ({
  pattern: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map(parts => parts.join('|')),
  sequence: fc.array(tie('item'), { maxLength: 5 }).map(parts => parts.join('')),
  item: fc
    .tuple(
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...atoms, ...sets) },
        { weight: 2, arbitrary: tie('group') },
      ),
      fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,3}', '{2,}', '*?', '+?', '??'),
    )
    .map(([atom, repetition]) => `${atom}${repetition}`),
  group: fc
    .tuple(fc.constantFrom('(', '(?:', '(?<name>'), tie('pattern'))
    .map(([opening, inner]) => `${opening}${inner})`),
}))
const whole = fc
  .tuple(fc.constantFrom('', '^', '(?i)', '^(?i)'), pattern)
  .map(([beginning, rest]) => `${beginning}${rest}`)
const text = fc.array(fc.constantFrom(...characters), { maxLength: 12 }).map(parts => parts.join(''))
const texts = fc.array(text, { minLength: 5, maxLength: 20 })

/** How many patterns were compared: a property that skips all of them would prove nothing. */
function compareMany(check: (pattern: string, texts: readonly string[]) => boolean): number {
  let compared = 0
  fc.assert(
    fc.property(whole, texts, (one, some) => {
      if (check(one, some)) compared += 1
    }),
    { numRuns: 3000 },
  )
  return compared
}

describe('plain patterns', () => {
  it.each([false, true])('match as PCRE2 does (anchored: %s)', isAnchored => {
    const compared = compareMany((one, some) => {
      const bytes = asBytes(one)
      const plain = plainPattern(bytes, 'pcre', isAnchored)
      if (plain === undefined) return false
      const engine = pcre2()(bytes, { anchored: isAnchored, fixedLookbehind: false })
      for (const each of some.map(asBytes)) {
        const offsets = engine.exec(each)
        const groups = offsets?.flatMap((begin, index) =>
          index % 2 === 1 ? [] : [begin === -1 ? undefined : each.slice(begin, offsets[index + 1])],
        )
        expect([one, each, resultOf(plain.regexFor(each), each)]).toEqual([one, each, groups])
      }
      return true
    })
    expect(compared).toBeGreaterThan(500)
  })

  it("match as Rust's library does", () => {
    const compared = compareMany((one, some) => {
      const plain = plainPattern(one, 'rust')
      if (plain === undefined) return false
      const engine = rustRegex(one)
      for (const each of some) {
        const regex = plain.regexFor(asBytes(each))
        if (regex === undefined) continue
        const match = engine.match(each)
        const groups = match && [match.whole, ...match.groups].map(group => group && asBytes(group))
        expect([one, each, resultOf(regex, asBytes(each))]).toEqual([one, each, groups])
      }
      return true
    })
    expect(compared).toBeGreaterThan(500)
  }, 300_000)
})

function resultOf(regex: Regex | undefined, text: string): readonly (string | undefined)[] | undefined {
  const match = regex?.match(text)
  return match && [match.whole, ...match.groups]
}

describe('time', () => {
  const patterns = [
    '^/a/(\\w+\\s?)*$',
    '(a+)+$',
    '(a|a)*$',
    '(a|ab)*c',
    '(.*)(.*)(.*)x',
    '\\w+\\d+!',
    '^/a/.*/b/.*/c$',
    '(?:a?){30}a{30}',
    'a*a*a*a*b',
    '^(?:/[^/]+)*$',
  ]
  it.each(patterns)('%s is not left to JavaScript where it could take long', pattern => {
    for (const text of [`/a/${'a'.repeat(4000)}!`, 'a'.repeat(8000), '/b'.repeat(4000)]) {
      const regex = plainPattern(pattern, 'pcre')?.regexFor(text)
      const begin = performance.now()
      regex?.test(text)
      expect(performance.now() - begin).toBeLessThan(500)
    }
  })
})
