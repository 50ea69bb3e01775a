/**
 * Where scripts written for decK look: its sentences and lines, on the streams where decK has them, beside
 * what we say better.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { deck, newFile, type Served, serve, summary } from '../support/binary.ts'

let gateway: Served
const at = (argv: readonly string[], options: Parameters<typeof deck>[1] = {}) =>
  deck([...argv, '--kong-addr', gateway.admin], options)
const file = (text: string): string => newFile('kong.yaml', `_format_version: "3.0"\n${text}`)

beforeAll(async () => {
  gateway = await serve()
})
afterAll(() => gateway?.stop())
beforeEach(async () => {
  await at(['reset', '-f'])
})

describe('-E and -W', () => {
  const regex = file(
    'services: [{name: s, host: h, routes: [{name: r, protocols: [http], paths: ["/users/\\\\d+"]}]}]\n',
  )

  test('say which warning became an error', async () => {
    const { code, stderr } = await deck(['file', 'render', regex, '-E', 'route-regex-path-format'])
    expect(code).toBe(1)
    expect(stderr).toContain('warning (route-regex-path-format)')
    expect(stderr).toContain('kong.yaml:2:77: error:')
  })

  test('say which error became a warning', async () => {
    const path = file('plugins: [{name: openid-connect, config: {}}]\n')
    const { code, stderr } = await deck(['file', 'render', path, '-W', 'oidc-missing-required-config'])
    expect(code).toBe(0)
    expect(stderr).toContain('error (oidc-missing-required-config) is a warning')
  })
})

describe('a key that comes twice', () => {
  test('is no error where the first has no value: nothing is lost', async () => {
    const path = file('services:\n- name: a\n  host: h\n  routes:\n  routes:\n  - name: r\n    paths: [/r]\n')
    const { code, stdout, stderr } = await at(['sync', path])
    expect(code).toBe(0)
    expect(stdout).toBe(`creating service a\ncreating route r\n${summary(2, 0, 0)}`)
    expect(stderr).toContain('6:3: warning: "routes" comes twice in one mapping')
  })

  test('is one where the last has none: what the first says would be lost', async () => {
    const path = file('services:\n- name: a\n  host: h\n  routes:\n  - name: r\n    paths: [/r]\n  routes:\n')
    expect((await at(['sync', path])).stderr).toContain('8:3: error: "routes" comes twice in one mapping')
  })
})

describe('values from the environment', () => {
  const before = file('services: [{name: a, host: h}]\n')
  const wanted = (host: string): string =>
    file(
      `services:\n- name: a\n  host: h\n  tags: [plain, 'of \${{ env "DECK_OWNER" }}', other]\n  path: /\${{ env "DECK_PATH" }}${host}\n`,
    )

  test('are hidden where they stand, and the rest of the text is shown', async () => {
    const env = { DECK_OWNER: 'team-secret', DECK_PATH: 'p4th' }
    await at(['sync', before])
    const { stdout } = await at(['diff', wanted('/v1')], { env })
    expect(stdout).toContain(
      '+  "path": "/[masked]/v1"\n+  "tags": [\n+    "plain",\n+    "of [masked]",\n+    "other"\n+  ]',
    )
  })

  test('the values before them are hidden altogether', async () => {
    const first = { DECK_OWNER: 'team-secret', DECK_PATH: 'p4th' }
    await at(['sync', wanted('/v1')], { env: first })
    const { stdout } = await at(['diff', wanted('/v2')], { env: { DECK_OWNER: 'another', DECK_PATH: 'way' } })
    expect(stdout).toContain('-  "path": "[masked]",\n+  "path": "/[masked]/v2",')
    expect(stdout).not.toContain('team-secret')
    expect(stdout).not.toContain('p4th')
  })
})

describe('Konnect', () => {
  const konnect = newFile('konnect.yaml', '_format_version: "3.0"\n_konnect: {control_plane_name: default}\n')

  test.each(['--konnect-control-plane-name', '--konnect-runtime-group-name'])(
    '%s other than in the file is refused in decK’s words',
    async flag => {
      const { code, stderr } = await at(['gateway', 'sync', konnect, flag, 'cp1'])
      expect(code).toBe(1)
      expect(stderr).toBe(
        "Error: warning: control plane 'cp1' specified via --konnect-[control-plane|runtime-group]-name flag is different from 'default' found in state file(s)\n",
      )
    },
  )

  test('its passwords that are hashes already are refused: Kong would hash them again', async () => {
    const path = file('_info: {skip_hash_for_basic_auth: true}\nconsumers: []\n')
    const { code, stderr } = await at(['gateway', 'sync', path])
    expect(code).toBe(1)
    expect(stderr).toContain(
      'kong.yaml:2:9: error: skip-hash-for-basic-auth functionality can be used with Konnect only',
    )
  })

  test('the same name is refused at its line', async () => {
    const { code, stderr } = await at(['gateway', 'sync', konnect, '--konnect-control-plane-name', 'default'])
    expect(code).toBe(1)
    expect(stderr).toContain('konnect.yaml:2:1: error: _konnect: Konnect is not supported')
  })
})

test('what is another’s already exists', async () => {
  const id = '13c562a1-191c-4464-9b18-e5222b46035a'
  const service = (tag: string): string => file(`services: [{id: ${id}, name: a, host: h, tags: [${tag}]}]\n`)
  await at(['sync', service('before')])
  const { code, stderr } = await at(['gateway', 'sync', service('after'), '--select-tag', 'after'])
  expect(code).toBe(1)
  expect(stderr).toContain(`error: service with ID ${id} already exists`)
})

describe('a workspace that is not there', () => {
  const path = file('services: [{name: a, host: h}]\n')

  test('is listed among the events', async () => {
    const { code, stdout } = await at(['gateway', 'diff', path, '-w', 'team'])
    expect(code).toBe(0)
    expect(stdout).toBe(`Creating workspace team\ncreating service a\n${summary(1, 0, 0)}`)
  })

  test('stands first in what JSON has of creations, and is not counted', async () => {
    const { stdout } = await at(['gateway', 'diff', path, '-w', 'team', '--json-output'])
    const { changes, summary: counts } = JSON.parse(stdout)
    expect(changes.creating.map(({ kind }: { kind: string }) => kind)).toEqual(['workspace', 'service'])
    expect(counts.creating).toBe(1)
  })
})

describe('entities in JSON and in updates', () => {
  const body = async (text: string, kind: string): Promise<unknown> => {
    const { stdout } = await at(['gateway', 'diff', file(text), '--json-output'])
    const { creating } = JSON.parse(stdout).changes
    return creating.find((entry: { kind: string }) => entry.kind === kind).body.new
  }

  test('refer to consumers by their user name', async () => {
    const plugin = await body('consumers: [{username: ann, plugins: [{name: cors}]}]\n', 'plugin')
    expect(plugin).toMatchObject({ consumer: { username: 'ann' } })
  })

  test('have no id where Kong keeps none', async () => {
    const text = 'consumer_groups: [{name: g}]\nconsumers: [{username: ann, groups: [{name: g}]}]\n'
    const member = await body(text, 'consumer-group-consumer')
    expect(Object.keys(member as object).sort()).toEqual(['consumer', 'consumer_group'])
  })

  test('have their sets in the order of the file', async () => {
    const service = await body('services: [{name: a, host: h, tags: [z, a, m]}]\n', 'service')
    expect(service).toMatchObject({ tags: ['z', 'a', 'm'] })
  })

  test('say nothing of what is null within a record of Kong’s own', async () => {
    await at(['sync', file('upstreams: [{name: u, slots: 100}]\n')])
    const { stdout } = await at(['diff', file('upstreams: [{name: u, slots: 200}]\n')])
    expect(stdout).toContain('-  "slots": 100,\n+  "slots": 200,')
    expect(stdout).not.toContain('null')
  })
})

describe('filter chains', () => {
  const chains = file(
    'services:\n- name: a\n  host: h\n  filter_chains: [{filters: [{name: f}]}]\n  routes:\n  - name: r\n    paths: [/r]\n    filter_chains: [{name: c, filters: [{name: f}]}]\n',
  )

  test('need no name: they are found by what they belong to', async () => {
    const { code, stdout, stderr } = await at(['gateway', 'diff', chains])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^creating filter-chain \S+ for service a$/m)
    expect(stdout).toContain('creating filter-chain c for route r\n')
    expect(stderr).toContain('5:19: warning: the gateway (Kong 3.9.1) has no filter-chain')
  })

  test('are refused by a gateway without wasm with its own words', async () => {
    const { code, stderr } = await at(['gateway', 'sync', '--skip-preflight', chains])
    expect(code).toBe(1)
    expect(stderr).toContain('this endpoint is only available when wasm is enabled')
  })

  test('belong to something', async () => {
    const lone = file('filter_chains: [{filters: [{name: f}]}]\n')
    const { code, stderr } = await deck(['file', 'validate', lone])
    expect(code).toBe(1)
    expect(stderr).toContain('2:17: error: filter-chain needs "service" or "route"')
  })
})

test('a custom entity of an unknown type is not passed over', async () => {
  await at(['sync', file('services: [{name: a, host: h}]\n')])
  const path = file('custom_entities:\n- type: fake-entity\n  fields: {foo: bar}\n')
  const { code, stderr } = await at(['gateway', 'sync', path])
  expect(code).toBe(1)
  expect(stderr).toContain('3:9: error: unknown entity type: fake-entity')
  expect((await at(['dump', '-o', '-'])).stdout).toContain('name: a')
})

describe('dump --skip-defaults', () => {
  const dumped = async (text: string): Promise<Record<string, unknown>> => {
    await at(['sync', file(text)])
    const { stdout } = await at(['gateway', 'dump', '--skip-defaults', '--format', 'json'])
    expect((await at(['diff', newFile('dumped.json', stdout)])).stdout).toBe(summary(0, 0, 0))
    return JSON.parse(stdout)
  }

  test('goes through the records of a configuration', async () => {
    const limit = 'plugins: [{name: rate-limiting, config: {minute: 5, redis: {port: 6000}}}]\n'
    expect((await dumped(limit))['plugins']).toEqual([
      {
        name: 'rate-limiting',
        config: { minute: 5, redis: { port: 6000 }, redis_port: 6000 },
        enabled: true,
      },
    ])
  })

  test('leaves an empty configuration out', async () => {
    expect((await dumped('plugins: [{name: key-auth}]\n'))['plugins']).toEqual([
      { name: 'key-auth', enabled: true },
    ])
  })

  test('keeps a null where there is a default', async () => {
    const text = 'plugins: [{name: rate-limiting, config: {minute: 5, error_message: null}}]\n'
    expect((await dumped(text))['plugins']).toMatchObject([{ config: { minute: 5 } }])
  })

  test('keeps what decK takes no file without', async () => {
    const text = 'consumers: [{username: a, jwt_secrets: [{key: k, secret: s, algorithm: HS256}]}]\n'
    expect((await dumped(text))['consumers']).toMatchObject([
      { jwt_secrets: [{ key: 'k', algorithm: 'HS256' }] },
    ])
  })
})

test('a time to live that is given, shortened or taken away is an update; what is left of it is none', async () => {
  const key = (ttl: string): string =>
    file(`consumers: [{username: a, keyauth_credentials: [{key: k${ttl}}]}]\n`)
  await at(['sync', key('')])
  const synced = async (ttl: string): Promise<string> => (await at(['sync', key(ttl)])).stdout
  expect(await synced(', ttl: 3600')).toContain('+  "ttl": 3600')
  expect(await synced(', ttl: 3600')).toBe(summary(0, 0, 0))
  expect(await synced(', ttl: 60')).toContain('+  "ttl": 60')
  expect(await synced('')).toContain('Updated: 1')
  expect((await at(['dump', '-o', '-'])).stdout).not.toContain('ttl')
})

test('a difference to a workspace that is not there knows the plugins', async () => {
  const { code, stdout } = await at(['gateway', 'diff', file('plugins: [{name: cors}]\n'), '-w', 'team'])
  expect(code).toBe(0)
  expect(stdout).toBe(`Creating workspace team\ncreating plugin cors (global)\n${summary(1, 0, 0)}`)
})

test('a dump has no ids of what is found by its owner', async () => {
  await at(['sync', file('consumers: [{username: a, acls: [{group: g}]}]\n')])
  expect((await at(['gateway', 'dump', '-o', '-'])).stdout).toContain(
    'consumers:\n- acls:\n  - group: g\n  username: a\n',
  )
})
