/**
 * `gateway drift`: what was changed since the last sync: by hand, in the files, or in both.
 */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { deck } from '../support/binary.ts'
import {
  authorsIn,
  authorsOfBothSides,
  changeBothSides,
  driftingFile,
  expectBothSides,
} from '../support/drifted-gateway.ts'
import type { Result } from '../support/processes.ts'
import { schemaProblems } from '../support/report-schemas.ts'
import { workplace } from '../support/workplace.ts'

const place = workplace({ DECK_TOKEN: 'canary-token' }, 'drift')
const { run, reported, write, read, byHand } = place
const withKey = { DECK_RECORD_KEY: 'canary-record-key' }

const file = `${driftingFile}plugins:
- name: request-transformer
  config: {add: {headers: ["authorization:\${{ env "DECK_TOKEN" }}"]}}
`

async function record(more: Record<string, string> = {}): Promise<void> {
  write('kong.yaml', file)
  const flags = ['--yes', '--record', 'record.json']
  expect(await run(['gateway', 'sync', 'kong.yaml', ...flags], more)).toMatchObject({ code: 0 })
}

const drift = (flags: readonly string[] = [], more: Record<string, string> = {}): Promise<Result> =>
  run(['gateway', 'drift', 'kong.yaml', '--record', 'record.json', ...flags], more)

const authors = async (more: Record<string, string> = {}): Promise<Record<string, string>> =>
  authorsIn((await drift(['--json-output'], more)).stdout)

describe.each([
  ['with a key', withKey],
  ['without a key', {}],
])('a record %s', (_, more) => {
  beforeEach(() => record(more))

  it('holds no secrets, is for its owner, and is the same for the same state', async () => {
    const first = read('record.json')
    expect(first).not.toContain('canary')
    expect(statSync(join(place.folder, 'record.json')).mode & 0o077).toBe(0)
    await run(['gateway', 'sync', 'kong.yaml', '--record', 'record.json'], more)
    expect(read('record.json')).toBe(first)
  })

  it('equals a gateway that was not changed', async () => {
    expect(await drift([], more)).toMatchObject({ code: 0, stderr: '' })
  })

  it('says what was changed by hand, what in the files, and what in both', async () => {
    await changeBothSides(place, file)
    expect(await authors(more)).toEqual(authorsOfBothSides)
    const { code, stdout } = await drift([], more)
    expect(code).toBe(2)
    expectBothSides(stdout)
  })

  it('knows what was taken out of the files, and what was deleted by hand and changed there', async () => {
    await byHand('DELETE', '/services/c')
    write(
      'kong.yaml',
      file.replace('- {name: b, host: one.test}\n', '').replace('c, host: one', 'c, host: file'),
    )
    expect(await authors(more)).toEqual({ 'service b': 'file', 'service c': 'conflict' })
  })

  it('does not report the same change in the files and by hand', async () => {
    await byHand('PATCH', '/services/a', { host: 'both.test' })
    write('kong.yaml', file.replace('a, host: one', 'a, host: both'))
    expect(await drift([], more)).toMatchObject({ code: 0 })
  })

  it('compares fields: changes of one entity conflict only in the same field', async () => {
    await byHand('PATCH', '/services/a', { host: 'both.test', port: 81 })
    write('kong.yaml', file.replace('a, host: one', 'a, host: both'))
    expect(await authors(more)).toEqual({ 'service a': 'hand' })
  })
})

describe('secrets', () => {
  const change = async () => {
    const { data } = (await (await fetch(`${place.gateway.admin}/key-auths`)).json()) as {
      data: { id: string }[]
    }
    await byHand('PATCH', `/key-auths/${data[0]?.id}`, { key: 'canary-key-bbbbb' })
  }

  it('that were changed by hand are named, with a key', async () => {
    await record(withKey)
    await change()
    const { code, stdout, stderr } = await drift(['--fail-on', 'hand'], withKey)
    expect(code).toBe(2)
    expect(stdout).toContain('changed by hand: key-auth aaaaa for consumer u')
    expect(stdout + stderr).not.toContain('canary')
  })

  it('that were changed by hand fail the run without a key too', async () => {
    await record()
    await change()
    const { code, stderr } = await drift(['--fail-on', 'hand'])
    expect(code).toBe(2)
    expect(stderr).toContain('a secret on the gateway was changed by hand since the record')
  })

  it('that were changed in the files are of the files', async () => {
    await record(withKey)
    write('kong.yaml', file.replace('canary-password', 'canary-other'))
    expect(await authors(withKey)).toEqual({ 'basic-auth u for consumer u': 'file' })
    expect((await drift(['--fail-on', 'hand'], withKey)).code).toBe(0)
  })

  it('need the key that the record was made with', async () => {
    await record(withKey)
    const { code, stderr } = await drift()
    expect(code).toBe(1)
    expect(stderr).toContain('DECK_RECORD_KEY is not set')
  })

  it('are in no report', async () => {
    await record()
    await change()
    await byHand('PATCH', '/services/a', { host: 'hand.test' })
    const reports = await reported(['gateway', 'drift', 'kong.yaml', '--record', 'record.json'])
    for (const text of [reports.markdown, reports.html, reports.junit]) expect(text).toContain('hand')
    expect(reports.markdown).toContain('| field | recorded | on the gateway | in the files |')
    expect(reports.junit).toContain('type="drift-hand"')
  })
})

describe('exit codes', () => {
  beforeEach(async () => {
    await record()
    await byHand('PATCH', '/services/a', { host: 'hand.test' })
  })

  it.each([
    ['any', 2],
    ['hand', 2],
    ['hand,conflict', 2],
    ['file', 0],
    ['conflict', 0],
    ['none', 0],
  ])('--fail-on %s: %i', async (value, code) => {
    expect((await drift(['--fail-on', value])).code).toBe(code)
  })

  it('1 for what is not a choice, a record or a run like the recorded one', async () => {
    expect((await drift(['--fail-on', 'foot'])).stderr).toContain('--fail-on: expected hand, file')
    expect(await drift(['--select-tag', 'x'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('was recorded with other flags'),
    })
    write('record.json', '{}')
    expect(await drift()).toMatchObject({ code: 1, stderr: expect.stringContaining('not a record') })
  })
})

describe('without a record', () => {
  beforeEach(async () => {
    await record()
    await byHand('PATCH', '/services/a', { host: 'hand.test' })
  })
  const bare = (...flags: string[]) => run(['gateway', 'drift', 'kong.yaml', '--no-journal', ...flags])

  it('differences are reported without an origin', async () => {
    const { code, stdout } = await bare()
    expect(code).toBe(2)
    expect(stdout).toContain(
      'different: service a\n  host: on the gateway "hand.test", in the files "one.test"',
    )
    // Without a record, it may have been made by hand.
    expect((await bare('--fail-on', 'hand')).code).toBe(2)
    expect((await bare('--fail-on', 'none')).code).toBe(0)
  })

  it('the first run writes it', async () => {
    const { code, stderr } = await bare('--record', 'first.json', '--fail-on', 'hand')
    expect(code).toBe(0)
    expect(stderr).toContain('first.json did not exist')
    expect(existsSync(join(place.folder, 'first.json'))).toBe(true)
    await byHand('PATCH', '/services/b', { host: 'hand.test' })
    expect((await bare('--record', 'first.json', '--fail-on', 'hand')).code).toBe(2)
  })

  it('a gateway that does not answer is in the document all the same', async () => {
    const { code, stdout } = await deck(
      ['gateway', 'drift', 'kong.yaml', '--json-output', '--kong-addr', 'http://127.0.0.1:1'],
      { cwd: place.folder },
    )
    expect(code).toBe(1)
    expect(await schemaProblems['drift']?.(stdout)).toEqual([])
    expect(JSON.parse(stdout).errors).toHaveLength(1)
  })
})

it('a sync that fails leaves the record as it was', async () => {
  await record()
  const before = read('record.json')
  write('kong.yaml', file.replace('plugins:', 'plugins:\n- {name: rate-limiting, config: {minute: -1}}'))
  const { code, stderr } = await run(['gateway', 'sync', 'kong.yaml', '--record', 'record.json'])
  expect(code).toBe(1)
  expect(read('record.json')).toBe(before)
  expect(stderr).not.toContain('canary')
})
