/**
 * Files that are made to hurt: each ends in seconds, with errors at their places and no stack, and prints a
 * bounded text.
 */
import { describe, expect, it } from 'vitest'
import { deck, newFile } from '../support/binary.ts'

const head = '_format_version: "3.0"\n'
const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('')

const level = (name: string, of: string): string =>
  `${name}: &${name} [${new Array(9).fill(`*${of}`).join(', ')}]\n`

/** What each is refused for. */
const files: Readonly<Record<string, readonly [text: string, said: RegExp]>> = {
  'YAML 5,000 deep, in brackets': [`a: ${'['.repeat(5000)}${']'.repeat(5000)}\n`, /nested deeper than 1000/],
  'YAML 5,000 deep, in lines': [many(5000, index => `${' '.repeat(index)}a:\n`), /nested deeper than 1000/],
  'YAML 50,000 deep, in dashes': [`a:\n  ${'- '.repeat(50_000)}x\n`, /nested deeper than 1000/],
  'brackets that never close': [`a: ${'[{a: '.repeat(50_000)}`, /nested deeper than 1000/],
  'JSON 100,000 deep': [`{"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, /nested deeper than 1000/],
  'aliases that multiply': [
    `a: &a [x, x, x]\n${[...'bcdefghij'].map((name, index) => level(name, 'abcdefghi'[index] ?? 'a')).join('')}`,
    /aliases in this file expand to too much/,
  ],
  'merge keys that multiply': [
    `x0: &x0 {k: 1}\n${many(40, i => `x${i + 1}: &x${i + 1}\n  <<: [*x${i}, *x${i}]\n  k${i}: 1\n`)}`,
    /aliases in this file expand to too much/,
  ],
  'an anchor within itself': ['services: &a\n- name: x\n  routes: *a\n', /:3:11: error: \*a stands within/],
  '20,000 unknown keys of an entity': [
    `${head}services:\n- name: a\n  host: h\n${many(20_000, i => `  unknown_key_${i}_with_a_long_name: 1\n`)}`,
    /unknown field "unknown_key_0_with_a_long_name"/,
  ],
  '20,000 unknown keys at the top': [
    `${head}${many(20_000, i => `unknown_key_${i}_with_a_long_name: 1\n`)}`,
    /unknown key "unknown_key_0_with_a_long_name"/,
  ],
  '20,000 keys twice': [head + 'a: 1\n'.repeat(20_000), /"a" comes twice/],
  '20,000 tabs': [`a:\n${'\t- b\n'.repeat(20_000)}`, /a tab character/],
  '20,000 quotes that never close': ['a: "b\n'.repeat(20_001), /this quote is never closed/],
  '20,000 wrong references': [
    `${head}services:\n${many(5000, i => `- {name: service-${i}, host: h}\n`)}routes:\n${many(20_000, i => `- {name: r${i}, paths: [/a], service: {name: servcie-${i}}}\n`)}`,
    /no service "servcie-0" for route "r0"/,
  ],
  'a wrong value of 20 MB': [
    `${head}services:\n- name: "${'x'.repeat(20_000_000)}"\n  host: h\n  port: 99999999\n`,
    /port: value should be between 0 and 65535/,
  ],
  'an unknown key of 5 MB': [
    `{"_format_version":"3.0","services":[{"name":"a","host":"h","${'k'.repeat(5_000_000)}":1}]}`,
    /unknown field "kkk/,
  ],
}

describe.each(Object.entries(files))('%s', (_title, [text, said]) => {
  it('is refused', async () => {
    const { code, stdout, stderr } = await deck(['file', 'validate', newFile('kong.yaml', text)])
    expect(stderr).toMatch(said)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).not.toMatch(/this is a bug|\n {4}at /)
    expect(stderr.length).toBeLessThan(60_000)
    expect([...stderr.matchAll(/: error: /g)].length).toBeLessThanOrEqual(100)
  }, 120_000)
})

describe('the operations on files', () => {
  const hurts = [
    'YAML 5,000 deep, in lines',
    'JSON 100,000 deep',
    'aliases that multiply',
    'an anchor within itself',
  ]

  it.each(hurts)(
    '%s',
    async title => {
      const [text = '', said = /./] = files[title] ?? []
      const file = newFile('kong.yaml', text)
      const commands = [
        ['add-tags', '-s', file, 'x'],
        ['merge', file],
        ['patch', '-s', file, '--selector', '$', '--value', 'a:1'],
        ['namespace', '-s', file, '--path-prefix', '/x'],
        ['openapi2kong', '-s', file],
        ['render', file],
      ]
      for (const argv of commands) {
        const { code, stderr } = await deck(['file', ...argv])
        expect(stderr, argv.join(' ')).toMatch(said)
        expect(stderr).not.toMatch(/this is a bug|\n {4}at /)
        expect(code).toBe(1)
      }
    },
    120_000,
  )
})

it('says how many more problems there are', async () => {
  const text = `${head}services:\n${many(150, i => `- {name: a${i}, host: h, port: x}\n`)}`
  const { stderr } = await deck(['file', 'validate', newFile('kong.yaml', text)])
  expect(stderr).toMatch(/\nand 50 more errors\nError: 150 problems in the state file\n$/)
})
