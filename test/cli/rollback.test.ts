/** Recorded runs are undone and finished: by the real program, on a gateway that is really killed. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deck, newFile, newFolder, type Served, serve } from '../support/binary.ts'

const key = '0123456789abcdef-of-a-user'
const withKey = { DECK_JOURNAL_KEY: key }
const canary = 'canary-51c7-secret-value'

const before = `_format_version: "3.0"
services:
- name: a
  host: one.example
  routes: [{name: ra, paths: [/a]}]
  plugins: [{name: rate-limiting, config: {minute: 5, policy: local}}]
- name: b
  host: two.example
consumers:
- username: c
  keyauth_credentials: [{key: ${canary}}]
upstreams: [{name: u, targets: [{target: "127.0.0.1:80"}]}]
`

const after = `_format_version: "3.0"
services:
- name: a
  host: other.example
  routes: [{name: ra, paths: [/other]}, {name: rn, paths: [/n]}]
- name: new
  host: three.example
upstreams: [{name: u, targets: [{target: "127.0.0.1:81"}]}]
`

let gateway: Served
let folder: string
const run = (argv: readonly string[], env: Record<string, string> = {}) =>
  deck(['gateway', ...argv, '--kong-addr', gateway.admin], { env })
const sync = (text: string, flags: readonly string[] = [], env: Record<string, string> = {}) =>
  run(['sync', newFile('kong.yaml', text), '--yes', '--journal', folder, ...flags], env)
const isAs = async (text: string): Promise<boolean> =>
  (await run(['diff', newFile('kong.yaml', text), '--non-zero-exit-code', '--yes'])).code === 0
const rollback = (flags: readonly string[] = [], env: Record<string, string> = {}) =>
  run(['rollback', '--journal', folder, ...flags], env)

beforeAll(async () => {
  gateway = await serve()
})
afterAll(() => gateway.stop())
beforeEach(async () => {
  folder = newFolder()
  await run(['reset', '--force', '--no-journal'])
})

describe('rollback', () => {
  it('restores what was there before the run, deleted entities and secrets included', async () => {
    await sync(before, [], withKey)
    const ids = await (await fetch(`${gateway.admin}/services/b`)).json()
    await sync(after, [], withKey)
    const { code, stderr, stdout } = await rollback(['--yes'], withKey)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('creating service b\n')
    expect(stdout).not.toContain(canary)
    expect(await isAs(before)).toBe(true)
    expect(await (await fetch(`${gateway.admin}/services/b`)).json()).toMatchObject({
      id: (ids as { id: string }).id,
      created_at: (ids as { created_at: number }).created_at,
    })
  })

  it('shows its plan and changes nothing without --yes', async () => {
    await sync(before, [], withKey)
    await sync(after, [], withKey)
    const { code, stderr, stdout } = await rollback([], withKey)
    expect([code, stderr]).toEqual([1, 'Error: nothing was changed: --yes carries the plan out\n'])
    expect(stdout).toContain('creating service b\n')
    expect(await isAs(after)).toBe(true)
  })

  it('reports first what it cannot restore, and restores the rest', async () => {
    await sync(before)
    await sync(after)
    const { code, stderr } = await rollback(['--yes'])
    expect(stderr).toContain('its key was left out of the journal')
    expect(stderr).toContain('Error: 1 entity of run')
    expect(code).toBe(1)
    const { stdout } = await run(['diff', newFile('kong.yaml', before), '--yes'])
    expect(stdout).toMatch(/Created: 1\n {2}Updated: 0\n {2}Deleted: 0/)
  })

  it('does not store the hash of a password as a password', async () => {
    const user = (more: string) =>
      `_format_version: "3.0"\nconsumers: [{username: c${more}}]\nservices: [{name: s, host: h.example}]\n`
    await sync(user(', basicauth_credentials: [{username: u, password: secret-pass}]'), [], withKey)
    await sync(user(''), [], withKey)
    const { code, stderr } = await rollback(['--yes'], withKey)
    expect([code, stderr]).toEqual([1, expect.stringContaining('its password is known only as a hash')])
    const { data } = (await (await fetch(`${gateway.admin}/basic-auths`)).json()) as { data: unknown[] }
    expect(data).toEqual([])
  })

  it('is guarded like any plan, and can itself be rolled back', async () => {
    await sync(before, [], withKey)
    const guarded = await rollback(['--yes', '--max-deletes', '2'], withKey)
    expect([guarded.code, guarded.stderr]).toEqual([1, expect.stringContaining('more than --max-deletes 2')])
    expect((await rollback(['--yes'], withKey)).code).toBe(0)
    expect(await isAs('_format_version: "3.0"')).toBe(true)
    expect((await rollback(['--yes'], withKey)).code).toBe(0)
    expect(await isAs(before)).toBe(true)
  })

  it('stops before it overwrites a later change', async () => {
    await sync(before, [], withKey)
    await sync(after, [], withKey)
    await fetch(`${gateway.admin}/services/a`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: '{"host":"hotfix.example"}',
    })
    const stopped = await rollback(['--yes'], withKey)
    expect([stopped.code, stopped.stderr]).toEqual([
      1,
      expect.stringContaining('service a was changed since the run'),
    ])
    expect(await (await fetch(`${gateway.admin}/services/a`)).json()).toMatchObject({
      host: 'hotfix.example',
    })
    expect((await rollback(['--yes', '--force'], withKey)).code).toBe(0)
    expect(await isAs(before)).toBe(true)
  })

  it('undoes a reset', async () => {
    await sync(before, [], withKey)
    await run(['reset', '--force', '--journal', folder], withKey)
    expect((await rollback(['--yes'], withKey)).code).toBe(0)
    expect(await isAs(before)).toBe(true)
  })

  it('masks what came from a variable', async () => {
    const text = `_format_version: "3.0"\nservices: [{name: a, host: 'x', tags: ["\${{ env \\"DECK_T\\" }}"]}]\n`
    const env = { ...withKey, DECK_T: canary }
    await sync('_format_version: "3.0"\nservices: [{name: a, host: x}]\n', [], withKey)
    expect((await sync(text, [], env)).code).toBe(0)
    const shown = await rollback([], withKey)
    const done = await rollback(['--yes', '--json-output'], withKey)
    expect([done.code, done.stderr]).toEqual([0, ''])
    expect(shown.stdout + shown.stderr + done.stdout).not.toContain(canary)
    for (const name of readdirSync(folder))
      expect(readFileSync(join(folder, name), 'utf8')).not.toContain(canary)
  })

  it('names the address of a run about another gateway', async () => {
    await sync(before)
    const [name = ''] = readdirSync(folder)
    const id = name.replace('.jsonl', '')
    const { code, stderr } = await deck([
      'gateway',
      'rollback',
      id,
      '--journal',
      folder,
      '--kong-addr',
      `${gateway.admin}/x`,
    ])
    expect([code, stderr]).toEqual([1, expect.stringContaining(`--kong-addr ${gateway.admin}`)])
  })
})

describe('history', () => {
  it('lists the runs, and the changes of one', async () => {
    await sync(before)
    await sync(after)
    const { stdout } = await deck(['gateway', 'history', '--journal', folder])
    const lines = stdout.trim().split('\n')
    expect(lines).toHaveLength(3)
    expect(lines[2]).toMatch(new RegExp(`sync +${gateway.admin} +\\+8 ~0 -0 of 8 +applied`))
    const [id = ''] = lines[2]?.split(' ') ?? []
    const one = await deck(['gateway', 'history', id, '--journal', folder, '--json-output'])
    expect(JSON.parse(one.stdout).runs[0]).toMatchObject({
      run: id,
      state: 'applied',
      summary: { creating: 8 },
    })
    expect(one.stdout).not.toContain(canary)
  })

  it('of an empty folder has no runs', async () => {
    expect(await deck(['gateway', 'history', '--journal', folder])).toMatchObject({
      code: 0,
      stdout: `no runs in ${folder}\n`,
    })
  })
})

describe('a run that fails', () => {
  // A value that only the gateway refuses: the name of another service's route is taken.
  const broken = `${after}consumers: [{username: x, custom_id: taken}, {username: y, custom_id: taken2}]\n`
  const taken = async (): Promise<void> => {
    await fetch(`${gateway.admin}/consumers`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"username":"other","custom_id":"taken","tags":["other"]}',
    })
  }
  const tagged = (text: string): string =>
    text.replace('_format_version: "3.0"', '_format_version: "3.0"\n_info: {select_tags: [mine]}')

  beforeEach(async () => {
    await taken()
    expect((await sync(tagged(before), [], withKey)).code).toBe(0)
  })

  it('stops by default', async () => {
    const { code, stderr } = await sync(tagged(broken), ['--skip-preflight'])
    expect([code, stderr]).toEqual([1, expect.stringContaining('UNIQUE violation')])
  })

  it('goes on with --on-error continue, but deletes nothing', async () => {
    const { code, stdout, stderr } = await sync(tagged(broken), [
      '--skip-preflight',
      '--on-error',
      'continue',
      '--parallelism',
      '1',
    ])
    expect(code).toBe(1)
    expect(stdout).toContain('creating consumer y')
    expect(stdout).toContain('creating route rn')
    expect(stderr).toMatch(/Not attempted \(\d+\):\n {2}deleting/)
  })

  it('is undone with --on-error rollback, without a journal too', async () => {
    for (const flags of [[], ['--no-journal'], ['--json-output']]) {
      const { code, stdout, stderr } = await sync(tagged(broken), [
        '--skip-preflight',
        '--on-error',
        'rollback',
        ...flags,
      ])
      expect(code).toBe(1)
      if (flags[0] === '--json-output')
        expect(JSON.parse(stdout)).toMatchObject({ rollback: { complete: true, not_restored: [] } })
      else expect(stderr).toContain('The gateway is as it was before the run')
      expect(await isAs(tagged(before))).toBe(true)
    }
  })

  it('refuses another word', async () => {
    expect((await sync(tagged(broken), ['--on-error', 'ignore'])).stderr).toContain(
      '--on-error: expected stop',
    )
  })
})

describe('a gateway that is killed in the middle', () => {
  const many = (host: string): string =>
    [
      '_format_version: "3.0"',
      'services:',
      ...Array.from(
        { length: 150 },
        (_, n) => `- {name: s${n}, host: ${host}, routes: [{name: r${n}, paths: [/${n}]}]}`,
      ),
    ].join('\n')

  it('lets the run be resumed, or rolled back', async () => {
    const data = join(newFolder(), 'data')
    const port = new URL(gateway.admin).port
    await gateway.stop()
    const start = async (): Promise<void> => {
      gateway = await serve(['--admin-listen', `127.0.0.1:${port}`, '--data', data])
    }
    for (const way of ['resume', 'rollback'] as const) {
      await start()
      await sync(many('one.example'), [], withKey)
      const running = sync(many('two.example'), ['--parallelism', '1'], withKey)
      for (let tries = 0; tries < 400; tries++) {
        const { data: services } = (await (await fetch(`${gateway.admin}/services?size=1000`)).json()) as {
          data: { host: string }[]
        }
        const done = services.filter(({ host }) => host === 'two.example').length
        if (done > 3) break
      }
      gateway.child.kill('SIGKILL')
      await gateway.result
      const { code } = await running
      expect(code).toBe(1)
      await start()
      const { code: restored, stderr } = await run(
        [way, '--journal', folder, ...(way === 'rollback' ? ['--yes'] : [])],
        withKey,
      )
      expect([restored, stderr]).toEqual([0, ''])
      expect(await isAs(many(way === 'resume' ? 'two.example' : 'one.example'))).toBe(true)
      await gateway.stop()
    }
    await start()
  }, 120_000)
})

describe('a run that is killed', () => {
  it('is resumed from what it recorded', async () => {
    await sync(before, [], withKey)
    await sync(after, [], withKey)
    await rollback(['--yes'], withKey)
    // As if the second run had been killed after its first request.
    const [, name = ''] = readdirSync(folder).sort()
    const [, , undo = ''] = readdirSync(folder).sort()
    const text = readFileSync(join(folder, name), 'utf8').split('\n')
    const starts = text.findIndex(line => line.startsWith('{"start"'))
    writeFileSync(join(folder, name), `${text.slice(0, starts + 1).join('\n')}\n`)
    const stale = await run(['resume', '--journal', folder], withKey)
    expect([stale.code, stale.stderr]).toEqual([1, expect.stringContaining(undo.replace('.jsonl', ''))])
    const { code, stderr } = await run(['resume', name.replace('.jsonl', ''), '--journal', folder], withKey)
    expect([code, stderr]).toEqual([0, ''])
    expect(await isAs(after)).toBe(true)
  })
})
