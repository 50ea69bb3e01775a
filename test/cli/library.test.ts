/**
 * The library as programs import it: the examples of docs/library.md, run as they stand, and what its
 * functions refuse.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newFolder, repository, type Served, serve } from '../support/binary.ts'
import { faultyRelay } from '../support/faulty-relay.ts'
import { finished, type Result, startNode } from '../support/processes.ts'

const page = readFileSync(join(repository, 'docs/library.md'), 'utf8')
const examples = new Map(
  page.split(/^## /m).map(section => {
    const [title = ''] = section.split('\n', 1)
    return [title, section.split('```js\n')[1]?.split('```')[0]]
  }),
)

const stateFile = `_format_version: "3.0"
services:
- name: orders
  url: http://\${{ env "DECK_HOST" }}
  routes:
  - name: orders
    paths: [/orders]
  plugins:
  - name: key-auth
consumers:
- username: tester
  keyauth_credentials:
  - key: test-key
`

let gateway: Served
const folder = newFolder()

beforeAll(async () => {
  gateway = await serve()
  writeFileSync(join(folder, 'kong.yaml'), stateFile)
  mkdirSync(join(folder, 'node_modules/@deck-ts'), { recursive: true })
  symlinkSync(repository, join(folder, 'node_modules/@deck-ts/deck'))
})

afterAll(() => gateway.stop())

/**
 * Runs a program in a folder where the package is installed.
 *
 * @param command whose output the program prints: with `dump`, secrets may be in it
 */
async function run(program: string, command = ''): Promise<Result> {
  const file = join(folder, `example-${Math.random().toString(36).slice(2)}.mjs`)
  writeFileSync(file, program.replaceAll('http://localhost:8001', gateway.admin))
  const { code, stdout, stderr } = await finished(
    startNode([file, command], { cwd: folder, env: { DECK_HOST: 'orders.internal' } }),
  )
  return { code, stdout, stderr }
}

const example = (title: string): string => {
  const code = examples.get(title)
  if (code === undefined) throw new Error(`docs/library.md has no example "${title}"`)
  return code
}

describe('the examples of docs/library.md', () => {
  it('validate', async () => {
    expect(await run(example('Check state files'))).toEqual({ code: 0, stdout: '', stderr: '' })
    writeFileSync(join(folder, 'wrong.yaml'), '_format_version: "3.0"\nservices:\n- nam: a\n')
    const { stdout } = await run(example('Check state files').replace('kong.yaml', 'wrong.yaml'))
    expect(stdout).toMatch(/^wrong\.yaml:3: error: /)
  })

  it('read', async () => {
    expect(await run(example('Read what is in them'))).toEqual({ code: 0, stdout: 'orders\n', stderr: '' })
  })

  it('plan and apply, then dump', async () => {
    const { stdout, stderr } = await run(example('See and make changes'))
    expect(stderr).toBe('')
    const [first, ...rest] = stdout.trimEnd().split('\n')
    expect(first).toBe('5 to create, 0 to delete')
    expect(rest).toHaveLength(5)
    expect(rest).toContain('applied: create service orders')
    expect((await run(example('Dump'), 'dump')).stdout).toContain('  host: orders.internal\n')
  })

  it('a service behind its kong.yaml, as a test of Vitest', () => {
    writeFileSync(join(folder, 'orders.test.mjs'), example('Test a service behind its real kong.yaml'))
    symlinkSync(join(repository, 'node_modules/vitest'), join(folder, 'node_modules/vitest'))
    const vitest = join(repository, 'node_modules/vitest/vitest.mjs')
    const { status, stdout, stderr } = spawnSync(process.execPath, [vitest, 'run', '--root', folder], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], DECK_HOST: 'orders.internal', NO_COLOR: '1' },
      timeout: 60_000,
    })
    expect(status, stdout + stderr).toBe(0)
    expect(stdout).toMatch(/Tests +2 passed/)
  })

  it('the Manager', async () => {
    const { stdout, code } = await run(example('Serve the Manager page'))
    expect(code).toBe(0)
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/)
  })
})

const attempt = (code: string) =>
  run(`import { apply, DeckError, plan, startGateway, StateFileError } from '@deck-ts/deck'
import { writeFileSync } from 'node:fs'
try { ${code} } catch (error) {
  console.log(error instanceof DeckError, error instanceof StateFileError, error.message)
}`)

describe('what it refuses', () => {
  it('files with mistakes, with their places', async () => {
    writeFileSync(join(folder, 'wrong.yaml'), '_format_version: "3.0"\nservices:\n- nam: a\n- hots: b\n')
    const { stdout } = await attempt(`await startGateway({ config: 'wrong.yaml' })`)
    expect(stdout).toMatch(/^true true \d problems in the state file\n$/)
  })

  it('to apply another plan than was seen', async () => {
    const { stdout } = await attempt(`
      const gateway = await startGateway()
      try {
        writeFileSync('moved.yaml', '_format_version: "3.0"\\nservices:\\n- {name: a, host: a}\\n')
        const options = { address: gateway.admin, files: 'moved.yaml' }
        const expected = await plan(options)
        writeFileSync('moved.yaml', '_format_version: "3.0"\\nservices:\\n- {name: a, host: b}\\n')
        for await (const one of apply({ ...options, expected })) console.log(one.status)
      } finally { await gateway.close() }`)
    expect(stdout).toBe('true false the files or the gateway have changed since the plan was made\n')
  })

  it('to overwrite a change that was made while it was reading', async () => {
    const file = join(folder, 'read.yaml')
    const text = (host: string) => `_format_version: "3.0"\nservices:\n- {name: read, host: ${host}}\n`
    writeFileSync(file, text('one.example'))
    const call = (address: string) =>
      attempt(`
        for await (const one of apply({ address: '${address}', files: 'read.yaml', deletes: false })) console.log(one.status)`)
    expect((await call(gateway.admin)).stdout).toContain('applied\n')
    writeFileSync(file, text('two.example'))
    let reads = 0
    const relay = await faultyRelay(gateway.admin, ({ method, path }) => {
      if (method !== 'GET' || !path.startsWith('/services')) return undefined
      reads += 1
      const body = new URLSearchParams({ host: 'hotfix.example' })
      return reads === 2
        ? { what: 'held', until: fetch(`${gateway.admin}/services/read`, { method: 'PATCH', body }) }
        : undefined
    })
    expect((await call(relay.address)).stdout).toBe(
      'true false service read was changed by somebody else while this run was being prepared\n',
    )
    const now = await (await fetch(`${gateway.admin}/services/read`)).json()
    expect(now).toMatchObject({ host: 'hotfix.example' })
  })

  it('to delete more than the guard allows', async () => {
    const { stdout } = await attempt(`
      const gateway = await startGateway({ config: 'kong.yaml' })
      try {
        writeFileSync('empty.yaml', '_format_version: "3.0"\\n')
        for await (const one of apply({ address: gateway.admin, files: 'empty.yaml' })) console.log(one.status)
      } finally { await gateway.close() }`)
    expect(stdout).toBe('true true 1 problem in the planned changes\n')
  })
})

it('has the types that docs/library.api.md shows', () => {
  const script = join(repository, 'scripts/build-types.js')
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
  expect(status, stderr).toBe(0)
}, 120_000)
