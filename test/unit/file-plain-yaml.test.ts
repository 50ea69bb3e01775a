/** What the quick reader reads, the `yaml` package reads the same, and has nothing to say to it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseFully } from '../../src/file/parse.ts'
import { readPlain } from '../../src/file/plain-yaml.ts'
import { write } from '../../src/file/yaml/write.ts'

const fully = (text: string) => parseFully({ name: 'f.yaml', text }, {})

/** @returns whether the quick reader took it */
function agrees(text: string): boolean {
  const content = readPlain(text)
  if (content === undefined) return false
  const { document, diagnostics } = fully(text)
  expect({ text, content, diagnostics }).toEqual({ text, content: document?.content, diagnostics: [] })
  return true
}

const fixtures = resolve(import.meta.dirname, '../../fixtures')
const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter(name =>
  /\.ya?ml$/.test(name),
)

it.each(files)('%s', name => {
  agrees(readFileSync(join(fixtures, name), 'utf8'))
})

const sample = `_format_version: "3.0"
_info:
  select_tags: [a, 'b c', "d"]
services:
# A comment.
- name: a
  host: h.example
  port: 8080
  url: http://a.example:80/x?y=z
  enabled: false
  tags: []
  routes:
    - name: r
      paths:
      - /a
      - ~/b/(?<c>[^/]+)$
      - /with blank
      plugins:
      - name: rate-limiting
        config: {minute: 5, policy: local}
      - name: cors
        config:
          max_age: 0.5
          origins: null
          methods:
          headers: ~
-   name: b
    host: "127.0.0.1"
    retries: -1

upstreams:
- name: u
  targets:
  - target: 127.0.0.1:8000
    weight: 0
plugins: []
`

describe('takes', () => {
  it('what people write', () => expect(agrees(sample)).toBe(true))

  it('what the benchmark and dump write', async () => {
    const generator: string = resolve(import.meta.dirname, '../../bench/state-file.js')
    const { stateFile } = (await import(generator)) as { stateFile: (entities: number) => string }
    expect(agrees(stateFile(80))).toBe(true)
    expect(agrees(write(fully(sample).document?.content ?? {}, 'yaml'))).toBe(true)
  })
})

it.each([
  [
    'a: on',
    'a: yes',
    'a: 017',
    'a: 1_000',
    'a: 0x1f',
    'a: 1e3',
    'a: .5',
    'a: 12:30',
    'a: +1',
    'a: -0',
    'a: 1.',
  ],
  [
    'a: &x b',
    'a: *x',
    'a: !t b',
    'a: |\n  b',
    'a: >-\n  b',
    'a: b # c',
    'a: b\n  c',
    '<<: {a: b}',
    'a: "b\\n"',
    "a: 'b''c'",
  ],
  [
    'a: b\na: c',
    '- a',
    '---\na: b',
    'a: b\n---\nc: d',
    '{"a": "b"}',
    ' a: b',
    'a:\tb',
    'a: b: c',
    'a: [b, [c]]',
    'a: [b, ]',
  ],
  [
    'a:\n- b\n  c: d',
    'a:\n  - b\n - c',
    'a:\n  b: c\n d: e',
    'a: @b',
    'a: `b',
    'a: %b',
    'a: b:',
    'a: "b" c',
    'a:b',
    '? a\n: b',
    'a: ${{ env "DECK_X" }}',
  ],
])('leaves the rest alone', (...texts) => {
  for (const text of texts) expect(readPlain(text), text).toBeUndefined()
})

it('is never wrong, whatever is changed in a file', () => {
  const pieces = [
    ...' \n-:#[]{},"\'&*!|>%@`~?=<.0159_+aeExyon/\\$^\t',
    ': ',
    '- ',
    '\n  ',
    '\n- ',
    'null',
    'true',
    'on',
    '0x',
    ' #',
  ]
  const edit = fc.record({
    at: fc.nat(sample.length),
    cut: fc.nat(3),
    insert: fc.oneof(fc.constantFrom(...pieces), fc.constant('')),
  })
  let taken = 0
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), edits => {
      const text = edits.reduce(
        (all, { at, cut, insert }) => all.slice(0, at) + insert + all.slice(at + cut),
        sample,
      )
      if (agrees(text)) taken += 1
    }),
    { numRuns: 3000 },
  )
  expect(taken).toBeGreaterThan(100)
})
