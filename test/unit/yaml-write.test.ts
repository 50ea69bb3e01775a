/** What is written of any state reads back as the same state, in every reader of YAML. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse, type Tags } from 'yaml'
import { parseDocument } from '../../src/file/yaml/parse.ts'
import { write } from '../../src/file/yaml/write.ts'
import { anyContent, anyText, canonicalText } from '../support/any-text.ts'

type Content = Record<string, unknown>

const ours = (text: string): unknown => {
  const { document, diagnostics } = parseDocument({ name: 'f.yaml', text }, { mode: 'expand', env: {} })
  return document?.content ?? diagnostics
}

/** The package takes `E0` for a number without digits. YAML 1.1, go-yaml and libyaml ask for a digit first. */
const withDigits = (tags: Tags): Tags =>
  tags.map(tag =>
    typeof tag === 'object' && tag.format === 'EXP' && tag.test !== undefined
      ? { ...tag, test: new RegExp(`^(?![-+]?[eE])(?:${tag.test.source})`) }
      : tag,
  )

/** decK reads YAML 1.1, and so does Kong. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  'this program': ours,
  'YAML 1.2': text => parse(text),
  'YAML 1.1': text => parse(text, { version: '1.1', customTags: withDigits }),
}

function expectSame(content: Content): void {
  const expected = canonicalText(content)
  const text = write(content, 'yaml')
  for (const [reader, read] of Object.entries(readers)) {
    expect({ reader, text, content: canonicalText(read(text)) }).toEqual({ reader, text, content: expected })
  }
  const json = write(content, 'json')
  expect(canonicalText(ours(json)), json).toBe(expected)
  expect(canonicalText(JSON.parse(json)), json).toBe(expected)
}

describe('what is written is read as the same, in YAML and JSON, by all readers', () => {
  it('texts that look like an exponent', () => {
    expectSame({ E0: 'E0', list: ['e1', '-e5', '+E-3', '1e5', '.e1', '_1'] })
  })

  it('any content', () => {
    fc.assert(fc.property(anyContent, expectSame), { numRuns: 500 })
  })

  it('any text as a value, an item and a key', () => {
    fc.assert(
      fc.property(anyText, text =>
        expectSame({ value: text, [text]: text, deep: { list: [text, [text, { [text]: text }], {}] } }),
      ),
      { numRuns: 500 },
    )
  })

  it('each character at the start, in the middle and at the end', () => {
    // A sample of each block of Unicode, and all of Latin-1, general punctuation and the specials.
    const codes = [
      ...Array.from({ length: 0x180 }, (_, index) => index),
      ...Array.from({ length: 0x70 }, (_, index) => 0x2000 + index),
      ...Array.from({ length: 0x10 }, (_, index) => 0xfff0 + index),
      ...Array.from({ length: 0x10ff }, (_, index) => index * 0x100 + 0x41),
      0xfeff,
      0x3000,
      0xe000,
      0xe100,
      0xfdd0,
      0x10ffff,
    ].filter(code => code < 0xd800 || code > 0xdfff)
    const texts = codes
      .map(code => String.fromCodePoint(code))
      .flatMap(one => [one, `${one}a`, `a${one}b`, `b${one}`])
    expectSame({ texts, keys: texts.map(text => ({ [text]: 1 })) })
  })

  it('half a character, which only an escape can hold', () => {
    for (const text of ['\ud83d', 'a\ud83d', '\udc00b', '\udc00\ud83d'])
      expectSame({ a: text, [text]: [text] })
  })

  it('long texts with blanks at the places where lines are broken', () => {
    const blank = fc.constantFrom(' ', '  ', '   ', '\t', '\n', ' \n ', '\xa0', ' \t')
    const word = fc.constantFrom(
      'x'.repeat(76),
      'x'.repeat(40),
      'word',
      "it's",
      '"',
      '\\',
      '\\n',
      '#',
      '-',
      'é',
      '😀',
    )
    const long = fc
      .array(fc.tuple(word, blank), { minLength: 4, maxLength: 40 })
      .map(pairs => pairs.flat().join(''))
    fc.assert(
      fc.property(long, text => expectSame({ a: text, b: [{ c: text, d: [text] }] })),
      { numRuns: 300 },
    )
  })

  it('what looks like an expression and is data', () => {
    for (const text of [
      '${{ env "DECK_A" }}',
      'a ${{',
      '# ${{ x }}\n',
      '}} ${{ b',
      "'${{",
      '$${{{',
      '\\${{ "x\\" }}',
    ])
      expectSame({ a: text, [text]: [`a\n${text}`, `${text} `] })
  })
})

describe('the look of decK', () => {
  it('long texts go on below, from the first space beyond the eightieth column on', () => {
    const words = Array.from({ length: 30 }, (_, index) => `word${index}`).join(' ')
    const text = write({ services: [{ name: words, tags: [`# ${words}`] }] }, 'yaml')
    expect(text).toBe(`services:
- name: word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11
    word12 word13 word14 word15 word16 word17 word18 word19 word20 word21 word22 word23
    word24 word25 word26 word27 word28 word29
  tags:
  - '# word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11 word12
    word13 word14 word15 word16 word17 word18 word19 word20 word21 word22 word23 word24
    word25 word26 word27 word28 word29'
`)
  })

  it('keys by name, lists not indented, nothing quoted that need not be', () => {
    const content = { services: [{ name: 'a', tags: ['x', 'on'] }], _format_version: '3.0', plugins: [] }
    expect(write(content, 'yaml')).toBe(
      '_format_version: "3.0"\nplugins: []\nservices:\n- name: a\n  tags:\n  - x\n  - "on"\n',
    )
  })

  // Each as go-yaml 2.4 prints it.
  it.each([
    ['a\nb\n', '|\n  a\n  b'],
    ['a\n\n b', '|-\n  a\n\n   b'],
    [' a\n', '|2\n   a'],
    ['\n', '|2+\n'],
    ['a\n\n', '|+\n  a\n'],
    ['a \nb', '"a \\nb"'],
    ['a\tb', '"a\\tb"'],
    ["it's", "it's"],
    ["'", "''''"],
    ['# a', "'# a'"],
    [' a', "' a'"],
    ['~', '"~"'],
    ['', '""'],
    ['2001-01-01', '"2001-01-01"'],
    ['2001-1-1T2:03:04.5Z', '"2001-1-1T2:03:04.5Z"'],
    ['2024-10-01-preview', '2024-10-01-preview'],
    ['12:30', '"12:30"'],
    ['{a}', "'{a}'"],
    ['a {b}', 'a {b}'],
    ['~/a$', '~/a$'],
    ['é', 'é'],
    ['😀', '"\\U0001F600"'],
    ['a\xa0b', 'a\xa0b'],
    ['a\xa0', '"a\\_"'],
    ['\u2028', '"\\L"'],
    ['\x85\ufeff\x00', '"\\N\\uFEFF\\0"'],
  ])('%j', (text, written) => {
    expect(write({ k: text }, 'yaml')).toBe(`k: ${written}\n`)
  })
})

describe('expressions that stay expressions', () => {
  const env = { DECK_A: 'value' }
  const texts = [
    '${{ env "DECK_A" }}',
    'a\t${{ env "DECK_A" }}',
    '# ${{ env "DECK_A" }}',
    '# ${{ env "DECK_A" }}\nb',
    '.: ${{ env "DECK_A" }}',
    ': "${{ env `DECK_A` }}"',
  ]
  const long = `${'word '.repeat(20)}\${{ env "DECK_A" }} ${'word '.repeat(20)}`
  const awkward = [
    '\t# ${{ env "DECK_A" }}',
    'a\n# ${{ env "DECK_A" }}\n',
    '\' ${{ env "DECK_A" }}: x',
    '${{ printf "%s" (env "DECK_A") }}\\n"',
  ]

  it.each([...texts, ...awkward, long])('%j', text => {
    for (const format of ['yaml', 'json'] as const) {
      const written = write({ a: [text] }, format, 'kept')
      const filled = parseDocument({ name: 'f', text: written }, { env })
      expect(filled.document?.content, written).toEqual({ a: [text.replace(/\$\{\{.*?\}\}/g, 'value')] })
      const untouched = parseDocument({ name: 'f', text: written }, { mode: 'skip' })
      expect(untouched.document?.content, written).toEqual({ a: [text] })
    }
  })
})

it('orders keys as decK does: letters last, digits by their number', () => {
  const keys = ['_x', '{', '9', '10', '010', 'Xa', 'a_b', 'aB', 'x', 'x2', 'x2a', 'x10', 'é']
  const text = write(Object.fromEntries(keys.toReversed().map(key => [key, true])), 'yaml')
  expect([...text.matchAll(/^['"]?(.+?)['"]?: true$/gm)].map(([, key]) => key)).toEqual(keys)
})
