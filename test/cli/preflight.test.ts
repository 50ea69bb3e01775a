/**
 * Whatever is known to fail is reported before the first write, all of it at its lines, and nothing is
 * written.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deck, newFile, type Served, serve, summary } from '../support/binary.ts'
import { faultyRelay } from '../support/faulty-relay.ts'

let gateway: Served
beforeAll(async () => {
  gateway = await serve()
})
afterAll(() => gateway.stop())

const run = (argv: readonly string[], text: string, address = gateway.admin) =>
  deck(['gateway', ...argv, '--kong-addr', address, newFile('kong.yaml', text)])
const sync = (text: string, ...flags: string[]) => run(['sync', '--yes', ...flags], text)
const countOf = async (path: string): Promise<number> =>
  ((await (await fetch(`${gateway.admin}/${path}`)).json()) as { data: unknown[] }).data.length
const post = async (path: string, body: object): Promise<void> => {
  const answer = await fetch(`${gateway.admin}/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.status).toBe(201)
}

beforeEach(async () => {
  await deck(['gateway', 'reset', '--force', '--kong-addr', gateway.admin])
})

const refused = `_format_version: "3.0"
services:
- name: a
  host: a.example
  plugins:
  - name: rate-limiting
    config: {minute: 5, policy: nonsense}
  - name: key-auth
    config: {key_names: 7}
`

describe('preflight', () => {
  it('reports every refused plugin at its line, and writes nothing', async () => {
    const { code, stdout, stderr } = await sync(refused)
    expect([code, stdout]).toEqual([1, summary(0, 0, 0)])
    expect(stderr).toMatch(/kong\.yaml:7:\d+: error: .*policy/)
    expect(stderr).toMatch(/kong\.yaml:9:\d+: error: .*key_names/)
    expect(stderr).not.toContain('warning')
    expect(await countOf('services')).toBe(0)
  })

  it('knows the rules that Kong has in code, and what a plugin needs that has no configuration', async () => {
    const { code, stderr } = await sync(`_format_version: "3.0"
services: [{name: a, host: a.example}]
plugins:
- name: rate-limiting
  config: {minute: 5, hour: 1}
- name: ip-restriction
  config: {deny: [10.0.0.0/33]}
- name: file-log
  config: {path: /dev/null, custom_fields_by_lua: {x: return (}}
- name: tcp-log
`)
    expect(code).toBe(1)
    expect(stderr).toMatch(/kong\.yaml:5:\d+: error: .*limit for hour.* lower than the limit for minute/)
    expect(stderr).toMatch(/kong\.yaml:7:\d+: error: .*invalid ip or cidr range/)
    expect(stderr).toMatch(/kong\.yaml:9:\d+: error: .*Error parsing function/)
    expect(stderr).toMatch(/kong\.yaml:10:\d+: error: config\.host: required field missing/)
    expect(await countOf('services')).toBe(0)
  })

  it('holds for apply, and has its place in the JSON document', async () => {
    const { code, stdout } = await run(['apply', '--json-output'], refused)
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      summary: { total: 0 },
      diagnostics: [{ severity: 'error' }, { severity: 'error' }],
    })
  })

  it('is left out with --skip-preflight', async () => {
    const { code, stderr } = await sync(refused, '--skip-preflight')
    expect(code).toBe(1)
    expect(stderr).toContain('warning: the gateway will refuse this plugin')
    expect(await countOf('services')).toBe(1)
  })

  it('reports a kind that the gateway does not have', async () => {
    const text = `_format_version: "3.0"
services: [{name: a, host: a.example}]
partials: [{name: p, type: redis-ce, config: {host: r}}]
`
    const { code, stderr } = await sync(text)
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/kong\.yaml:3:\d+: error: the gateway .* has no partial/),
    ])
    expect(await countOf('services')).toBe(0)
  })

  it('makes no difference to the requests of a diff, and none where nothing is in doubt', async () => {
    const text = refused.replace('nonsense', 'local').replace('key_names: 7', 'key_names: [k]')
    const readsOf = async (argv: readonly string[]): Promise<string[]> => {
      await deck(['gateway', 'reset', '--force', '--kong-addr', gateway.admin])
      const relay = await faultyRelay(gateway.admin, () => undefined)
      expect((await run(argv, text, relay.address)).code).toBe(0)
      return relay.seen
        .filter(({ method }) => !['PUT'].includes(method))
        .map(({ method, path }) => `${method} ${path}`)
    }
    const reads = (await readsOf(['diff'])).sort()
    expect(reads.length).toBeGreaterThan(5)
    expect((await readsOf(['sync'])).sort()).toEqual(reads)
  })
})

describe('preflight of a run with tags', () => {
  const tagged = (rest: string): string => `_format_version: "3.0"\n_info: {select_tags: [mine]}\n${rest}`

  it('finds unique values that entities outside of the selection have', async () => {
    await post('consumers', { username: 'other', custom_id: 'taken' })
    await post('consumers/other/key-auth', { key: 'canary-key-value' })
    await post('plugins', { name: 'cors' })
    const { code, stderr } = await sync(
      tagged(`services: [{name: a, host: a.example}]
consumers:
- username: mine
  custom_id: taken
  keyauth_credentials:
  - key: canary-key-value
plugins:
- name: cors
`),
    )
    expect(code).toBe(1)
    expect(stderr).toMatch(/kong\.yaml:6:\d+: error: consumer mine: .* has the same custom_id/)
    expect(stderr).toMatch(/kong\.yaml:8:\d+: error: key-auth .* already exists, outside of the selection/)
    expect(stderr).toMatch(/kong\.yaml:10:\d+: error: plugin cors .* has the same name$/m)
    expect(stderr).not.toContain('canary-key-value')
    expect(await countOf('services')).toBe(0)
  })

  it('finds entities outside of the selection that refer to what would be deleted', async () => {
    const two = 'services: [{name: a, host: a.example}, {name: b, host: b.example}]\n'
    expect((await sync(tagged(two))).code).toBe(0)
    await post('services/b/routes', { name: 'of-others', paths: ['/'] })
    const { code, stderr } = await sync(tagged('services: [{name: a, host: changed.example}]\n'))
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('service b cannot be deleted: route of-others'),
    ])
    expect(await (await fetch(`${gateway.admin}/services/a`)).json()).toMatchObject({ host: 'a.example' })
  })
})
