/** A gateway without a database: one declarative file, taken whole or not at all, and single writes refused. */
import { mkdtempSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Gateway, startGateway } from '../../src/gateway/gateway.ts'
import type { GatewayOptions } from '../../src/gateway/options.ts'
import { ask, askRaw } from '../support/ask.ts'
import { anyPort } from '../support/bare-gateway.ts'

const kong28 = { major: 2, minor: 8, text: '2.8' }
const kong39 = { major: 3, minor: 9, text: '3.9' }

const open: Gateway[] = []

async function start(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const gateway = await startGateway({ ...anyPort, version: kong39, database: 'off', ...options })
  open.push(gateway)
  return gateway
}

afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close()
})

const load = (gateway: Gateway, yaml: string, query = '') =>
  askRaw(gateway.admin, 'POST', `/config${query}`, yaml, 'text/yaml')

const rows = async (gateway: Gateway, at: string) =>
  (await ask(gateway.admin, 'GET', at)).json['data'] as Record<string, unknown>[]

describe('a declarative file', () => {
  let backend: Server
  beforeEach(async () => {
    backend = createServer((_request, response) => response.end('from the backend'))
    await new Promise<void>(resolve => backend.listen(0, '127.0.0.1', resolve))
  })
  afterEach(() => backend.close())

  it.each([kong28, kong39])('acts at once in Kong $text, nested or referring by name', async version => {
    const gateway = await start({ version })
    const { port } = backend.address() as AddressInfo
    const answer = await load(
      gateway,
      `_format_version: "2.1"
_comment: for a test
_ignore: [anything]
services:
- name: s
  _comment: the only one
  url: http://u
  routes:
  - name: nested
    paths: [/nested]
    plugins:
    - {name: key-auth, _comment: only there}
    - {name: request-termination, consumer: c, config: {status_code: 418}}
routes:
- {name: by-name, service: s, paths: [/by-name]}
upstreams:
- name: u
  targets: [{target: "127.0.0.1:${port}"}]
consumers:
- username: c
  keyauth_credentials: [{key: k}]
  basicauth_credentials: [{username: u, password: p}]
`,
    )
    expect(answer.status, answer.text).toBe(201)
    const status = async (at: string) => (await fetch(gateway.proxy + at)).status
    expect(await status('/by-name')).toBe(200)
    expect(await status('/nested')).toBe(401)
    const plugins = await rows(gateway, '/plugins')
    expect(plugins.find(({ name }) => name === 'request-termination')?.['consumer']).toEqual({
      id: (await ask(gateway.admin, 'GET', '/consumers/c')).json['id'],
    })
    const [basic] = await rows(gateway, '/consumers/c/basic-auth')
    expect(basic?.['password']).toMatch(/^[\da-f]{40}$/)
  })

  it('replaces all that was there, and is given out as one that can be loaded again', async () => {
    const gateway = await start()
    await load(
      gateway,
      '_format_version: "3.0"\nservices: [{name: gone, host: h}]\nconsumers: [{username: gone}]\n',
    )
    await load(
      gateway,
      '_format_version: "3.0"\nservices: [{name: a, host: h, tags: [t], routes: [{name: r, paths: ["~/a(?<x>.)"]}]}]\n' +
        'plugins: [{name: rate-limiting, service: a, config: {minute: 5}}]\n' +
        'consumers: [{username: c, basicauth_credentials: [{username: u, password: p}]}]\n',
    )
    expect((await rows(gateway, '/services')).map(({ name }) => name)).toEqual(['a'])
    const { config } = (await ask(gateway.admin, 'GET', '/config')).json
    const again = await start({ declarativeConfig: String(config) })
    // What is loaded a second later is changed a second later.
    const timeless = async (one: Gateway, at: string) =>
      (await rows(one, at)).map(({ updated_at: _time, ...rest }) => rest)
    for (const at of ['/services', '/routes', '/plugins', '/consumers', '/basic-auths']) {
      expect(await timeless(again, at)).toEqual(await timeless(gateway, at))
    }
  })

  it.each([kong28, kong39])('counts in no database that Kong $text has not', async version => {
    const gateway = await start({ version })
    const file = (policy: string) =>
      `_format_version: "2.1"\nplugins: [{name: rate-limiting, config: {minute: 5${policy}}}]\n`
    expect((await load(gateway, file(', policy: cluster'))).json['fields']).toEqual({
      plugins: [{ config: { policy: 'expected one of: local, redis' } }],
    })
    await load(gateway, file(''))
    const [plugin] = await rows(gateway, '/plugins')
    expect(plugin?.['config']).toMatchObject({ policy: 'local' })
  })

  it('takes paths of the older formats for what they were', async () => {
    const gateway = await start()
    await load(
      gateway,
      '_format_version: "1.1"\nservices: [{name: a, host: h, routes: [{name: r, paths: ["/x\\\\d+", /plain%2Dpath, "/a%2E(b)"]}]}]\n',
    )
    const [route] = await rows(gateway, '/routes')
    expect(route?.['paths']).toEqual(['~/x\\d+', '/plain-path', '~/a\\.(b)'])
  })

  it('may give a key seconds to live, and leaves the workspace that 2.8 always has', async () => {
    const gateway = await start({ version: kong28 })
    await load(
      gateway,
      '_format_version: "1.1"\nconsumers: [{username: c, keyauth_credentials: [{key: k, ttl: 100}]}]\nservices: {}\n',
    )
    expect((await rows(gateway, '/key-auths'))[0]?.['ttl']).toBe(99)
    expect((await rows(gateway, '/workspaces')).map(({ name }) => name)).toEqual(['default'])
    expect((await ask(gateway.admin, 'GET', '/config')).json['config']).not.toContain('workspaces')
  })

  it('is known by its hash', async () => {
    const gateway = await start()
    const hash = async () => (await ask(gateway.admin, 'GET', '/status')).json['configuration_hash']
    expect(await hash()).toBe('0'.repeat(32))
    const file = '_format_version: "3.0"\nservices: [{name: a, host: h}]\n'
    await load(gateway, file)
    expect(await hash()).toMatch(/^[\da-f]{32}$/)
    expect((await load(gateway, file, '?check_hash=1')).status).toBe(304)
    expect((await load(gateway, `${file}\n`, '?check_hash=1')).status).toBe(201)
  })

  it('is kept with --data, as are the ids that were made', async () => {
    const dataDir = path.join(mkdtempSync(path.join(tmpdir(), 'deck-test-')), 'data')
    const first = await start({ dataDir })
    await load(first, '_format_version: "3.0"\nservices: [{name: a, host: h, plugins: [{name: cors}]}]\n')
    const before = await rows(first, '/plugins')
    open.splice(0)
    await first.close()
    const second = await start({ dataDir })
    expect(await rows(second, '/plugins')).toEqual(before)
    expect((await ask(second.admin, 'GET', '/status')).json['configuration_hash']).not.toBe('0'.repeat(32))
  })
})

describe('a declarative file with mistakes', () => {
  it('changes nothing and reports every problem', async () => {
    const gateway = await start()
    await load(gateway, '_format_version: "3.0"\nservices: [{name: kept, host: h}]\n')
    const answer = await load(
      gateway,
      `_format_version: "3.0"
_info: {}
services:
- {name: a, host: h, routes: [{paths: [x]}, {paths: [/y], service: b}]}
- {name: b}
plugins:
- {name: key-auth, config: {key_names: nope}}
`,
    )
    expect(answer.status).toBe(400)
    expect(answer.json['fields']).toEqual({
      _info: 'unknown field',
      services: [
        {
          routes: [
            { paths: ['should start with: / (fixed path) or ~/ (regex path)'] },
            { service: 'value must be null' },
          ],
        },
        { host: 'required field missing' },
      ],
      plugins: [{ config: { key_names: 'expected an array' } }],
    })
    expect((await rows(gateway, '/services')).map(({ name }) => name)).toEqual(['kept'])
  })

  it('tells them by entity where that is asked, from the last to the first', async () => {
    const gateway = await start()
    const id = '11111111-1111-4111-8111-111111111111'
    const { json } = await load(
      gateway,
      `_format_version: "3.0"
nope: 1
consumers: [{tags: [a, b]}]
services:
- {id: ${id}, name: a, host: h, retries: x, port: -1, routes: [{name: r, paths: [/ok, x]}, {paths: [/ok]}]}
`,
      '?flatten_errors=1',
    )
    expect(json['fields']).toEqual({ nope: 'unknown field' })
    expect(json['flattened_errors']).toEqual([
      {
        entity_name: 'r',
        entity_type: 'route',
        entity: { name: 'r', paths: ['/ok', 'x'], service: { id } },
        errors: [
          {
            type: 'field',
            field: 'paths.2',
            message: 'should start with: / (fixed path) or ~/ (regex path)',
          },
        ],
      },
      {
        entity_name: 'a',
        entity_id: id,
        entity_type: 'service',
        entity: { id, name: 'a', host: 'h', retries: 'x', port: -1 },
        errors: [
          { type: 'field', field: 'retries', message: 'expected an integer' },
          { type: 'field', field: 'port', message: 'value should be between 0 and 65535' },
        ],
      },
      {
        entity_tags: ['a', 'b'],
        entity_type: 'consumer',
        entity: { tags: ['a', 'b'] },
        errors: [
          {
            type: 'entity',
            message: "at least one of these fields must be non-empty: 'custom_id', 'username'",
          },
        ],
      },
    ])
  })

  it.each([
    [
      'services: [{name: a, host: h}]\nroutes: [{name: r, paths: [/], service: b}]',
      { routes: { r: ["invalid reference 'service: b' (no such entry in 'services')"] } },
    ],
    [
      'consumers: [{username: a, custom_id: x}, {username: b, custom_id: x}]',
      {
        consumers: {
          b: "uniqueness violation: 'consumers' entity with custom_id set to 'x' already declared",
        },
      },
    ],
    [
      'upstreams: [{name: u, targets: [{target: "h:1"}, {target: "h:1"}]}]',
      {
        upstreams: [
          {
            targets: [
              null,
              expect.stringMatching(
                /^uniqueness violation: 'targets' entity with primary key set to '.*' already declared$/,
              ),
            ],
          },
        ],
      },
    ],
    ['services: a', { services: 'expected an array' }],
    ['services: [1]', { services: ['expected a record'] }],
  ])('%s', async (content, fields) => {
    const gateway = await start()
    expect((await load(gateway, `_format_version: "3.0"\n${content}\n`)).json['fields']).toEqual(fields)
  })

  it('stops a gateway that is to begin with it', async () => {
    await expect(start({ declarativeConfig: 'services: [' })).rejects.toThrow(
      /failed parsing declarative configuration: \d+:\d+/,
    )
    await expect(start({ declarativeConfig: 'services: []' })).rejects.toThrow(
      /_format_version="required field missing"/,
    )
  })
})

describe('single writes', () => {
  it('are refused once they are right in themselves', async () => {
    const gateway = await start()
    const { json } = await load(gateway, '_format_version: "3.0"\nservices: [{name: a, host: h}]\n')
    const [id = ''] = Object.keys((json['services'] ?? {}) as object)
    const said = async (method: string, at: string, body?: unknown) => {
      const answer = await ask(gateway.admin, method, at, body)
      return `${answer.status} ${answer.json['message']}`
    }
    const refused = (what: string) => `405 cannot ${what} when not using a database`
    expect(await said('POST', '/services', { host: 'h' })).toBe(refused("create 'services' entities"))
    expect(await said('POST', '/services', {})).toContain('400 schema violation')
    expect(await said('PUT', '/services/b', { host: 'h' })).toBe(
      refused("create or update 'services' entities by 'name'"),
    )
    expect(await said('PUT', `/services/${id}`, { host: 'h' })).toBe(
      refused("create or update 'services' entities"),
    )
    expect(await said('PATCH', '/services/a', { retries: 1 })).toBe(
      refused("update 'services' entities by 'name'"),
    )
    expect(await said('PATCH', `/services/${id}`, { retries: 1 })).toBe(refused("update 'services' entities"))
    expect(await said('DELETE', `/services/${id}`)).toBe(refused("remove 'services' entities"))
    expect(await said('PUT', '/debug/node/log-level/debug')).toBe(
      '405 cannot change log level when not using a database',
    )
    expect((await ask(gateway.admin, 'GET', '/')).json['configuration']).toMatchObject({ database: 'off' })
  })
})
