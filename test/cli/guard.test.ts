/** Too many deletes stop a run before its first write, unless its user allows them. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deck, newFile, newFolder, type Served, serve, summary } from '../support/binary.ts'

/** 4 services with 3 routes each: 16 entities, every name tagged as said. */
const services = (names: readonly string[], more = ''): string =>
  [
    '_format_version: "3.0"',
    more,
    'services:',
    ...names.flatMap(name => [
      `- name: ${name}`,
      '  host: 127.0.0.1',
      `  tags: [${name === 'a' ? 'core' : 'plain'}]`,
      '  routes:',
      ...[1, 2, 3].map(n => `  - {name: ${name}${n}, paths: [/${name}/${n}]}`),
    ]),
  ]
    .filter(line => line !== '')
    .join('\n')

const empty = '_format_version: "3.0"\n'

let gateway: Served
const run = (argv: readonly string[], text: string, env: Record<string, string> = {}) =>
  deck([...argv, '--kong-addr', gateway.admin, newFile('kong.yaml', text)], { env })
const sync = (text: string, flags: readonly string[] = [], env: Record<string, string> = {}) =>
  run(['gateway', 'sync', ...flags], text, env)
const countOf = async (path: string): Promise<number> =>
  ((await (await fetch(`${gateway.admin}/${path}`)).json()) as { data: unknown[] }).data.length

beforeAll(async () => {
  gateway = await serve()
})
afterAll(() => gateway.stop())
beforeEach(async () => {
  expect((await sync(services(['a', 'b', 'c', 'd']), ['--yes'])).code).toBe(0)
})

describe('a run that would delete too much', () => {
  it('stops before its first write when more than 30 % would go', async () => {
    const { code, stdout, stderr } = await sync(services(['a', 'b', 'e']))
    expect(stderr).toContain('would delete 8 of 16 entities (service: 2, route: 6): more than 30 %')
    expect(stderr).toContain('--max-deletes 8')
    expect([code, stdout]).toEqual([1, summary(0, 0, 0)])
    expect([await countOf('services'), await countOf('routes')]).toEqual([4, 12])
  })

  it('goes on below the limit', async () => {
    expect((await sync(services(['a', 'b', 'c']), ['--silence-events'])).stdout).toBe(summary(0, 0, 4))
  })

  it('stops when no entity of a kind would be left that requests need', async () => {
    expect((await sync(services(['a', 'b']), ['--max-deletes', '8'])).code).toBe(0)
    const { code, stderr } = await sync(`${empty}upstreams: [{name: u}]`, ['--max-deletes', '100%'])
    expect(stderr).toContain('no service would be left')
    expect(code).toBe(1)
    expect(await countOf('services')).toBe(2)
    // Seven of eight entities, replaced: too few for a share, and services remain.
    const replaced = `${empty}services: [{name: x, host: 127.0.0.1, routes: [{name: x1, paths: [/x]}]}]`
    expect((await sync(replaced, ['--silence-events'])).stdout).toBe(summary(2, 0, 8))
  })

  it.each([
    [['--max-deletes', '16'], {}],
    [['--max-deletes', 'all'], {}],
    [['--yes'], {}],
    [[], { DECK_MAX_DELETES: 'all' }],
  ] as const)('is allowed by %j %j', async (flags, env) => {
    const { stdout } = await sync(empty, ['--silence-events', ...flags], env)
    expect(stdout).toBe(summary(0, 0, 16))
  })

  it('is allowed by the config file', async () => {
    const home = newFolder()
    writeFileSync(join(home, '.deck.yaml'), 'max-deletes: all\n')
    const { stdout } = await sync(empty, ['--silence-events'], { HOME: home })
    expect(stdout).toBe(summary(0, 0, 16))
  })

  it('is stopped by a number below what it deletes', async () => {
    const { code, stderr } = await sync(services(['a', 'b', 'c']), ['--max-deletes', '3'])
    expect(stderr).toContain('more than --max-deletes 3')
    expect(code).toBe(1)
  })

  it('says in JSON which guard held', async () => {
    const { code, stdout } = await sync(empty, ['--json-output'])
    const report = JSON.parse(stdout)
    expect(code).toBe(1)
    expect(report.diagnostics.map((one: { code: string }) => one.code)).toEqual(['too-many-deletes'])
    expect(report.summary).toEqual({ creating: 0, updating: 0, deleting: 0, total: 0 })
    expect(report.changes.dropped_deletions.length).toBe(16)
  })

  it('is announced by diff', async () => {
    const { code, stderr } = await run(['gateway', 'diff'], empty)
    expect(stderr).toContain('a sync will stop here: the run would delete 16 of 16 entities')
    expect(code).toBe(0)
  })

  it('keeps what was allowed in a saved plan', async () => {
    const plan = join(newFolder(), 'plan.json')
    expect((await run(['gateway', 'diff', '--max-deletes', 'all', '--out', plan], empty)).code).toBe(0)
    const { stdout } = await deck([
      'gateway',
      'sync',
      '--plan',
      plan,
      '--silence-events',
      '--kong-addr',
      gateway.admin,
    ])
    expect(stdout).toBe(summary(0, 0, 16))
  })

  it('refuses a limit that is no limit', async () => {
    const { code, stderr } = await sync(empty, ['--max-deletes', 'some'])
    expect(stderr).toContain('--max-deletes: expected a number, a percentage up to 100% or all, got "some"')
    expect(code).toBe(1)
  })
})

describe('a protected tag', () => {
  const withoutA = services(['b', 'c', 'd'])

  it.each([
    ['--protect-tag core', withoutA, ['--protect-tag', 'core']],
    ['_info.protected', services(['b', 'c', 'd'], '_info: {protected: {tags: [core]}}'), []],
  ] as const)(
    'by %s keeps an entity from being deleted, whatever else is allowed',
    async (_, text, flags) => {
      const { code, stderr } = await sync(text, [...flags, '--yes'])
      expect(stderr).toContain('service a has the protected tag "core" and would be deleted')
      expect(code).toBe(1)
      expect([await countOf('services'), await countOf('routes')]).toEqual([4, 12])
    },
  )

  it('does not hinder other deletes, nor updates of what has it', async () => {
    const text = services(['a', 'b', 'c']).replace('host: 127.0.0.1', 'host: 127.0.0.2')
    expect((await sync(text, ['--protect-tag', 'core', '--silence-events'])).stdout).toBe(summary(0, 1, 4))
  })
})

it('apply, which deletes nothing, is never stopped', async () => {
  const text = `${empty}consumers: [{username: c}]`
  expect((await run(['gateway', 'apply', '--silence-events'], text)).stdout).toBe(summary(1, 0, 0))
})

it('--no-delete creates and updates, and leaves the rest', async () => {
  const { code, stdout } = await sync(services(['a', 'e']), ['--no-delete', '--silence-events'])
  expect([code, stdout]).toEqual([0, summary(4, 0, 0)])
  expect(await countOf('services')).toBe(5)
})
