/** Runs are recorded before they write: what is changed, what was there before, and no secret in clear. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { decodeKept } from '../../src/journal/kept.ts'
import { readLastStates } from '../../src/journal/last-states.ts'
import { readRuns } from '../../src/journal/read.ts'
import { createState } from '../../src/state/state.ts'
import { deck, newFile, newFolder, type Served, serve } from '../support/binary.ts'

const canary = 'canary-9f3b-secret-value'
const key = '0123456789abcdef-of-a-user'

const file = (host: string, secret = canary): string => `_format_version: "3.0"
services:
- {name: a, host: ${host}, tags: [team]}
consumers:
- username: c
  keyauth_credentials: [{key: ${secret}}]
`

let gateway: Served
beforeAll(async () => {
  gateway = await serve()
})
afterAll(() => gateway.stop())

const run = (argv: readonly string[], text: string, env: Record<string, string> = {}) =>
  deck([...argv, '--kong-addr', gateway.admin, newFile('kong.yaml', text)], { env })
const sync = (text: string, flags: readonly string[] = [], env: Record<string, string> = {}) =>
  run(['gateway', 'sync', '--yes', ...flags], text, env)

let folder: string
beforeEach(async () => {
  folder = join(newFolder(), 'journal')
  await deck(['gateway', 'reset', '--force', '--no-journal', '--kong-addr', gateway.admin])
})

const lastStates = (address: string, journalKey?: string) => {
  const schemas = createSchemas({ major: 3, minor: 9, text: '3.9.0' }, () => undefined)
  const live = createState([], schemas)
  return readLastStates(folder, { gateway: { address }, live, schemas, selectTags: [], key: journalKey })
}

const textOf = (where: string): string =>
  readdirSync(where)
    .map(name => readFileSync(join(where, name), 'utf8'))
    .join('')

describe('the journal of a run', () => {
  it('holds each change with what was there before, for its owner alone', async () => {
    await sync(file('one.example'), ['--journal', folder])
    expect((await sync(file('two.example'), ['--journal', folder])).code).toBe(0)
    const [last, first] = await readRuns(folder)
    expect(first).toMatchObject({ command: 'sync', gateway: gateway.admin, state: 'applied' })
    expect(first?.changes.map(({ op, kind, status }) => `${op} ${kind} ${status}`)).toEqual([
      'create consumer applied',
      'create service applied',
      'create key-auth applied',
    ])
    expect(last?.changes).toMatchObject([
      {
        op: 'update',
        before: { values: { host: 'one.example' } },
        after: { values: { host: 'two.example' } },
      },
    ])
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
  })

  it('stands in the state folder of the user unless a folder is named', async () => {
    const home = newFolder()
    await sync(file('one.example'), [], { HOME: home })
    expect(readdirSync(join(home, '.local/state/deck'))).toHaveLength(1)
    const state = newFolder()
    await sync(file('two.example'), [], { HOME: home, XDG_STATE_HOME: state })
    expect(readdirSync(join(state, 'deck'))).toHaveLength(1)
  })

  it('is not written with --no-journal, by diff, or where nothing changes', async () => {
    const home = newFolder()
    await sync(file('one.example'), ['--no-journal'], { HOME: home })
    await run(['gateway', 'diff'], file('two.example'), { HOME: home })
    await sync(file('one.example'), [], { HOME: home })
    expect(readdirSync(home)).toEqual([])
  })

  it('has secrets neither in clear nor, without a key, at all', async () => {
    await sync(file('one.example'), ['--journal', folder])
    expect(textOf(folder)).not.toContain(canary)
    const [change] = (await readRuns(folder)).flatMap(({ changes }) =>
      changes.filter(one => one.kind === 'key-auth'),
    )
    expect(change?.after).toMatchObject({ values: { key: null }, hidden: [['key']] })
    expect(change?.after).not.toHaveProperty('sealed')
  })

  it('has secrets encrypted where the user has a key', async () => {
    await sync(file('one.example'), ['--journal', folder], { DECK_JOURNAL_KEY: key })
    expect(textOf(folder)).not.toContain(canary)
    const changed = (await lastStates(gateway.admin, key))?.changed.values() ?? []
    expect([...changed].find(({ kind }) => kind === 'key-auth')?.states).toEqual([
      { values: expect.objectContaining({ key: canary }), unknown: [] },
    ])
    await expect(lastStates(gateway.admin, `${key}x`)).rejects.toThrow('DECK_JOURNAL_KEY')
  })

  it('refuses a key that is too short, without printing it', async () => {
    const { code, stderr } = await sync(file('one.example'), [], { DECK_JOURNAL_KEY: 'short-key' })
    expect([code, stderr]).toEqual([1, expect.stringContaining('at least 16 characters')])
    expect(stderr).not.toContain('short-key')
  })

  it('is kept of a reset, too', async () => {
    const text = `${file('one.example')}upstreams: [{name: u, targets: [{target: "1.2.3.4:80"}]}]\n`
    await sync(text, ['--journal', folder])
    await deck(['gateway', 'reset', '--force', '--journal', folder, '--kong-addr', gateway.admin])
    const [reset] = await readRuns(folder)
    expect(reset).toMatchObject({ command: 'reset', state: 'applied' })
    expect(reset?.changes.every(({ op, status }) => op === 'delete' && status === 'applied')).toBe(true)
  })

  it('is read up to a line that was cut off', async () => {
    await sync(file('one.example'), ['--journal', folder])
    const [name = ''] = readdirSync(folder)
    const lines = readFileSync(join(folder, name), 'utf8').split('\n')
    const started = lines.findIndex(line => line.startsWith('{"start"'))
    writeFileSync(join(folder, name), `${lines.slice(0, started + 1).join('\n')}\n{"end":0,"sta`)
    const [run] = await readRuns(folder)
    expect(run?.state).toBe('unfinished')
    expect(run?.changes.map(({ status }) => status)).toEqual(['started', 'not-attempted', 'not-attempted'])
  })
})

describe('a journal that cannot be written', () => {
  // Even root cannot make a folder below a file.
  const blocked = (): string => join(newFile('file', ''), 'journal')

  it('is one warning in the default place', async () => {
    const { code, stderr } = await sync(file('one.example'), [], { XDG_STATE_HOME: blocked() })
    expect(code).toBe(0)
    expect(stderr.match(/Warning: this run is not recorded/g)).toHaveLength(1)
  })

  it('is one warning for a user without a home', async () => {
    const { code, stderr } = await sync(file('one.example'), [], { HOME: '' })
    expect([code, stderr]).toEqual([0, expect.stringContaining('this run is not recorded')])
  })

  it('is an error before the first write where the folder is named', async () => {
    const { code, stderr } = await sync(file('one.example'), ['--journal', blocked()])
    expect([code, stderr]).toEqual([1, expect.stringContaining('nothing was changed')])
    const services = (await (await fetch(`${gateway.admin}/services`)).json()) as { data: unknown[] }
    expect(services.data).toEqual([])
  })
})

describe('what runs have left', () => {
  it('is read for one gateway, deletes and secrets that are left out included', async () => {
    await sync(file('one.example'), ['--journal', folder])
    await sync(file('two.example').replace(/consumers:.*/s, ''), ['--journal', folder])
    const changed = [...((await lastStates(gateway.admin))?.changed.values() ?? [])]
    expect(changed.map(({ kind, states }) => [kind, states.map(({ values }) => values?.['host'])])).toEqual(
      expect.arrayContaining([
        ['service', ['two.example']],
        ['consumer', [undefined]],
      ]),
    )
    expect(await lastStates('http://other')).toBeUndefined()
  })

  it('holds what a run did not change by its id alone', async () => {
    await sync(file('one.example'), ['--no-journal'])
    await sync(file('two.example'), ['--journal', folder])
    const { data } = (await (await fetch(`${gateway.admin}/consumers`)).json()) as {
      data: { id: string; updated_at: number }[]
    }
    const [consumer] = data
    const [{ kept = {} } = {}] = await readRuns(folder)
    expect(decodeKept(kept).get(consumer?.id ?? '')).toBe(consumer?.updated_at)
    expect(decodeKept(kept).size).toBe(2)
  })
})

it('keeps the newest hundred runs', async () => {
  mkdirSync(folder)
  chmodSync(folder, 0o700)
  const old = Array.from(
    { length: 120 },
    (_, index) => `20200101-${String(index).padStart(9, '0')}-abcdef.jsonl`,
  )
  for (const name of old) writeFileSync(join(folder, name), '{"deck_journal":1}\n')
  await sync(file('one.example'), ['--journal', folder])
  const left = readdirSync(folder).sort()
  expect(left).toHaveLength(100)
  expect(left.slice(0, 99)).toEqual(old.slice(21))
})
