/**
 * What really happens to teams, on a gateway that is killed and started again: a file emptied by mistake,
 * names swapped, a gateway that dies in the middle, two pipelines at once, a hotfix by hand.
 */
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deck, newFile, newFolder, type Served, serve, startDeck } from '../support/binary.ts'
import { faultyRelay } from '../support/faulty-relay.ts'
import type { Result } from '../support/processes.ts'
import { until } from '../support/until.ts'

const env = { DECK_JOURNAL_KEY: 'canary-journal-key-of-a-team' }
const head = '_format_version: "3.0"\n'
const names = Array.from({ length: 12 }, (_, n) => `s${n}`)
const file = (host = 'one.test'): string =>
  `${head}services:\n${names.map(name => `- {name: ${name}, host: ${host}, routes: [{name: r-${name}, paths: [/${name}]}]}\n`).join('')}consumers:
- {username: first, custom_id: one, keyauth_credentials: [{key: canary-first-key}]}
- {username: second, custom_id: two, keyauth_credentials: [{key: canary-second-key}]}
`

const data = join(newFolder(), 'data')
let gateway: Served
let journal: string
const start = async (port = '0'): Promise<void> => {
  gateway = await serve(['--admin-listen', `127.0.0.1:${port}`, '--data', data])
}
/** As a power cut does: nothing is written any more. */
async function killAndRestart(): Promise<void> {
  const { port } = new URL(gateway.admin)
  await gateway.stop('SIGKILL')
  await start(port)
}

beforeAll(() => start())
afterAll(async () => {
  await gateway?.stop()
})
beforeEach(async () => {
  journal = newFolder()
  await run(['reset', '--force', '--no-journal'])
  await run(['unlock'])
})

async function run(argv: readonly string[], address = gateway.admin): Promise<Result> {
  const takesJournal = /sync|drift|rollback|resume/.test(argv[0] ?? '') && !argv.includes('--no-journal')
  const more = takesJournal ? ['--journal', journal] : []
  const result = await deck(['gateway', ...argv, ...more, '--kong-addr', address], { env })
  expect(result.stdout + result.stderr).not.toContain('canary')
  return result
}
const kong = (text: string): string => newFile('kong.yaml', text)
const sync = (text: string, flags: readonly string[] = [], address = gateway.admin) =>
  run(['sync', kong(text), ...flags], address)
const isAs = async (text: string): Promise<boolean> =>
  (await run(['diff', kong(text), '--non-zero-exit-code', '--yes'])).code === 0

async function list(path: string): Promise<{ id: string; name: string; username: string }[]> {
  const { data: found } = (await (await fetch(`${gateway.admin}/${path}?size=1000`)).json()) as {
    data: { id: string; name: string; username: string }[]
  }
  return found
}

/** A run in the middle of which the gateway is killed, right before the write of this number. */
async function runUntilKilled(text: string, write: number, flags: readonly string[] = []): Promise<void> {
  let writes = 0
  const relay = await faultyRelay(gateway.admin, ({ method }) => {
    if (method === 'GET') return undefined
    writes += 1
    return writes === write ? { what: 'held', until: gateway.stop('SIGKILL') } : undefined
  })
  const { port } = new URL(gateway.admin)
  const running = startDeck(
    [
      'gateway',
      'sync',
      kong(text),
      '--parallelism',
      '1',
      '--journal',
      journal,
      ...flags,
      '--kong-addr',
      relay.address,
    ],
    { env },
  )
  await until(() => writes >= write, 'the gateway is killed')
  const { code, stdout, stderr } = await running.result
  expect(code, stderr).toBe(1)
  expect(stdout + stderr).not.toContain('canary')
  await start(port)
  // The run is known by the address that it used.
  address = relay.address
}
let address = ''

describe('a file that was emptied by mistake', () => {
  it('deletes nothing, and says what it would delete and how to allow it', async () => {
    expect((await sync(file())).code).toBe(0)
    const { code, stdout, stderr } = await sync(head)
    expect([code, stdout]).toEqual([1, 'Summary:\n  Created: 0\n  Updated: 0\n  Deleted: 0\n'])
    expect(stderr).toMatch(/would delete 28 of 28 entities \(.*service: 12.*\): more than 30 %/)
    expect(stderr).toContain('--max-deletes 28')
    await killAndRestart()
    expect(await isAs(file())).toBe(true)
  })

  it('is undone where it was allowed, after a whole run and one that was cut off', async () => {
    for (const write of [5, 20]) {
      expect((await sync(file(), ['--yes'])).code).toBe(0)
      const before = await list('services')
      await runUntilKilled(head, write, ['--max-deletes', 'all'])
      expect((await list('services')).length + (await list('routes')).length).toBeLessThan(24)
      expect(await run(['rollback', '--yes'], address)).toMatchObject({ code: 0, stderr: '' })
      expect(await isAs(file())).toBe(true)
      expect(await list('services')).toEqual(
        expect.arrayContaining(before.map(({ id, name }) => expect.objectContaining({ id, name }))),
      )
    }
  })
})

describe('names that were swapped', () => {
  const withIds = (
    one: string,
    other: string,
    services: readonly { id: string }[],
    consumers: readonly { id: string }[],
  ) => `${head}services:
- {id: ${services[0]?.id}, name: ${one}, host: one.test, routes: [{name: r-one, paths: [/one]}]}
- {id: ${services[1]?.id}, name: ${other}, host: two.test, routes: [{name: r-two, paths: [/two]}]}
consumers:
- {id: ${consumers[0]?.id}, username: ${one}, keyauth_credentials: [{key: canary-first-key}]}
- {id: ${consumers[1]?.id}, username: ${other}, keyauth_credentials: [{key: canary-second-key}]}
`
  const ids = ['11', '22', '33', '44'].map(two => ({
    id: `${two.repeat(4)}-0000-4000-8000-${two.repeat(6)}`,
  }))
  const text = (one: string, other: string) => withIds(one, other, ids.slice(0, 2), ids.slice(2))

  it('are exchanged without a delete, and nothing that belongs to them is lost', async () => {
    expect((await sync(text('a', 'b'))).code).toBe(0)
    const [routes, keys] = [await list('routes'), await list('key-auths')]
    const { code, stdout } = await sync(text('b', 'a'))
    expect(code).toBe(0)
    expect(stdout).toContain('Deleted: 0\n')
    await killAndRestart()
    expect(await isAs(text('b', 'a'))).toBe(true)
    expect((await list('services')).find(({ id }) => id === ids[0]?.id)?.name).toBe('b')
    for (const [path, before] of [
      ['routes', routes],
      ['key-auths', keys],
    ] as const)
      expect((await list(path)).map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort())
  })

  it.each(['resume', 'rollback'])(
    'in the middle of which the gateway dies are finished or undone: %s',
    async way => {
      for (const write of [2, 3, 4]) {
        expect((await sync(text('a', 'b'), ['--yes'])).code).toBe(0)
        await runUntilKilled(text('b', 'a'), write)
        const flags = way === 'rollback' ? ['--yes'] : []
        expect(await run([way, ...flags], address), `write ${write}`).toMatchObject({ code: 0, stderr: '' })
        expect(await isAs(way === 'resume' ? text('b', 'a') : text('a', 'b')), `write ${write}`).toBe(true)
        expect((await list('routes')).length).toBe(2)
      }
    },
  )
})

describe('a gateway that dies in the middle', () => {
  it('is distinguished from a change by hand, and the run is finished from the files', async () => {
    expect((await sync(file())).code).toBe(0)
    await runUntilKilled(file('two.test'), 6)
    const drift = await run(['drift', kong(file('two.test')), '--fail-on', 'hand,conflict'], address)
    expect([drift.code, drift.stderr]).toEqual([0, ''])
    expect(drift.stdout).toMatch(/changed in the files: service s\d+\n/)
    expect(drift.stdout).toContain('By hand: 0\n')
    expect((await sync(file('two.test'))).code).toBe(0)
    expect(await isAs(file('two.test'))).toBe(true)
  })
})

describe('two pipelines at once', () => {
  it('with --lock: the lock of one whose gateway died holds the other back until it is removed', async () => {
    expect((await sync(file())).code).toBe(0)
    await runUntilKilled(file('two.test'), 6, ['--lock'])
    const second = await sync(file('three.test'), ['--lock'])
    expect([second.code, second.stderr]).toEqual([1, expect.stringContaining('the gateway is locked by ')])
    expect((await run(['unlock'])).stdout).toContain('removed the lock of ')
    expect((await sync(file('three.test'), ['--lock'])).code).toBe(0)
    expect(await isAs(file('three.test'))).toBe(true)
  })

  it('without --lock: of two that change the same, none undoes the other unnoticed', async () => {
    expect((await sync(file())).code).toBe(0)
    let reads = 0
    const relay = await faultyRelay(gateway.admin, ({ method, path }) => {
      if (method !== 'GET' || !path.startsWith('/services')) return undefined
      reads += 1
      return reads === 2 ? { what: 'held', until: sync(file('three.test')) } : undefined
    })
    const first = await sync(file('two.test'), [], relay.address)
    expect([first.code, first.stderr]).toEqual([1, expect.stringContaining('was changed by somebody else')])
    await killAndRestart()
    expect(await isAs(file('three.test'))).toBe(true)
  })
})

describe('a hotfix by hand', () => {
  it('stops a plan that was made before it, is found at night, and survives the gateway', async () => {
    expect((await sync(file())).code).toBe(0)
    const plan = join(newFolder(), 'plan.json')
    const pending = kong(file().replace('name: s2, host: one', 'name: s2, host: two'))
    expect((await run(['plan', pending, '--out', plan])).code).toBe(0)
    const answer = await fetch(`${gateway.admin}/services/s1`, {
      method: 'PATCH',
      body: new URLSearchParams({ host: 'hotfix.test' }),
    })
    expect(answer.status).toBe(200)
    await killAndRestart()
    const applied = await run(['sync', '--plan', plan])
    expect([applied.code, applied.stderr]).toEqual([
      1,
      expect.stringContaining('update service s1: not in the plan'),
    ])
    const drift = await run(['drift', pending, '--fail-on', 'hand,conflict'])
    expect(drift.code).toBe(2)
    expect(drift.stdout).toContain('changed by hand: service s1\n')
    expect(drift.stdout).toContain('changed in the files: service s2\n')
    expect(await (await fetch(`${gateway.admin}/services/s1`)).json()).toMatchObject({ host: 'hotfix.test' })
  })
})
