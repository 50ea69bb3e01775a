/** Plans that are kept, reviewed and carried out: exactly them, or nothing. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deck, newFolder, type Served, serve, summary } from '../support/binary.ts'
import type { Result } from '../support/processes.ts'

let gateway: Served
let folder: string

beforeAll(async () => {
  gateway = await serve()
})
afterAll(async () => {
  await gateway.stop()
})
beforeEach(async () => {
  folder = newFolder()
  await run(['gateway', 'reset', '--force'])
})

const env = { DECK_KEY: 'key-from-env-1' }
const run = (argv: readonly string[], more: Record<string, string> = {}): Promise<Result> =>
  deck([...argv, '--kong-addr', gateway.admin], { cwd: folder, env: { ...env, ...more } })

const file = (host: string): string => `_format_version: "3.0"
services:
- name: a
  host: ${host}
  routes:
  - name: r
    paths: [/r]
consumers:
- username: c
  keyauth_credentials:
  - key: \${{ env "DECK_KEY" }}
  basicauth_credentials:
  - username: u
    password: swordfish-password
`

const write = (host: string): void => writeFileSync(join(folder, 'kong.yaml'), file(host))

async function plan(host: string, ...flags: string[]): Promise<Result> {
  write(host)
  return run(['gateway', 'diff', 'kong.yaml', '--out', 'plan.json', ...flags])
}

const apply = (more?: Record<string, string>): Promise<Result> =>
  run(['gateway', 'sync', '--plan', 'plan.json'], more)

async function change(method: string, path: string, body?: object): Promise<void> {
  const answer = await fetch(gateway.admin + path, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  expect(answer.status).toBeLessThan(300)
}

describe('a kept plan that deletes too much', () => {
  it('warns when it is made and shown, with the flag that carries it out', async () => {
    write('one.test')
    expect((await run(['gateway', 'sync', 'kong.yaml'])).code).toBe(0)
    writeFileSync(join(folder, 'kong.yaml'), '_format_version: "3.0"\nconsumers: [{username: c}]\n')
    const made = await run(['gateway', 'plan', 'kong.yaml'])
    expect(made.stderr).toContain(
      'the plan is in plan.json: deck gateway sync --plan plan.json --max-deletes 4 carries it out\n',
    )
    const shown = await deck(['gateway', 'show', 'plan.json'], { cwd: folder })
    expect(shown).toMatchObject({ code: 0, stdout: made.stdout })
    expect(shown.stderr).toMatch(/^plan\.json: a plan of kong\.yaml, for Kong 3\.9/)
    expect(shown.stderr).toContain('warning: a sync will stop here: the run would delete 4 of 5 entities')
    const page = await deck(['gateway', 'show', 'plan.json', '--report', 'markdown'], { cwd: folder })
    expect(page.stdout).toContain('a sync will stop here')
    expect(await apply()).toMatchObject({ code: 1, stdout: summary(0, 0, 0) })
    const flags = ['--plan', 'plan.json', '--max-deletes', '4', '--silence-events']
    expect(await run(['gateway', 'sync', ...flags])).toMatchObject({ code: 0, stdout: summary(0, 0, 4) })
  })
})

describe('a kept plan', () => {
  it('is carried out as it is', async () => {
    const shown = await plan('h.test')
    expect(shown.code).toBe(0)
    expect(shown.stderr).toContain('deck gateway sync --plan plan.json')
    expect(shown.stdout).toContain(summary(5, 0, 0))
    const done = await apply()
    expect(done).toMatchObject({ code: 0 })
    expect(done.stdout).toContain(summary(5, 0, 0))
    expect((await run(['gateway', 'diff', 'kong.yaml'])).stdout).toContain(summary(0, 0, 0))
  })

  it('can be read, and holds no secrets', async () => {
    await plan('h.test', '--no-mask-deck-env-vars-value')
    const text = readFileSync(join(folder, 'plan.json'), 'utf8')
    expect(text).not.toContain('swordfish')
    expect(text).not.toContain('key-from-env')
    expect(statSync(join(folder, 'plan.json')).mode & 0o077).toBe(0)
    const content = JSON.parse(text)
    expect(content).toMatchObject({
      deck_plan: 1,
      files: ['kong.yaml'],
      summary: { created: 5, updated: 0, deleted: 0 },
    })
    expect(
      content.changes.map(({ op, kind, name }: Record<string, string>) => [op, kind, name]),
    ).toContainEqual(['create', 'service', 'a'])
    const { seal: _first, ...one } = content
    await plan('h.test')
    const { seal: _second, ...other } = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8'))
    expect(other).toEqual(one)
  })

  it('keeps to the flags that it was made with', async () => {
    await change('POST', '/services', { name: 'other', host: 'o.test' })
    await plan('h.test', '--select-tag', 'mine')
    const done = await apply()
    expect(done.stdout).toContain(summary(5, 0, 0))
    await change('GET', '/services/other')
  })

  it('goes on where it failed', async () => {
    await plan('h.test')
    // The first change of the plan is done already, as after a sync that was cut off.
    await run(['gateway', 'sync', 'kong.yaml'])
    await change('DELETE', '/routes/r')
    const done = await apply()
    expect(done.stdout).toContain(summary(1, 0, 0))
    expect(done.code).toBe(0)
  })
})

describe('is refused, with nothing changed', () => {
  beforeEach(async () => {
    write('old.test')
    await run(['gateway', 'sync', 'kong.yaml'])
    await plan('new.test')
  })

  const refused = async (done: Result, ...texts: string[]): Promise<void> => {
    expect(done).toMatchObject({ code: 1, stdout: '' })
    for (const text of texts) expect(done.stderr).toContain(text)
    const service = await (await fetch(`${gateway.admin}/services/a`)).json()
    expect(service).not.toMatchObject({ host: 'new.test' })
  }

  it('where the files have changed', async () => {
    write('newer.test')
    await refused(await apply(), 'the files, or the variables they use', 'update service a: host is to be')
  })

  it('where a variable has another value', async () => {
    await refused(await apply({ DECK_KEY: 'key-from-env-2' }), 'the files, or the variables they use')
  })

  it('where the gateway has changed', async () => {
    await change('PATCH', '/services/a', { host: 'elsewhere.test' })
    await change('POST', '/consumers', { username: 'stranger' })
    await refused(
      await apply(),
      'the gateway has changed since',
      'update service a: host is not what it was',
      'delete consumer stranger: not in the plan',
    )
  })

  it('where the files of the plan are named again, or it is none', async () => {
    const argv = ['gateway', 'sync', '--plan', 'plan.json', 'kong.yaml']
    await refused(await run(argv), 'files cannot be given beside a plan')
    writeFileSync(join(folder, 'plan.json'), '{}')
    await refused(await apply(), 'not a plan of deck')
    writeFileSync(join(folder, 'plan.json'), 'x')
    await refused(await apply(), 'not JSON')
  })
})

it('is refused where a secret on the gateway is another', async () => {
  write('h.test')
  await run(['gateway', 'sync', 'kong.yaml'])
  writeFileSync(join(folder, 'kong.yaml'), '_format_version: "3.0"\n')
  await run(['gateway', 'diff', 'kong.yaml', '--out', 'plan.json'])
  await change('PATCH', '/consumers/c/basic-auth/u', { password: 'another-password' })
  const done = await apply()
  expect(done.code).toBe(1)
  expect(done.stderr).toContain('a secret on the gateway has changed')
  expect(done.stderr).not.toContain('another-pass')
})
