/** Whatever a state holds, what is written of it reads back as it was. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { write } from '../../src/file/write.ts'

const awkward = [
  'a\nb',
  ' x',
  'x ',
  '---',
  '--- a',
  'a\n---\nb\n',
  'on',
  '1_0',
  '0x1f',
  '2001-01-01',
  '1e3',
  'a: b',
  'a #b',
  '- a',
  '~',
  '',
  'x\n\n',
  ' \n a',
  "it's",
  '~/a$',
  '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n',
]
const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom(...awkward))
const keys = { noNullPrototype: true, maxKeys: 4 }
const { value } = fc.letrec(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    // A zero has no sign in a file.
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(number => number || 0),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), keys),
  ),
}))

/** Keys in one order. */
const sorted = (_key: string, item: unknown): unknown =>
  typeof item === 'object' && item !== null && !Array.isArray(item)
    ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
    : item

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
  expect(parse(text)).toEqual({ services: [{ name: words, tags: [`# ${words}`] }] })
})

it('any value', () => {
  fc.assert(
    fc.property(fc.dictionary(text, value, keys), content => {
      // -0 is told as 0.
      const told = parse(write(content, 'yaml'))
      expect(JSON.stringify(told, sorted)).toBe(JSON.stringify(content, sorted))
    }),
    { numRuns: 1000 },
  )
})

it('keys by name, lists not indented, nothing quoted that need not be', () => {
  const content = { services: [{ name: 'a', tags: ['x', 'on'] }], _format_version: '3.0', plugins: [] }
  expect(write(content, 'yaml')).toBe(
    '_format_version: "3.0"\nplugins: []\nservices:\n- name: a\n  tags:\n  - x\n  - "on"\n',
  )
})
