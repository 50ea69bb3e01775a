/**
 * Files are read by js-yaml's parser. Whatever it takes, the `yaml` package reads the same, with the same
 * places and warnings.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { substitute } from '../../src/file/environment.ts'
import { readEvents } from '../../src/file/yaml/events.ts'
import { readJson } from '../../src/file/yaml/json.ts'
import { parseDocument, parseYaml } from '../../src/file/yaml/parse.ts'
import { write } from '../../src/file/yaml/write.ts'
import type { Path } from '../../src/state/state.ts'
import { anyContent, anyText } from '../support/any-text.ts'

/** Of all values but empty ones, which stand nowhere. */
function pathsIn(value: unknown, path: Path = []): Path[] {
  const below = typeof value === 'object' && value !== null ? Object.entries(value) : []
  const steps = below.map(([name, item]) => [Array.isArray(value) ? Number(name) : name, item] as const)
  return [path, ...steps.flatMap(([step, item]) => (item === null ? [] : pathsIn(item, [...path, step])))]
}

/** @returns whether js-yaml took it */
function expectSame(text: string, env: Record<string, string> = {}): boolean {
  const read = parseYaml({ name: 'f', text }, { env })
  const other = parseYaml({ name: 'f', text }, { env }, 'package')
  const shown = (parsed: typeof read) => ({
    text,
    content: parsed.document?.content,
    diagnostics: parsed.diagnostics.map(({ code, message, where, severity }) => ({
      code,
      severity,
      message,
      line: where?.line,
      column: where?.column,
    })),
    places: pathsIn(parsed.document?.content).flatMap(path =>
      (['key', 'value'] as const).map(part => {
        const { line, column } = parsed.document?.whereIs(path, part) ?? {}
        return {
          path,
          part,
          line,
          column,
          secret: parsed.document?.isSecret(path),
          filled: parsed.document?.filledAt(path),
        }
      }),
    ),
  })
  expect(shown(read)).toEqual(shown(other))
  const events = readEvents(substitute(text, env, 'expand').text)
  return events !== undefined && !('refused' in events)
}

const fixtures = resolve(import.meta.dirname, '../../fixtures')
const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter(name =>
  /\.(?:ya?ml|json)$/.test(name),
)

describe('the same by both readers', () => {
  it.each(files)('%s', name => {
    expectSame(readFileSync(join(fixtures, name), 'utf8').replaceAll('${{', '$'))
  })
})

const sample = `# A comment.
_format_version: "3.0"
_info: &info
  select_tags: [a, 'b c', "d", e: f]
services:
- name: a   # Another.
  host: h.example
  port: 8080
  url: http://a.example:80/x?y=z
  enabled: on
  retries: 017
  tags: []
  routes: &routes
    - name: r
      paths:
      - /a
      - ~/b/(?<c>[^/]+)$
      plugins:
      - {name: rate-limiting, config: {minute: 5, policy: local}}
      - name: pre-function
        config:
          access:
          - |
            local a = 1

              -- deeper
            return a
          - >-
            folded
            text

            more
          password: secret
- &other
  name:
    'it''s'
  <<: *info
  "quoted key": "\\u00e4\\t\\
    more  \\
    text"
long key: [1, -2, .5e3]
nested:
- - 1
  - 2.5
- - - x
`

/**
 * What the package refuses or reports, though YAML 1.2 allows it: keys with question marks or without text,
 * tabs between words, odd anchors.
 */
const disputed = /^[ -]*(?:&\S+ +)*[?:](?:\s|$)|\t|[&*][^\s,]*[^\w\s,]/m
/** An empty line behind an escaped line break, which the package reads as a space. */
const emptyBehindEscape = /\\\r?\n[ \t]*\r?\n/

describe('whatever is changed in a file', () => {
  it('the same is read, or both refuse it', () => {
    const pieces = [
      ...' \n-:#[]{},"\'&*!|>%@`~?=<.0159_+aeExyon/\\$^\t\r\x00\x07\x85\xa0\u2028\ufeff',
      ...[': ', '- ', '\n  ', '\n- ', 'null', 'true', 'on', '0x', ' #', '&a ', '*a', '<<: ', '---\n'],
      ...['|2\n', '>+', '? ', '12:30', '!!str '],
    ]
    const edit = fc.record({
      at: fc.nat(sample.length),
      cut: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(30)),
      insert: fc.oneof(fc.constantFrom(...pieces), fc.constant('')),
    })
    let taken = 0
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), edits => {
        const text = edits.reduce(
          (all, { at, cut, insert }) => all.slice(0, at) + insert + all.slice(at + cut),
          sample,
        )
        fc.pre(!disputed.test(text) && !emptyBehindEscape.test(text))
        if (expectSame(text)) taken += 1
      }),
      { numRuns: 400 },
    )
    expect(taken).toBeGreaterThan(100)
  })

  it('an empty line behind an escaped line break is a line break', () => {
    const { document } = parseDocument({ name: 'f', text: 'a: "x\\\n\n\n  y \\\\\\\r\n\r\n  z"\n' })
    expect(document?.content).toEqual({ a: 'x\n\ny \\\nz' })
  })
})

describe('a mapping on the line of its key', () => {
  it.each(['a: b: c\n', 'a: &x b: c\n', 'k:\n  a: &x b: c\n  d: *x\n'])('%j is refused', text => {
    const { diagnostics } = parseDocument({ name: 'f', text })
    expect(diagnostics.map(({ code }) => code)).toContain('yaml-syntax')
  })

  it.each(['a: &x\n  b: c\n', 'k:\n- &x b: c\n', 'a: &x {b: c}\n'])('%j is accepted', text => {
    expectSame(text)
    expect(parseDocument({ name: 'f', text }).diagnostics).toEqual([])
  })
})

describe('JSON', () => {
  /** @returns whether `JSON.parse` was trusted */
  function agrees(text: string): boolean {
    const content = readJson(text)
    if (content === undefined) return false
    const { document, diagnostics } = parseYaml({ name: 'f', text })
    expect({ text, content, diagnostics }).toEqual({ text, content: document?.content, diagnostics: [] })
    return true
  }

  it.each([
    '{}',
    '{"a": {"b": [1, -2.5, 1e3, true, null, "x\\n\\u00e4\\"y\\/"]}}',
    '{\n  "services": [\n    {"name": "a", "port": 80}\n  ]\n}\n',
    '{"a\\\\": "\\\\\\"", "b" : ":"}',
  ])('%s', text => {
    expect(agrees(text)).toBe(true)
  })

  it('of any shape', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(4), (value, blanks) => {
        agrees(JSON.stringify(value, null, blanks))
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    '{"a": 1, "a": 2}',
    '{"a": {"b": 1, "b": 1}}',
    '{"a": 1,}',
    '{a: 1}',
    '{"a": 1}\n---\n{"b": 1}',
    '{"<<": {"b": 1}}',
    '{"__proto__": {"b": 1}}',
    '{"a": 1e999}',
    '{"a": "\\u0024{{ x }}"}',
    `{"a": ${'['.repeat(1001)}${']'.repeat(1001)}}`,
  ])('left to the reader of YAML: %s', text => {
    expect(agrees(text)).toBe(false)
  })

  it('says where a key comes twice', () => {
    const { diagnostics } = parseDocument({ name: 'f.json', text: '{\n  "a": 1,\n  "a": 2\n}\n' })
    expect(diagnostics).toMatchObject([{ code: 'yaml-duplicate-key', where: { line: 3, column: 3 } }])
  })
})

describe('values from the environment', () => {
  const yaml = `services:
- name: \${{ env "DECK_A" }}
  host: "\${{ env "DECK_A" }}.example"
  path: /x/\${{ env "DECK_A" }}
  tags: ['\${{ env "DECK_A" }}', b]
  retries: \${{ env "DECK_N" | toInt }}
  body: |-
    a
    \${{ env "DECK_A" | indent 4 }}
  more: >
    \${{ env "DECK_A" }}
`
  const json = '{"a": "${{ env "DECK_A" }}", "b": [${{ env "DECK_N" | toInt }}, "x ${{ env "DECK_A" }}"]}'

  it.each([
    'text',
    '80',
    'true',
    '',
    'a: b # c',
    '10.0.0.1',
    'x\ny',
    '"',
    "it's",
    '-----BEGIN',
    '日本',
    'yes',
    '017',
    '\ue000\ue100',
  ])('%j', value => {
    expect(expectSame(yaml, { DECK_A: value, DECK_N: '5' })).toBe(true)
    expect(expectSame(json, { DECK_A: value, DECK_N: '5' })).toBe(true)
  })

  it('of any kind', () => {
    fc.assert(
      fc.property(
        anyText.filter(text => !/^[-+]?\.(?:inf|nan)$/i.test(text)),
        value => {
          for (const text of [yaml, json]) expectSame(text, { DECK_A: value, DECK_N: '5' })
          const { document } = parseDocument(
            { name: 'f', text: yaml },
            { env: { DECK_A: value, DECK_N: '5' } },
          )
          expect(document?.content).toMatchObject({
            services: [{ host: `${value}.example`, tags: [value, 'b'] }],
          })
        },
      ),
      { numRuns: 200 },
    )
  })

  it('are found and hidden where they are written', () => {
    const { document } = parseDocument({ name: 'f.yaml', text: yaml }, { env: { DECK_A: 'v', DECK_N: '5' } })
    expect(document?.whereIs(['services', 0, 'path'])).toMatchObject({ line: 4, column: 9 })
    expect(document?.isSecret(['services', 0, 'name'])).toBe(true)
    expect(document?.filledAt(['services', 0, 'host'])).toEqual([
      [
        { text: 'v', secret: true },
        { text: '.example', secret: false },
      ],
    ])
  })

  it('leave characters alone that could be their placeholders', () => {
    const text = 'a: "\ue000\ue100\ue100 \\ue001 \\U0000E002"\nb: ${{ env "DECK_A" }}\n'
    const { document } = parseDocument({ name: 'f', text }, { env: { DECK_A: 'v' } })
    expect(document?.content).toEqual({ a: '\ue000\ue100\ue100 \ue001 \ue002', b: 'v' })
  })
})

describe('what is written', () => {
  it('is read in the quick way', () => {
    fc.assert(
      fc.property(anyContent, content => {
        const read = readEvents(write(content, 'yaml'))
        expect(read !== undefined && !('refused' in read)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
