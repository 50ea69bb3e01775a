/**
 * Defects of decK 1.65 that were measured, under their numbers in the two lists of them (12.x and 0.x): the
 * title says what decK does, the test what this program does.
 */
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { deck, newFile, newFolder, repository, type Served, serve } from '../support/binary.ts'
import { faultyRelay } from '../support/faulty-relay.ts'

let gateway: Served
beforeAll(async () => {
  gateway = await serve()
})
afterAll(() => gateway?.stop())
beforeEach(async () => {
  expect((await run('reset', '--force')).code).toBe(0)
})

const run = (...argv: string[]) => deck(['gateway', ...argv, '--kong-addr', gateway.admin])
const file = (text: string, name = 'kong.yaml'): string => newFile(name, `_format_version: "3.0"\n${text}`)
const listed = async (path: string): Promise<Record<string, unknown>[]> =>
  ((await (await fetch(`${gateway.admin}/${path}`)).json()) as { data: Record<string, unknown>[] }).data

const many = (count: number): string =>
  `services:\n${Array.from({ length: count }, (_, index) => `- {name: s${index}, host: h${index}, routes: [{name: r${index}, paths: [/p${index}]}]}\n`).join('')}`
const id = (digit: number): string => `00000000-0000-4000-8000-00000000000${digit}`
/** The gateway refuses the plugin, which needs the service. */
const halfGood = 'services:\n- {name: a, host: h, plugins: [{name: rate-limiting, config: {minute: -1}}]}\n'

test('12.1, 0.1: a failure with --json-output exits with 0', async () => {
  const { code, stdout } = await run('sync', file(halfGood), '--json-output', '--skip-preflight')
  expect(code).toBe(1)
  expect(JSON.parse(stdout).errors).toEqual([expect.stringContaining('value must be greater than 0')])
})

test('12.1: apply and reset print no JSON', async () => {
  const applied = await run('apply', file(many(1)), '--json-output')
  expect(JSON.parse(applied.stdout)).toMatchObject({ summary: { creating: 2 } })
  const reset = await run('reset', '--force', '--json-output')
  expect(JSON.parse(reset.stdout)).toMatchObject({ summary: { deleting: 2 } })
})

test('12.1, 0.3: --json-output with --non-zero-exit-code prints nothing', async () => {
  const { code, stdout } = await run('diff', file(many(1)), '--json-output', '--non-zero-exit-code')
  expect(code).toBe(2)
  expect(JSON.parse(stdout)).toMatchObject({ summary: { creating: 2 } })
})

test('0.2: what failed stands among what was created', async () => {
  const { stdout } = await run('sync', file(halfGood), '--json-output', '--skip-preflight')
  expect(JSON.parse(stdout)).toMatchObject({
    changes: {
      creating: [
        { kind: 'service', status: 'applied' },
        { kind: 'plugin', status: 'failed' },
      ],
    },
    summary: { creating: 1, total: 1 },
  })
})

test.each([429, 500, 503])('12.2: a write that is answered with %i once is not tried again', async status => {
  const relay = await faultyRelay(gateway.admin, ({ method }) =>
    method === 'PUT' && !turnedAway.has(status) && turnedAway.add(status)
      ? { what: 'status', status }
      : undefined,
  )
  const { code } = await deck(['gateway', 'sync', file(many(1)), '--kong-addr', relay.address])
  expect(code).toBe(0)
  expect(relay.seen.filter(({ fault }) => fault !== undefined)).toHaveLength(1)
})
const turnedAway = new Set<number>()

test.each(['lost-request', 'lost-answer'] as const)(
  '12.2: a write is not tried again after a %s',
  async what => {
    let isFirst = true
    const relay = await faultyRelay(gateway.admin, ({ method }) => {
      if (method !== 'PUT' || !isFirst) return undefined
      isFirst = false
      return { what }
    })
    const { code, stdout } = await deck(['gateway', 'sync', file(many(1)), '--kong-addr', relay.address])
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('Created: 2') })
    expect(await listed('routes')).toMatchObject([{ name: 'r0' }])
  },
)

test('12.3: what is below a failed entity is now and then written all the same', async () => {
  const relay = await faultyRelay(gateway.admin, ({ method, path }) =>
    method === 'PUT' && path.startsWith('/services/') ? { what: 'status', status: 400 } : undefined,
  )
  const { code } = await deck(['gateway', 'sync', file(many(10)), '--kong-addr', relay.address])
  expect(code).toBe(1)
  expect(relay.seen.filter(({ method, path }) => method === 'PUT' && path.startsWith('/routes/'))).toEqual([])
})

test('12.3: after a failure most remaining changes are not listed', async () => {
  const text = `${halfGood}${many(15).replace('services:\n', '')}`
  const { code, stderr } = await run('sync', file(text), '--parallelism', '1', '--skip-preflight')
  expect(code).toBe(1)
  const counts = ['Applied', 'Failed', 'Not attempted'].map(word =>
    Number(new RegExp(`^${word} \\((\\d+)\\):`, 'm').exec(stderr)?.[1] ?? 0),
  )
  expect(counts.reduce((sum, one) => sum + one)).toBe(32)
  expect(counts[1]).toBe(1)
})

test('12.4: files of a folder come in random order, and the first value wins silently', async () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'below'))
  for (const [name, host] of [
    ['b', '2'],
    ['a', '1'],
    ['below/c', '3'],
  ] as const)
    writeFileSync(
      join(folder, `${name}.yaml`),
      `_format_version: "3.0"\n_plugin_configs: {p: {minute: ${host}}}\n${name === 'a' ? 'plugins: [{name: rate-limiting, _config: p}]\n' : ''}`,
    )
  const { stderr } = await run('sync', folder)
  expect(stderr).toContain('b.yaml:2:19: warning: _plugin_configs.p is in')
  expect(await listed('plugins')).toMatchObject([{ config: { minute: 1 } }])
})

test('12.5: a route waits until all services are done', async () => {
  let [isHeld, routes] = [false, 0]
  let letGo = () => {}
  const routesAreThere = new Promise<void>(resolve => {
    letGo = resolve
  })
  // The response for the first service waits for the routes of the other two: a run that sends the services
  // first would never end.
  const relay = await faultyRelay(gateway.admin, ({ method, path }) => {
    if (method !== 'PUT') return undefined
    if (path.startsWith('/routes/')) {
      routes += 1
      if (routes === 2) letGo()
      return undefined
    }
    const isFirst = !isHeld
    isHeld = true
    return isFirst ? { what: 'held', until: routesAreThere } : undefined
  })
  const argv = ['gateway', 'sync', file(many(3)), '--deadline', '60', '--timeout', '60']
  expect((await deck([...argv, '--kong-addr', relay.address])).code).toBe(0)
  expect(routes).toBe(3)
})

test('12.6: diff does not see what the gateway would refuse', async () => {
  const bad = file(
    'services:\n- {name: a, host: h, retries: -1}\nplugins:\n- {name: rate-limiting, config: {minute: -1}}\n- {name: nope}\n',
  )
  const { code, stderr } = await run('diff', bad)
  expect(code).toBe(1)
  expect(stderr).toMatch(/kong\.yaml:3:31: error: retries: value should be between 0 and 32767/)
  const plugins = await run(
    'diff',
    file('plugins:\n- {name: rate-limiting, config: {minute: -1}}\n- {name: nope}\n'),
  )
  expect(plugins.stderr).toMatch(/kong\.yaml:3:\d+: warning: the gateway will refuse this plugin/)
  expect(plugins.stderr).toMatch(
    /kong\.yaml:4:\d+: error: the gateway \(Kong 3\.9\.1\) has no plugin named 'nope'/,
  )
})

test('12.7: every text that equals a variable is masked, and what came from one is not where it changes', async () => {
  const env = { DECK_HOST: 'off', DECK_ANALYTICS: 'false', DECK_SECRET: 'a' }
  const text = file('services:\n- {name: off, host: "${{ env "DECK_HOST" }}", tags: [a]}\n')
  const { stdout } = await deck(['gateway', 'diff', text, '--json-output', '--kong-addr', gateway.admin], {
    env,
  })
  expect(JSON.parse(stdout).changes.creating[0]).toMatchObject({
    name: 'off',
    body: { new: { host: '[masked]', name: 'off', tags: ['a'] } },
  })
})

test('12.7: a variable with a line break changes the file; documents and keys are lost; off is false', async () => {
  const env = { DECK_HOST: 'h\n  port: 99' }
  const text = 'services:\n- name: a\n  host: ${{ env "DECK_HOST" }}\n'
  expect((await deck(['file', 'validate', file(text)], { env })).stderr).toContain(
    ':4:9: error: host: invalid value',
  )
  expect((await run('diff', file('services: []\n---\nservices: [{name: a, host: h}]\n'))).stderr).toContain(
    'a second YAML document begins',
  )
  expect((await run('diff', file('services:\n- {name: a, host: h, name: b}\n'))).stderr).toContain(
    'comes twice in one mapping',
  )
  const { stderr, code } = await run('sync', file('services:\n- {name: a, host: off}\n'))
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('warning: ') })
  expect(await listed('services')).toMatchObject([{ host: 'off' }])
})

test('12.8: gateway nosuch exits with 0, a crash like a difference with 2, and what is wrong with the config file is on stdout', async () => {
  expect(await deck(['gateway', 'nosuch'])).toMatchObject({ code: 1, stdout: '' })
  const { code, stdout, stderr } = await deck(['ping', '--config', newFile('c.yaml', 'a: [\n')])
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain('Error: config file')
})

test.each([
  ['a vault without prefix', 'vaults:\n- {name: env}\n', 'prefix'],
  ['a group without name', 'consumer_groups:\n- {tags: [a]}\n', 'name'],
])('12.9: %s is a crash', async (_what, text, field) => {
  const { code, stderr } = await deck(['file', 'validate', file(text)])
  expect(code).toBe(1)
  expect(stderr).toMatch(new RegExp(`kong\\.yaml:3:\\d+: error: .*${field}`))
})

test('12.9: booleans and nulls in a set are a crash', async () => {
  const { code, stderr } = await run(
    'diff',
    file('plugins:\n- {name: cors, config: {methods: [true, null]}}\n'),
  )
  expect(code).toBeLessThan(2)
  expect(stderr).not.toMatch(/bug in deck|panic/)
})

test('12.10: a changed basic-auth password is not seen', async () => {
  const text = (password: string) =>
    file(`consumers:\n- {username: c, basicauth_credentials: [{username: u, password: ${password}}]}\n`)
  await run('sync', text('first'))
  expect((await run('diff', text('first'))).stdout).toContain('Updated: 0')
  const [before] = await listed('basic-auths')
  const { stdout } = await run('sync', text('second'))
  expect(stdout).toContain('Updated: 1')
  expect(stdout).not.toContain('second')
  expect((await listed('basic-auths'))[0]?.['password']).not.toBe(before?.['password'])
  expect((await run('diff', text('second'))).stdout).toContain('Updated: 0')
})

test('12.10: a hash that was dumped is hashed again without a word', async () => {
  const text = 'consumers:\n- {username: c, basicauth_credentials: [{username: u, password: p}]}\n'
  await run('sync', file(text))
  const { stdout: dumped } = await run('dump')
  expect((await run('diff', newFile('same.yaml', dumped))).stdout).toContain('Updated: 0')
  const tagged = dumped.replace('username: u', 'username: u\n    tags: [t]')
  const { stderr } = await run('diff', newFile('tagged.yaml', tagged))
  expect(stderr).toMatch(
    /tagged\.yaml:\d+:\d+: warning: basic-auth u for consumer c: the password is the hash/,
  )
  expect((await run('diff', newFile('tagged.yaml', tagged), '-E', 'hashed-password')).code).toBe(1)
})

test('12.10: a plugin whose id changes cannot be diffed', async () => {
  await run('sync', file(`plugins:\n- {id: ${id(1)}, name: cors}\n`))
  const { code, stdout } = await run('diff', file(`plugins:\n- {id: ${id(2)}, name: cors}\n`))
  expect(code).toBe(0)
  expect(stdout).toContain('plugin cors (global)')
  expect((await run('sync', file(`plugins:\n- {id: ${id(2)}, name: cors}\n`))).code).toBe(0)
  expect(await listed('plugins')).toMatchObject([{ id: id(2) }])
})

test('12.11: 69 MB to load', () => {
  expect(statSync(join(repository, 'dist/deck.cjs')).size).toBeLessThan(8_000_000)
})

test('0.4: services that swap their names are deleted with their routes', async () => {
  const text = (first: string, second: string) =>
    file(
      `services:\n- {id: ${id(1)}, name: ${first}, host: h, routes: [{name: r, paths: [/r]}]}\n- {id: ${id(2)}, name: ${second}, host: i}\n`,
    )
  await run('sync', text('a', 'b'))
  const [route] = await listed('routes')
  const { stdout } = await run('sync', text('b', 'a'))
  expect(stdout).toContain('Created: 0\n  Updated: 2\n  Deleted: 0')
  expect((await listed('routes'))[0]?.['id']).toBe(route?.['id'])
})

test('0.5: a typo is reported without its line, and with a value', async () => {
  const { stderr } = await run('diff', file('services:\n- name: a\n  hots: b.example\n'))
  expect(stderr).toContain(
    'kong.yaml:4:3: error: unknown field "hots" (service "a")\n    hots: b.example\n    ^^^^\nhint: did you mean "host"?',
  )
})

test('0.5: nor is the value of a mistyped secret shown', async () => {
  const text = 'consumers:\n- username: a\n  basicauth_credentials: [{username: u, pasword: hush-hush}]\n'
  const { stderr } = await run('diff', file(text))
  expect(stderr).toContain('did you mean "password"?')
  expect(stderr).not.toContain('hush')
})

test('0.6: the same file is reported in another order each time', async () => {
  const text = file(many(40))
  const outputs = await Promise.all([1, 3, 10].map(at => run('diff', text, '--parallelism', String(at))))
  expect(new Set(outputs.map(({ stdout }) => stdout)).size).toBe(1)
})

test('0.7: no request more than is needed', async () => {
  const relay = await faultyRelay(gateway.admin, () => undefined)
  const at = (command: string) => deck(['gateway', command, file(many(20)), '--kong-addr', relay.address])
  await at('sync')
  expect(relay.seen.filter(({ method }) => method !== 'GET')).toHaveLength(40)
  const synced = relay.seen.length
  await at('diff')
  // Each kind's list and schema, and what Kong it is.
  expect(relay.seen.length - synced).toBeLessThan(45)
})

test('0.8: dump fails where there is no Server header', async () => {
  const body = await (await fetch(gateway.admin)).text()
  const relay = await faultyRelay(gateway.admin, ({ path }) =>
    path === '/' ? { what: 'status', status: 200, body } : undefined,
  )
  expect((await deck(['gateway', 'dump', '--kong-addr', relay.address])).code).toBe(0)
})
