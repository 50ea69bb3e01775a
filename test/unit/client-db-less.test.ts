/** Gateways without a database: the same commands, one `POST /config` instead of many changes. */
import { describe, expect, it } from 'vitest'
import { dump } from '../../src/recipes/dump.ts'
import { reset } from '../../src/recipes/reset.ts'
import { complete, counts, desk } from '../support/client-desk.ts'
import { faultyRelay } from '../support/faulty-relay.ts'

const withPassword = (password: string): string => `_format_version: "3.0"
consumers:
- username: c
  basicauth_credentials:
  - username: u
    password: ${password}
`

const list = async (admin: string, path: string): Promise<Record<string, unknown>[]> => {
  const answer = (await (await fetch(admin + path)).json()) as { data: Record<string, unknown>[] }
  return answer.data
}

describe.each(['3.9.1', '2.8.5'])('a gateway without a database, Kong %s', version => {
  it('becomes what the file says, by one request, and stays so', async () => {
    const { admin, go } = await desk(version, 'off')
    const relay = await faultyRelay(admin, () => undefined)
    const first = await go(complete, { client: { address: relay.address } })
    expect(first).toMatchObject({ code: 0, err: '' })
    expect(counts(first)).toBe('10/0/0')
    expect(relay.seen.filter(({ method }) => method !== 'GET').map(({ path }) => path)).toEqual([
      '/config?flatten_errors=1',
    ])
    expect(counts(await go(complete, { mode: 'diff' }))).toBe('0/0/0')
    const again = await go(complete, { client: { address: relay.address } })
    expect(counts(again)).toBe('0/0/0')
    expect(relay.seen.filter(({ method }) => method !== 'GET')).toHaveLength(1)
  })

  it('is changed, dumped and reset as any other', async () => {
    const { go, run, client, admin } = await desk(version, 'off')
    await go(complete)
    const [service] = await list(admin, '/services')
    const changed = await go(complete.replace('weight: 0', 'weight: 7').replace('host: u', 'host: v'))
    expect(counts(changed)).toBe('0/2/0')
    // Who they are stays.
    expect(await list(admin, '/services')).toMatchObject([{ id: service?.['id'], host: 'v' }])
    const dumped = await run(io => dump({ client, outputFile: '-', format: 'yaml' }, io))
    expect(counts(await go(dumped.out, { mode: 'diff' }))).toBe('0/0/0')
    expect((await run(io => reset({ client }, io))).code).toBe(0)
    expect(await list(admin, '/services')).toEqual([])
    expect(await list(admin, '/plugins')).toEqual([])
  })

  it('keeps what the run is not about', async () => {
    const { go, admin } = await desk(version, 'off')
    await go(complete)
    const file = '_format_version: "3.0"\nservices:\n- name: tagged\n  host: h.test\n'
    expect(counts(await go(file, { selectTags: ['mine'] }))).toBe('1/0/0')
    const names = (await list(admin, '/services')).map(({ name }) => name)
    expect(names.sort()).toEqual(['s', 'tagged'])
    expect(await list(admin, '/consumers')).toHaveLength(1)
    expect(counts(await go(complete, { mode: 'apply' }))).toBe('0/0/0')
  })

  it('stores passwords as a write would', async () => {
    const { go, admin } = await desk(version, 'off')
    expect((await go(withPassword('first'))).code).toBe(0)
    const [before] = await list(admin, '/basic-auths')
    expect(before?.['password']).toMatch(/^[0-9a-f]{40}$/)
    expect(counts(await go(withPassword('first')))).toBe('0/0/0')
    expect(counts(await go(withPassword('second')))).toBe('0/1/0')
    const [after] = await list(admin, '/basic-auths')
    expect(after?.['password']).toMatch(/^[0-9a-f]{40}$/)
    expect(after?.['password']).not.toBe(before?.['password'])
    // Something else changes: the hash is not hashed again.
    expect(counts(await go(`${withPassword('second')}  custom_id: x\n`))).toBe('0/1/0')
    expect(await list(admin, '/basic-auths')).toMatchObject([{ password: after?.['password'] }])
  })
})

it('a refused entity is reported at its line, and nothing is applied', async () => {
  const { admin, go } = await desk('3.9.1', 'off')
  const file = `_format_version: "3.0"
services:
- name: a
  host: h.test
plugins:
- name: cors
  config:
    methods: [GET, NOPE]
`
  const failed = await go(file, { skipsPreflight: true })
  expect(failed.code).toBe(1)
  expect(failed.out).toContain('Created: 0')
  expect(failed.err).toMatch(/STDIN:\d+:\d+: error: Create plugin cors \(global\) failed: .*methods/)
  expect(await list(admin, '/services')).toEqual([])
  const json = JSON.parse((await go(file, { jsonOutput: true, skipsPreflight: true })).out)
  expect(json.summary.total).toBe(0)
  expect(json.changes.creating).toMatchObject([{ name: 'cors (global)', status: 'failed' }])
  expect(json.changes.dropped_creations).toMatchObject([{ name: 'a', status: 'not-attempted' }])
})
