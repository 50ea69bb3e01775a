/**
 * `serve --declarative-config`: each mistake in the file at its line; and `POST /config`, which takes the
 * same files over HTTP.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { deck, isStandalone, newFile, type Served, serve } from '../support/binary.ts'
import { mutatedFile } from '../support/hostile/mutations.ts'
import { declarativeFile } from '../support/hostile/seeds.ts'

const anyPort = ['admin', 'proxy', 'manager'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])

async function refused(text: string, more: readonly string[] = []): Promise<string[]> {
  const file = newFile('kong.yml', text)
  const { code, stderr } = await deck([
    'serve',
    ...anyPort,
    '--db-less',
    '--declarative-config',
    file,
    ...more,
  ])
  expect(stderr).not.toContain('bug in deck')
  expect(code).toBe(1)
  const lines = stderr.replaceAll(file, 'kong.yml').split('\n')
  expect(lines.at(-2)).toMatch(/^Error: \d+ problems? in the declarative file$/)
  return lines.filter(line => line.startsWith('kong.yml:'))
}

const head = '_format_version: "3.0"\n'

describe('a mistake in the file is reported at its line', () => {
  test.each([
    ['broken YAML', `${head}services: [\n  a: }\n`, [/^kong\.yml:3:\d+: error: /]],
    ['a list', '- a\n', [/^kong\.yml:1:1: error: /]],
    ['no format version', 'services: []\n', ['kong.yml:1:1: error: _format_version: required field missing']],
    [
      'a bad value',
      `${head}services:\n- name: a\n  host: bad host\n`,
      ['kong.yml:4:9: error: host: invalid value: bad host'],
    ],
    [
      'a variable',
      `${head}services:\n- {name: a, host: $HOST}\n`,
      ['kong.yml:3:19: error: host: invalid value: $HOST'],
    ],
    [
      'an unknown field',
      `${head}services:\n- name: a\n  hots: h\n  host: h\n`,
      ['kong.yml:4:3: error: hots: unknown field'],
    ],
    ['an unknown list', `${head}servces: []\n`, ['kong.yml:2:1: error: servces: unknown field']],
    [
      'one inside of another',
      `${head}services:\n- name: a\n  host: h\n  routes:\n  - paths: [/a, b]\n`,
      [/^kong\.yml:6:17: error: paths: should start with: \//],
    ],
    [
      'a plugin',
      `${head}plugins:\n- name: nope\n- name: rate-limiting\n  config: {minute: -1}\n`,
      [
        /^kong\.yml:3:9: error: name: plugin 'nope' not enabled/,
        /^kong\.yml:5:20: error: minute: value must be greater than 0/,
      ],
    ],
    [
      'a reference',
      `${head}routes:\n- name: r\n  paths: [/]\n  service: nope\n`,
      ["kong.yml:5:12: error: invalid reference 'service: nope' (no such entry in 'services')"],
    ],
    [
      'a reference beside another mistake',
      `${head}services:\n- name: a\nroutes:\n- {name: r, paths: [/], service: nope}\n`,
      [
        /^kong\.yml:3:3: error: host: required field missing/,
        'kong.yml:5:34: error: service: nothing of this name is in the file',
      ],
    ],
    [
      'a name that comes twice',
      `${head}services:\n- {name: a, host: h}\n- {name: a, host: i}\n`,
      ["kong.yml:4:10: error: uniqueness violation: 'services' entity with name set to 'a' already declared"],
    ],
    [
      'a secret that comes twice, unseen',
      `${head}consumers:\n- {username: a, keyauth_credentials: [{key: k1x}]}\n- {username: b, keyauth_credentials: [{key: k1x}]}\n`,
      [
        "kong.yml:4:45: error: uniqueness violation: 'keyauth_credentials' entity with key set to [masked] already declared",
      ],
    ],
  ])('%s', async (_what, text, expected) => {
    const lines = await refused(text)
    expect(lines).toHaveLength(expected.length)
    for (const [index, line] of expected.entries()) {
      if (typeof line === 'string') expect(lines[index]).toBe(line)
      else expect(lines[index]).toMatch(line)
    }
  })

  test('with a hint where the file has expressions for variables', async () => {
    const file = newFile('kong.yml', `${head}services:\n- {name: a, host: '\${{ env "DECK_HOST" }}'}\n`)
    const { stderr } = await deck(['serve', ...anyPort, '--declarative-config', file])
    expect(stderr).toContain('hint: variables are not filled in')
  })

  test.skipIf(isStandalone)('also of a proxy with workers, which ends', async () => {
    expect(await refused(`${head}services: [{name: a}]\n`, ['--workers', '2'])).toHaveLength(1)
  })

  test.each([
    ['an alias inside of its anchor', `${head}services: &a\n- {name: x, host: h, routes: *a}\n`],
    ['nested flow', `${head}services: ${'['.repeat(20_000)}`],
    [
      'nested mappings',
      `${head}${Array.from({ length: 3000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')}`,
    ],
    [
      'aliases of aliases',
      `${head}a: &a [x]\n${Array.from({ length: 25 }, (_, n) => `a${n}: &a${n} [*a${n - 1 < 0 ? '' : n - 1}, *a${n - 1 < 0 ? '' : n - 1}]`).join('\n')}\n`,
    ],
  ])('%s', async (_what, text) => {
    expect((await refused(text)).length).toBeGreaterThan(0)
  })
})

describe('POST /config', () => {
  let gateway: Served
  beforeAll(async () => {
    gateway = await serve(['--db-less'])
  })
  afterAll(async () => {
    if (gateway === undefined) return
    const { stderr } = await gateway.stop()
    expect(stderr).not.toMatch(/^\s+at .*:\d+/m)
  })

  test('of any broken file is 201 or 400', async () => {
    await fc.assert(
      fc.asyncProperty(mutatedFile(declarativeFile, parse), async text => {
        const answer = await fetch(`${gateway.admin}/config`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ config: text }),
        })
        const body = await answer.text()
        expect([201, 400], body).toContain(answer.status)
        expect(() => JSON.parse(body)).not.toThrow()
      }),
      { numRuns: 300, seed: 20261130 },
    )
  })
})
