/** Deletes that the gateway makes with others: reported, recorded and undone like all others. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deck, newFile, newFolder, type Served, serve } from '../support/binary.ts'
import { type Fault, faultyRelay } from '../support/faulty-relay.ts'

const withKey = { DECK_JOURNAL_KEY: '0123456789abcdef-of-a-user' }

const everything = `_format_version: "3.0"
services:
- name: s
  host: s.example
  plugins: [{name: cors}]
  routes: [{name: r, paths: [/r], plugins: [{name: rate-limiting, config: {minute: 5, policy: local}}]}]
consumers:
- username: c
  keyauth_credentials: [{key: key-of-c}]
  acls: [{group: g}]
upstreams:
- name: u
  targets: [{target: "127.0.0.1:80"}, {target: "127.0.0.1:81"}]
`
const nothing = '_format_version: "3.0"\n'
const fewer = `_format_version: "3.0"
services: [{name: other, host: h.example}]
`

let gateway: Served
let folder: string
const at = (address: string, argv: readonly string[]) =>
  deck(['gateway', ...argv, '--kong-addr', address, '--journal', folder], { env: withKey })
const sync = (address: string, text: string, flags: readonly string[] = []) =>
  at(address, ['sync', newFile('kong.yaml', text), '--yes', ...flags])
const isAs = async (text: string): Promise<boolean> =>
  (
    await deck([
      ...['gateway', 'diff', newFile('kong.yaml', text), '--non-zero-exit-code'],
      ...['--kong-addr', gateway.admin],
    ])
  ).code === 0
const counting = (faultOf: (method: string, path: string) => Fault | undefined = () => undefined) =>
  faultyRelay(gateway.admin, ({ method, path }) => faultOf(method, path))

beforeAll(async () => {
  gateway = await serve()
})
afterAll(() => gateway.stop())
beforeEach(async () => {
  folder = newFolder()
  await deck(['gateway', 'reset', '--force', '--no-journal', '--kong-addr', gateway.admin])
  await sync(gateway.admin, everything)
})

describe('deletes that go with others', () => {
  it('are reported as all others, and cost no request', async () => {
    const relay = await counting()
    const { code, stdout, stderr } = await at(relay.address, ['reset', '--force'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe(`deleting plugin cors for service s
deleting plugin rate-limiting for route r
deleting route r
deleting target 127.0.0.1:80 for upstream u
deleting target 127.0.0.1:81 for upstream u
deleting service s
deleting key-auth -of-c for consumer c
deleting acl-group g for consumer c
deleting upstream u
deleting consumer c
Summary:
  Created: 0
  Updated: 0
  Deleted: 10
`)
    const deleted = relay.seen.filter(({ method }) => method === 'DELETE').map(({ path }) => path)
    expect(deleted.map(path => path.split('/')[1]).sort()).toEqual([
      'consumers',
      'routes',
      'services',
      'upstreams',
    ])
    expect(await isAs(nothing)).toBe(true)
  })

  it('are undone with the delete that took them along', async () => {
    await sync(gateway.admin, fewer)
    const { stdout } = await at(gateway.admin, ['rollback', '--yes'])
    expect(stdout).toContain('Created: 10')
    expect(await isAs(everything)).toBe(true)
  })

  it.each([
    ['refused', { what: 'status', status: 400 }],
    ['lost, with its answer', { what: 'lost-answer' }],
  ] as const)('are not attempted where that one is %s', async (_, fault) => {
    let isFaulty = true
    const relay = await counting((method, path) =>
      isFaulty && method === 'DELETE' && path.startsWith('/consumers/') ? fault : undefined,
    )
    const { code, stdout, stderr } = await sync(relay.address, fewer)
    expect(code).toBe(1)
    expect(stdout).not.toContain('deleting key-auth')
    expect(stderr).toMatch(/Not attempted \(\d+\):[\s\S]* {2}deleting key-auth/)
    isFaulty = false
    const { code: undone } = await at(relay.address, ['rollback', '--yes'])
    expect(undone).toBe(0)
    expect(await isAs(everything)).toBe(true)
  })

  it('are undone with --on-error rollback where the answer was lost', async () => {
    const relay = await counting((method, path) =>
      method === 'DELETE' && path.startsWith('/consumers/') ? { what: 'lost-answer' } : undefined,
    )
    const { code, stderr } = await sync(relay.address, fewer, ['--on-error', 'rollback'])
    expect(code).toBe(1)
    expect(stderr).toContain('The gateway is as it was before the run')
    expect(await isAs(everything)).toBe(true)
  })

  it('stop a run where one of them is protected', async () => {
    const guarded = everything.replace('{key: key-of-c}', '{key: key-of-c, tags: [keep]}')
    await sync(gateway.admin, guarded)
    const { code, stderr } = await sync(gateway.admin, fewer, ['--protect-tag', 'keep'])
    expect(code).toBe(1)
    expect(stderr).toContain('has the protected tag "keep" and would be deleted')
    expect(await isAs(guarded)).toBe(true)
  })
})
