/**
 * Secrets are nowhere either where canaries.test.ts does not look: in programs that go on, in runs that are
 * undone, in a program that crashes, in what the library throws, in reports of tests.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  isStandalone,
  newFolder,
  type Running,
  repository,
  type Served,
  serve,
  startDeck,
} from '../support/binary.ts'
import {
  addressOf,
  canariesBelow,
  canariesIn,
  canary,
  configFile,
  environment,
  headerFlags,
  hurtTexts,
  stateText,
} from '../support/canaries.ts'
import { echoes, echoingRelay } from '../support/echoing-relay.ts'
import { faultyRelay } from '../support/faulty-relay.ts'
import { finished, startNode } from '../support/processes.ts'
import { until } from '../support/until.ts'

let gateway: Served
/** Everything that a test writes is below it; `inputs` are the files that it wrote itself. */
let folder: string
let inputs: Set<string>
beforeAll(async () => {
  gateway = await serve()
})
afterAll(async () => {
  await gateway?.stop()
})
beforeEach(async () => {
  folder = newFolder()
  inputs = new Set()
  for (const name of ['home', 'tmp']) mkdirSync(join(folder, name))
  input('home/.deck.yaml', configFile)
  input('kong.yaml', stateText)
})

function input(name: string, text: string): string {
  inputs.add(name)
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const env = () => ({
  ...environment,
  HOME: join(folder, 'home'),
  TMPDIR: join(folder, 'tmp'),
  XDG_STATE_HOME: join(folder, 'state'),
})

const start = (argv: readonly string[], more: Record<string, string> = {}): Running =>
  startDeck(argv, { cwd: folder, env: { ...env(), ...more } })

/** Nothing on the disk or in the outputs of the runs shows a canary. */
const expectNoLeak = (output: string, what = ''): void => {
  expect(canariesIn(output), what).toEqual([])
  expect(canariesBelow(folder, inputs), what).toEqual([])
}

const formats = ['markdown', 'html', 'json', 'junit', 'sarif'].map(
  format => `--report=${format}=report.${format}`,
)

async function run(argv: readonly string[], more: Record<string, string> = {}) {
  const address = argv.includes('--kong-addr') ? [] : ['--kong-addr', addressOf(gateway.admin)]
  const result = await start(['gateway', ...argv, ...address, ...headerFlags, '--verbose', '1'], more).result
  expectNoLeak(result.stdout + result.stderr, argv.join(' '))
  return result
}

/** A run that reads no file cannot know which values came from variables. */
const withoutVariables = stateText
  .replace(/\$\{\{ env "DECK_HOST" \}\}/, 'a.example')
  .replace(/ {2}path: .*\n/, '')

const otherText = stateText.replaceAll(/c4n4ry-([\w-]+?)-7f3a/g, 'c4n4ry-other-$1-7f3a')

describe.each([
  ['with a key', {}],
  ['without a key', { DECK_JOURNAL_KEY: '' }],
])('runs that are recorded %s', (_, more) => {
  beforeEach(async () => {
    await start(['gateway', 'reset', '--force', '--no-journal', '--kong-addr', gateway.admin]).result
  })

  it('sync, drift, rollback, resume, reset, history and their reports', async () => {
    expect((await run(['sync', 'kong.yaml', '--record', 'record.json', ...formats], more)).code).toBe(0)
    await fetch(`${gateway.admin}/services/a`, {
      method: 'PATCH',
      body: new URLSearchParams({ host: canary('hand') }),
    })
    input('kong.yaml', otherText)
    for (const flags of [[], ['--record', 'record.json'], ['--no-journal'], ['--json-output'], formats])
      expect((await run(['drift', 'kong.yaml', ...flags], more)).code).toBe(2)
    expect((await run(['sync', 'kong.yaml', '--yes', ...formats], more)).code).toBe(0)
    for (const flags of [[], ['--json-output'], formats, ['--yes', ...formats]]) {
      const { stdout, stderr } = await run(['rollback', ...flags], more)
      expect(stdout + stderr).toMatch(/rate-limiting|basic-auth/)
    }
    await run(['history', '--json-output'], more)
    for (const name of readdirSync(join(folder, 'state/deck')))
      await run(['history', name.replace('.jsonl', '')], more)
    input('kong.yaml', withoutVariables)
    await start(['gateway', 'sync', 'kong.yaml', '--yes', '--no-journal', '--kong-addr', gateway.admin])
      .result
    await run(['reset', '--force', ...formats], more)
    await run(['rollback', '--yes', '--json-output'], more)
  })

  it('a run that fails, its rollback and what resumes it', async () => {
    for (const answer of ['json', 'sentence', 'success'] as const) {
      const relay = await echoingRelay(gateway.admin)
      relay.answer = answer
      const at = ['--kong-addr', addressOf(relay.address)]
      for (const onError of ['stop', 'continue', 'rollback'])
        await run(['sync', 'kong.yaml', '--yes', '--on-error', onError, ...at, ...formats], more)
      await run(['resume', ...at, ...formats], more)
      await run(['rollback', '--yes', ...at, ...formats], more)
      relay.close()
    }
  })

  it('a run that is killed in the middle', async () => {
    const relay = await faultyRelay(gateway.admin, ({ method }) =>
      method === 'GET' ? undefined : { what: 'delay', milliseconds: 300 },
    )
    const at = ['--kong-addr', addressOf(relay.address)]
    const killed = start(
      ['gateway', 'sync', 'kong.yaml', '--yes', '--parallelism', '1', ...at, ...headerFlags],
      more,
    )
    await until(
      () => relay.seen.filter(({ method }) => method !== 'GET').length > 2,
      'three writes are under way',
    )
    killed.child.kill('SIGKILL')
    const { stdout, stderr } = await killed.result
    expectNoLeak(stdout + stderr)
    await run(['resume', ...at, ...formats], more)
  })
})

describe('programs that go on', () => {
  const listen = ['--manager-listen', '127.0.0.1:0']

  it('deck manager: its log, what it records, and temporary files', async () => {
    await start(['gateway', 'reset', '--force', '--no-journal', '--kong-addr', gateway.admin]).result
    const manager = start([
      'manager',
      ...listen,
      '--kong-addr',
      addressOf(gateway.admin),
      ...headerFlags,
      '--verbose',
      '1',
    ])
    let output = ''
    for (const stream of [manager.child.stdout, manager.child.stderr])
      stream?.on('data', text => {
        output += text
      })
    await until(() => /Manager {2}\S+\n/.test(output), 'the Manager is ready')
    const [, address = ''] = /Manager {2}(\S+)/.exec(output) ?? []
    const post = (path: string, body: object) =>
      fetch(`${address}/api${path}`, {
        method: 'POST',
        headers: { origin: address, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }).then(answer => answer.text())
    for (const text of [withoutVariables, hurtTexts[0]?.[1] ?? '']) {
      expect(canariesIn(await post('/compare', { text }))).toEqual([])
      expect(canariesIn(await post('/sync', { text }))).toEqual([])
    }
    await fetch(`${address}/api/export?format=json`)
    expect(canariesIn(await (await fetch(`${address}/api/history`)).text())).toEqual([])
    await post('/try', { method: 'GET', path: '/', headers: { apikey: canary('tried') } })
    await post('/certificate', { cert: canary('certificate') })
    await fetch(`${address}/api/admin/consumers`, {
      method: 'POST',
      body: `{"username": "${canary('broken')}`,
    })
    manager.child.kill('SIGTERM')
    const { stdout, stderr } = await manager.result
    expectNoLeak(stdout + stderr)
    expect(readdirSync(join(folder, 'state/deck')).length).toBeGreaterThan(0)
  })

  it.skipIf(isStandalone)(
    'deck serve with workers: its log; only its data file has the secrets',
    async () => {
      const data = join(folder, 'data')
      const served = await serve(['kong.yaml', '--data', data, '--workers', '2', '--verbose', '1'], {
        cwd: folder,
        env: env(),
      })
      const headers = { apikey: canary('key'), authorization: `Basic ${btoa(`u:${canary('password')}`)}` }
      await Promise.all(Array.from({ length: 20 }, () => fetch(`${served.proxy}/x`, { headers })))
      for (const [path, body] of [
        ['/consumers', `{"username": ["${canary('broken')}"]}`],
        ['/consumers/c/key-auth', `{"key": "${canary('key')}"}`],
        ['/plugins', `{"name": "session", "config": {"secrt": "${canary('broken')}"}}`],
        ['/certificates', `{"cert": "${canary('broken')}", "key": "${canary('broken')}"}`],
      ] as const)
        await fetch(served.admin + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        })
      const children = readFileSync(`/proc/${served.pid}/task/${served.pid}/children`, 'utf8')
        .trim()
        .split(' ')
      process.kill(Number(children[0]), 'SIGKILL')
      await until(
        () =>
          readFileSync(`/proc/${served.pid}/task/${served.pid}/children`, 'utf8').trim().split(' ').length ===
          2,
        'the worker is replaced',
      )
      await fetch(`${served.proxy}/x`, { headers }).catch(() => {})
      const { stdout, stderr } = await served.stop()
      // A gateway must keep what it is configured with: this is the one file with secrets.
      const kept = readdirSync(data).filter(
        name => canariesIn(readFileSync(join(data, name), 'latin1')).length > 0,
      )
      expect(kept).toEqual(['data.mdb'])
      inputs.add('data/data.mdb')
      expectNoLeak(stdout + stderr)
    },
  )
})

describe('what goes wrong', () => {
  it.skipIf(isStandalone)('a crash for want of memory', async () => {
    const many = Array.from(
      { length: 3000 },
      (_, n) => `- {username: u${n}, keyauth_credentials: [{key: ${canary(`k${n}`)}}]}\n`,
    )
    input('many.yaml', `_format_version: "3.0"\nconsumers:\n${many.join('')}`)
    const { code, stdout, stderr } = await start(
      ['gateway', 'sync', 'many.yaml', '--kong-addr', gateway.admin],
      {
        NODE_OPTIONS: '--max-old-space-size=18',
      },
    ).result
    expect(code).not.toBe(0)
    expect(stderr).toContain('heap')
    expectNoLeak(stdout + stderr)
  })

  it('what the library throws, to its last cause', async () => {
    mkdirSync(join(folder, 'node_modules/@deck-ts'), { recursive: true })
    symlinkSync(repository, join(folder, 'node_modules/@deck-ts/deck'))
    input('hurt.yaml', stateText.replace(/secret: (c4n4ry\S+)/, 'secret: [$1]'))
    const relays = await Promise.all(
      echoes.map(async answer => Object.assign(await echoingRelay(gateway.admin), { answer })),
    )
    const addresses = [...relays.map(({ address }) => address), 'http://127.0.0.1:1', 'htp//x'].map(addressOf)
    input(
      'program.mjs',
      `import { inspect } from 'node:util'
import { apply, dump, plan, startGateway, validate } from '@deck-ts/deck'
const show = value => console.log(inspect(value, { depth: 20, showHidden: true, maxArrayLength: 1000 }))
const attempt = work => work().catch(error => { console.log('thrown'); show(error) })
const given = { token: '${canary('token')}', headers: { authorization: 'Bearer ${canary('bearer')}' }, maxDeletes: 'all' }
const applied = async options => {
  for await (const { status, error } of apply(options)) if (error) { console.log(status); show(error) }
}
for (const files of ['kong.yaml', 'hurt.yaml']) {
  for (const address of ${JSON.stringify(addresses)}) {
    const options = { ...given, files, address }
    await attempt(() => plan(options))
    await attempt(() => applied(options))
    await attempt(() => dump(options))
  }
  await attempt(() => validate(files).then(show))
}
await attempt(() => startGateway({ config: 'hurt.yaml' }))
`,
    )
    const { output } = await finished(startNode(['program.mjs'], { cwd: folder, env: env() }))
    for (const relay of relays) relay.close()
    expect(output).toContain('failed')
    expect(output.match(/^thrown$/gm)?.length).toBeGreaterThan(20)
    const lines = output.split('\n').filter(line => canariesIn(line).length > 0)
    expect(lines).toEqual([])
  })
})

it('reports of tests show nothing of a request or of the files', async () => {
  const tests = (header: string) => `tests:
- name: a key is refused
  steps:
  - request: GET /x
    headers: {apikey: ${canary('tested')}, authorization: "${header}"}
    expect: {status: 418}
`
  input('kong.yaml', stateText.replace('path: /', 'routes: [{name: r, paths: [/x]}]\n  path: /'))
  input('TESTS.yaml', tests(`Bearer ${canary('tested')}`))
  input('broken.yaml', tests(`Bearer ${canary('tested')}`).replace('headers:', 'headrs:'))
  for (const format of ['text', 'tap', 'junit']) {
    for (const file of ['TESTS.yaml', 'broken.yaml']) {
      const { code, stdout, stderr } = await start(['file', 'test', 'kong.yaml', file, '--format', format])
        .result
      expect(code).toBe(1)
      expectNoLeak(stdout + stderr)
      await start(['file', 'test', 'kong.yaml', file, '--format', format, '-o', `results.${format}`]).result
      expectNoLeak('')
    }
  }
})

it('schemas for editors hold nothing of a gateway or a file', async () => {
  expect((await run(['sync', 'kong.yaml', '--yes'])).code).toBe(0)
  inputs.add('dumped.yaml')
  const { code } = await start([
    'gateway',
    'dump',
    '-o',
    'dumped.yaml',
    '--editor',
    '--kong-addr',
    gateway.admin,
  ]).result
  expect(code).toBe(0)
  expect(canariesIn(readFileSync(join(folder, 'dumped.yaml'), 'utf8')).length).toBeGreaterThan(3)
  expect(existsSync(join(folder, 'dumped.yaml'))).toBe(true)
  expectNoLeak('')
})
