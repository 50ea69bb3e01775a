/** JSON, and files with values from the environment, read quickly: what comes out is what the `yaml` package makes of them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { substitute } from '../../src/file/environment.ts'
import { parseDocument, parseFully } from '../../src/file/parse.ts'
import { readQuickly } from '../../src/file/quick.ts'
import type { Path } from '../../src/state/state.ts'

function pathsIn(value: unknown, path: Path = []): Path[] {
  const below = typeof value === 'object' && value !== null ? Object.entries(value) : []
  const steps = below.map(([name, item]) => [Array.isArray(value) ? Number(name) : name, item] as const)
  return [path, ...steps.flatMap(([step, item]) => pathsIn(item, [...path, step]))]
}

/** @returns whether the quick way was taken */
function agrees(text: string, env: Record<string, string> = {}): boolean {
  const { text: read, slots } = substitute(text, env, 'expand')
  const quick = readQuickly(read, slots)
  if (quick === undefined) return false
  const { content } = quick
  const { document, diagnostics } = parseFully({ name: 'f', text }, { env })
  expect({ text, env, content, diagnostics }).toEqual({
    text,
    env,
    content: document?.content,
    diagnostics: [],
  })
  for (const path of Object.keys(env).length > 0 ? pathsIn(content) : []) {
    expect([path, quick.isSecret(path)]).toEqual([path, document?.isSecret(path)])
    expect([path, quick.filledAt(path)]).toEqual([path, document?.filledAt(path)])
  }
  return true
}

describe('JSON', () => {
  it.each([
    '{}',
    '{"a": {"b": [1, -2.5, 1e3, true, null, "x\\n\\u00e4\\"y\\/"]}}',
    '{\n  "services": [\n    {"name": "a", "port": 80}\n  ]\n}\n',
  ])('%s', text => {
    expect(agrees(text)).toBe(true)
  })

  it('of any shape', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(4), (value, blanks) => {
        agrees(JSON.stringify(value, null, blanks))
      }),
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
  ])('left to the slow way: %s', text => {
    expect(agrees(text)).toBe(false)
  })

  it('tells where a key comes twice', () => {
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
`
  const json = '{"a": "${{ env "DECK_A" }}", "b": [${{ env "DECK_N" | toInt }}, "x ${{ env "DECK_A" }}"]}'

  it.each(['text', '80', 'true', '', 'a: b # c', '10.0.0.1', 'x\ny', '"', "it's", '-----BEGIN', '日本'])(
    '%s',
    value => {
      expect(agrees(yaml, { DECK_A: value, DECK_N: '5' })).toBe(true)
      expect(agrees(json, { DECK_A: value, DECK_N: '5' })).toBe(true)
    },
  )

  it('of any kind', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), value => {
        for (const text of [yaml, json]) agrees(text, { DECK_A: value, DECK_N: '5' })
      }),
    )
  })

  it.each(['yes', '017', '1_000', '1:30', '0x1F', '.5', '1e3', 'True'])('left to the slow way: %s', value => {
    expect(agrees(yaml, { DECK_A: value, DECK_N: '5' })).toBe(false)
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
})
