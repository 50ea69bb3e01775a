/** `deck file convert` between state files and Kong's DB-less format, as our gateways read both. */
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { deck, newFile, repository, type Served, serve } from '../support/binary.ts'
import { certificate, privateKey } from '../support/client-certificate.ts'

const served: Served[] = []
afterAll(() => Promise.all(served.map(gateway => gateway.stop())))

async function gateway(argv: string[] = []): Promise<(...argv: string[]) => ReturnType<typeof deck>> {
  const one = await serve(argv)
  served.push(one)
  return (...argv) => deck([...argv, '--kong-addr', one.admin])
}

const convert = (from: string, to: string, text: string, env: Record<string, string> = {}) =>
  deck(['file', 'convert', '--from', from, '--to', to], { stdin: text, env })

/** A gateway without a database, with this file; its dump. */
async function dumpOfDbless(text: string, ...argv: string[]): Promise<string> {
  const run = await gateway(['--db-less', '--declarative-config', newFile('kong.yml', text)])
  return (await run('gateway', 'dump', ...argv)).stdout
}

async function dumpOfSynced(text: string, ...argv: string[]): Promise<string> {
  const run = await gateway()
  const { code, stderr } = await run('gateway', 'sync', newFile('kong.yaml', text))
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  return (await run('gateway', 'dump', ...argv)).stdout
}

const jwk = JSON.stringify({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }),
  kid: 'one',
})

const indented = (text: string): string => text.trimEnd().replaceAll('\n', '\n    ')

/** Every kind of Kong OSS, and all that only state files have. */
const stateFile = `_format_version: "3.0"
_info:
  select_tags: [shop]
  defaults:
    service: {retries: 2}
_plugin_configs:
  limit: {minute: 5, policy: local}
services:
- name: orders
  url: https://\${{ env "DECK_HOST" }}/v1
  client_certificate: {id: 4bd3b8c0-79a8-4f16-9c1c-2a3a34c62ee1}
  routes:
  - name: orders
    paths: [/orders]
    plugins:
    - name: rate-limiting
      _config: limit
  - id: 0a4c3d1e-6f0f-4a6c-9d2c-6d4d1f3e5a11
    paths: [/nameless]
    plugins:
    - name: cors
routes:
- name: top
  paths: [/top]
  service: {name: orders}
plugins:
- name: key-auth
  service: orders
- name: request-termination
  route: top
  consumer: alice
consumers:
- username: alice
  custom_id: "1"
  acls: [{group: gold}]
  keyauth_credentials: [{key: alice-key}]
  basicauth_credentials: [{username: alice, password: pass}]
  hmacauth_credentials: [{username: alice, secret: s3cr3t}]
  jwt_secrets: [{key: k, secret: s}]
  oauth2_credentials: [{name: app, client_id: c, client_secret: s, redirect_uris: [https://a.example]}]
- id: 9a4c3d1e-6f0f-4a6c-9d2c-6d4d1f3e5a12
  custom_id: only-custom
  plugins: [{name: request-size-limiting, config: {allowed_payload_size: 5}}]
upstreams:
- name: orders.example
  targets: [{target: "10.0.0.1:80"}, {target: 10.0.0.2}]
certificates:
- id: 4bd3b8c0-79a8-4f16-9c1c-2a3a34c62ee1
  cert: |
    ${indented(certificate)}
  key: |
    ${indented(privateKey)}
  snis: [{name: a.example}]
ca_certificates:
- id: 7a4c3d1e-6f0f-4a6c-9d2c-6d4d1f3e5a13
  cert: |
    ${indented(certificate)}
vaults:
- name: env
  prefix: my-env
  config: {prefix: SECRET_}
key_sets:
- name: set
keys:
- name: one
  kid: one
  set: {name: set}
  jwk: '${jwk}'
`

describe('a state file for a gateway without a database', () => {
  const env = { DECK_HOST: 'orders.example' }
  let dbless: string
  beforeAll(async () => {
    const { code, stdout, stderr } = await convert('deck', 'dbless', stateFile, env)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    dbless = stdout
  })

  test('gives a gateway with the same entities', async () => {
    const synced = await gateway()
    await synced('gateway', 'sync', newFile('kong.yaml', stateFile.replace(/\$\{\{.*?\}\}/, env.DECK_HOST)))
    const expected = (await synced('gateway', 'dump')).stdout
    const found = await dumpOfDbless(dbless)
    expect(withoutPasswords(found)).toEqual(withoutPasswords(expected))
    expect(parse(found).services).toHaveLength(1)
  })

  test('has no words of state files, and names its references', () => {
    const content = parse(dbless)
    expect(dbless).not.toMatch(/_info|_plugin_configs|_config\b|url:|DECK_/)
    expect(content.plugins).toMatchObject([{ consumer: 'alice', route: 'top' }])
    expect(content.keys).toMatchObject([{ set: 'set' }])
    expect(content.services[0]).toMatchObject({
      retries: 2,
      tags: ['shop'],
      host: 'orders.example',
      path: '/v1',
    })
    expect(content.services[0].routes[1].plugins[0]).toMatchObject({ config: { minute: 5 } })
  })

  test('and back it is a state file for the same gateway', async () => {
    const back = await convert('dbless', 'deck', dbless)
    expect({ code: back.code, stderr: back.stderr }).toEqual({ code: 0, stderr: '' })
    const run = await gateway()
    await run('gateway', 'sync', newFile('kong.yaml', stateFile.replace(/\$\{\{.*?\}\}/, env.DECK_HOST)))
    const { stdout } = await run('gateway', 'diff', newFile('back.yaml', back.stdout), '--select-tag', 'shop')
    expect(stdout).toBe('Summary:\n  Created: 0\n  Updated: 0\n  Deleted: 0\n')
  })

  test('a dump keeps the hashes of its passwords', async () => {
    const run = await gateway()
    await run('gateway', 'sync', newFile('kong.yaml', stateFile.replace(/\$\{\{.*?\}\}/, env.DECK_HOST)))
    const dump = (await run('gateway', 'dump', '--with-id')).stdout
    const { stdout, stderr } = await convert('deck', 'dbless', dump)
    expect(stderr).toBe('')
    expect(parse(stdout)._transform).toBe(false)
    expect(await dumpOfDbless(stdout, '--with-id')).toBe(dump)
  })

  test('hashes without the id of their consumer are reported', async () => {
    const dump = `_format_version: "3.0"\nconsumers:\n- username: a\n  basicauth_credentials:\n  - username: a\n    password: ${'a1'.repeat(20)}\n`
    const { code, stderr } = await convert('deck', 'dbless', dump)
    expect(code).toBe(0)
    expect(stderr).toMatch(/STDIN:6:15: warning: the password of this basic-auth is a hash made with the id/)
  })
})

const withoutPasswords = (text: string): unknown =>
  JSON.parse(JSON.stringify(parse(text), (name, value) => (name === 'password' ? 'a hash' : value)))

describe('a DB-less file for deck', () => {
  /** References in all directions, at the top and nested. */
  const flat = `_format_version: "3.0"
_comment: for the lab
services:
- name: a
  url: http://a.example:8080/x
  host: ignored.example
  _comment: first
routes:
- name: r
  paths: [/r]
  service: a
  plugins:
  - name: key-auth
- id: 0a4c3d1e-6f0f-4a6c-9d2c-6d4d1f3e5a11
  paths: [/s]
  service: a
plugins:
- name: cors
  route: 0a4c3d1e-6f0f-4a6c-9d2c-6d4d1f3e5a11
- name: rate-limiting
  config: {minute: 5, policy: local}
  consumer: bob
  service: a
consumers:
- username: bob
keyauth_credentials:
- key: bob-key
  consumer: bob
acls:
- {group: gold, consumer: bob}
upstreams:
- name: u
targets:
- {target: "1.1.1.1:80", upstream: u}
certificates:
- id: 4bd3b8c0-79a8-4f16-9c1c-2a3a34c62ee1
  cert: |
    ${indented(certificate)}
  key: |
    ${indented(privateKey)}
  services:
  - name: inside
    host: inside.example
    protocol: https
    routes:
    - name: deep
      paths: [/deep]
snis:
- {name: b.example, certificate: 4bd3b8c0-79a8-4f16-9c1c-2a3a34c62ee1}
key_sets:
- name: set
  keys:
  - {name: one, kid: one, jwk: '${jwk}'}
`

  test('gives a gateway with the same entities', async () => {
    const { code, stdout, stderr } = await convert('dbless', 'deck', flat)
    expect(code).toBe(0)
    expect(stderr.match(/^STDIN:\d+:\d+: warning: _comment is left out/gm)).toEqual([
      'STDIN:2:11: warning: _comment is left out',
      'STDIN:7:13: warning: _comment is left out',
    ])
    expect(await dumpOfSynced(stdout)).toBe(await dumpOfDbless(flat))
    expect(parse(stdout).services).toContainEqual(
      expect.objectContaining({
        name: 'inside',
        client_certificate: '4bd3b8c0-79a8-4f16-9c1c-2a3a34c62ee1',
        routes: [expect.objectContaining({ name: 'deep' })],
      }),
    )
    expect((await deck(['file', 'validate', newFile('kong.yaml', stdout)])).code).toBe(0)
  })

  test('an expression in it is a text, and stays one', async () => {
    const file = '_format_version: "3.0"\nservices:\n- {name: a, host: h, path: "/${{ env \\"DECK_X\\" }}"}\n'
    const { stdout } = await convert('dbless', 'deck', file)
    const rendered = await deck(['file', 'render', '--populate-env-vars'], { stdin: stdout })
    expect(parse(rendered.stdout).services[0].path).toBe('/${{ env "DECK_X" }}')
  })

  test.each([
    [
      'routes:\n- {name: r, paths: [/], service: nope}\n',
      '3:34: error: service: nothing in this file is called "nope"',
    ],
    ['targets:\n- {target: a}\n', '3:3: error: this target has no upstream'],
    [
      'certificates:\n- cert: x\n  key: y\n  services: [{name: a}]\n',
      '3:3: error: this certificate needs a name or an id: a service refers to it',
    ],
    ['servces: []\n', '2:1: error: "servces" is no list of entities'],
    ['services: [text]\n', '2:12: error: an entity is a mapping'],
  ])('%j is refused at its line', async (text, message) => {
    const { code, stdout, stderr } = await convert('dbless', 'deck', `_format_version: "3.0"\n${text}`)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(`STDIN:${message}`)
  })

  test.each([
    [
      '_transform: false\nconsumers: [{username: a, basicauth_credentials: [{username: a, password: x}]}]\n',
      '2:13: warning: _transform: false: the passwords',
    ],
  ])('%j: what a sync would make of it is reported', async (text, message) => {
    const { code, stderr } = await convert('dbless', 'deck', `_format_version: "3.0"\n${text}`)
    expect(code).toBe(0)
    expect(stderr).toContain(`STDIN:${message}`)
  })
})

describe('what a DB-less file cannot say is reported at its line', () => {
  test.each<[string, string, number]>([
    ['_workspace: team\nservices: []\n', '2:13: warning: _workspace is left out', 0],
    ['_info: {protected: {tags: [core]}}\n', '2:20: warning: _info.protected is left out', 0],
    ['rbac_roles: [{name: r}]\n', '2:14: error: a gateway without a database has no rbac-role', 1],
    [
      'routes: [{name: r, paths: [/], service: {name: nope}}]\n',
      '2:41: error: no service "nope" for route "r"',
      1,
    ],
  ])('%j', async (text, message, expected) => {
    const { code, stderr } = await convert('deck', 'dbless', `_format_version: "3.0"\n${text}`)
    expect(stderr).toContain(`STDIN:${message}`)
    expect(code).toBe(expected)
  })

  test('layouts and versions do not go together, nor layouts and --in-place', async () => {
    const mixed = await convert('deck', '3.4', '')
    expect(mixed.stderr).toContain("cannot convert from 'deck' to '3.4' format")
    const argv = [
      'file',
      'convert',
      '--in-place',
      '--from',
      'deck',
      '--to',
      'dbless',
      '--input-file',
      'x.yaml',
    ]
    expect((await deck(argv)).stderr).toContain('--in-place')
    const kept = await deck(['file', 'convert', '--from', 'deck', '--to', 'dbless', '--no-expand-env-vars'])
    expect(kept.stderr).toContain('--no-expand-env-vars')
  })
})

test('the guide’s file runs without a database', async () => {
  const { stdout } = await convert(
    'deck',
    'dbless',
    readFileSync(`${repository}/fixtures/guide/kong.yaml`, 'utf8'),
  )
  const run = await gateway(['--db-less', '--declarative-config', newFile('kong.yml', stdout)])
  expect((await run('gateway', 'diff', `${repository}/fixtures/guide/kong.yaml`)).stdout).toContain(
    'Created: 0',
  )
})
