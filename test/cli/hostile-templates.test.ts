/** Templates, expressions and code that are made to exhaust a program: one error each, and soon. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deck, newFile, type Served, serve } from '../support/binary.ts'

const times = (count: number, text: string): string => text.repeat(count)
const inService = (expression: string): string => `services:\n- name: "\${{ ${expression} }}"\n  host: h\n`

describe('a template', () => {
  test.each([
    ['pads to a billion characters', inService('printf `%999999999d` 1'), 'printf pads to'],
    ['has a billion places', inService('printf `%.999999999f` 1.5'), 'printf pads to'],
    [
      'has 20,000 brackets',
      inService(`${times(20_000, '(')}1${times(20_000, ')')}`),
      'brackets stand within one another',
    ],
    ['has 20,000 open brackets', inService(times(20_000, '(')), 'brackets stand within one another'],
    [
      'has 2,000 ifs',
      `${times(2_000, '${{ if true }}')}a: b\n${times(2_000, '${{ end }}')}`,
      'blocks stand within one another',
    ],
    [
      'has 2,000 else ifs',
      `\${{ if false }}${times(2_000, '${{ else if false }}')}\${{ end }}\n`,
      'blocks stand within one another',
    ],
    [
      'has loops within loops',
      `# x\n${times(4, '${{ range 100000 }}')}a${times(4, '${{ end }}')}\n`,
      'make more than any file may hold',
    ],
    [
      'makes a long text again and again',
      `a: \${{ range 100000 }}\${{ printf \`%100000d\` 1 }}\${{ end }}\n`,
      'make more than any file may hold',
    ],
  ])('that %s is refused', async (_what, text, sentence) => {
    const began = performance.now()
    const { code, stderr } = await deck([
      'file',
      'validate',
      newFile('kong.yaml', `_format_version: "3.0"\n${text}`),
    ])
    expect(stderr).toContain(sentence)
    expect(stderr).toMatch(/kong\.yaml:\d+:\d+: error: /)
    expect(stderr).not.toContain('bug in deck')
    expect(stderr.length).toBeLessThan(100_000)
    expect(code).toBe(1)
    expect(performance.now() - began).toBeLessThan(60_000)
  })

  test('of a hundred places is as Go prints it', async () => {
    const file = newFile(
      'kong.yaml',
      '_format_version: "3.0"\nservices:\n- {name: a, host: "${{ printf `%.101f` 0.5 }}"}\n',
    )
    const { stdout } = await deck(['file', 'render', '--populate-env-vars', file])
    expect(stdout).toContain(`host: "0.5${'0'.repeat(100)}"`)
  })
})

describe('the Admin API', () => {
  const flavors = { expressions: undefined as Served | undefined, stock: undefined as Served | undefined }
  beforeAll(async () => {
    flavors.expressions = await serve(['--router-flavor', 'expressions'])
    flavors.stock = await serve()
  })
  afterAll(async () => {
    for (const gateway of Object.values(flavors)) {
      if (gateway === undefined) continue
      const { stderr } = await gateway.stop()
      expect(stderr).not.toMatch(/^\s+at .*:\d+/m)
    }
  })

  const deep = (depth: number): string => `${times(depth, '{"a":')}1${times(depth, '}')}`
  const lua = (code: string) => JSON.stringify({ name: 'pre-function', config: { access: [code] } })

  test.each([
    [
      'expressions',
      'brackets in an expression',
      '/routes',
      JSON.stringify({ expression: `${times(20_000, '(')}http.path == "/"${times(20_000, ')')}` }),
    ],
    [
      'expressions',
      'nots in an expression',
      '/routes',
      JSON.stringify({ expression: `${times(20_000, '!(')}http.path == "/"${times(20_000, ')')}` }),
    ],
    [
      'expressions',
      'conditions in an expression',
      '/routes',
      JSON.stringify({ expression: Array.from({ length: 20_000 }, () => 'http.path == "/"').join(' && ') }),
    ],
    ['stock', 'records in JSON', '/services', deep(100_000)],
    ['stock', 'lists in JSON', '/services', times(100_000, '[')],
    ['stock', 'records as a value', '/services', `{"name":"a","host":${deep(900)}}`],
    ['stock', 'records in a configuration', '/plugins', `{"name":"cors","config":${deep(900)}}`],
    ['stock', 'brackets in Lua', '/plugins', lua(`return ${times(20_000, '(')}1${times(20_000, ')')}`)],
    ['stock', 'tables in Lua', '/plugins', lua(`return ${times(20_000, '{')}${times(20_000, '}')}`)],
    ['stock', 'nots in Lua', '/plugins', lua(`return ${times(100_000, 'not ')}1`)],
    [
      'stock',
      'functions in Lua',
      '/plugins',
      lua(`${times(20_000, 'function a() ')}${times(20_000, ' end')}`),
    ],
    ['stock', 'operators in Lua', '/plugins', lua(`return 1${times(50_000, ' .. 1')}`)],
    [
      'stock',
      'brackets in a template',
      '/plugins',
      JSON.stringify({
        name: 'request-transformer',
        config: { add: { headers: [`a:$(${times(20_000, '(')}1${times(20_000, ')')})`] } },
      }),
    ],
  ] as const)('with %s bears 20,000 %s', async (flavor, _what, path, body) => {
    const gateway = flavors[flavor]
    const began = performance.now()
    const answer = await fetch(`${gateway?.admin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    const text = await answer.text()
    expect([201, 400], text.slice(0, 300)).toContain(answer.status)
    expect(performance.now() - began).toBeLessThan(60_000)
    expect((await fetch(`${gateway?.admin}/status`)).status).toBe(200)
  })

  test.each(['a[', 'a.', 'a[1]['])('bears a form with deep names: %s', async step => {
    const name = `${times(50_000, step)}`
    const answer = await fetch(`${flavors.stock?.admin}/services`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `${encodeURIComponent(name)}=1`,
    })
    expect([400, 201]).toContain(answer.status)
  })
})
