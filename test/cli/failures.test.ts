import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deck, guide, newFile, newFolder, type Served, serve, startDeck, summary } from '../support/binary.ts'
import { faultyRelay } from '../support/faulty-relay.ts'
import type { Result } from '../support/processes.ts'
import { until } from '../support/until.ts'

const nothingThere = 'http://127.0.0.1:1'

function expectClear({ code, stderr }: Result, message: RegExp): void {
  expect(stderr).toMatch(message)
  expect(stderr).not.toMatch(/^\s+at .*:\d+:\d+/m)
  expect(stderr).not.toContain('bug in deck')
  expect(code).toBe(1)
}

test.each(['http', 'https'])('a proxy that is not there: %s', async protocol => {
  const env = { [`${protocol.toUpperCase()}_PROXY`]: nothingThere }
  const result = await deck(['gateway', 'ping', '--kong-addr', `${protocol}://kong.example:8001`], { env })
  expectClear(
    result,
    /Get "https?:\/\/kong\.example:8001\/": connect ECONNREFUSED 127\.0\.0\.1:1\nhint: a proxy is set/,
  )
})

describe('a wrong address', () => {
  test.each([
    ['gateway', 'ping'],
    ['gateway', 'validate', guide],
    ['gateway', 'diff', guide],
    ['gateway', 'sync', guide],
    ['gateway', 'dump'],
    ['gateway', 'reset', '-f'],
  ])('deck %s %s says so', async (...argv) => {
    expectClear(await deck([...argv, '--kong-addr', nothingThere]), /^Error: .*connection refused/m)
  })

  test.each([
    ['nope', /^Error: --kong-addr: "nope" is not a URL/],
    ['localhost:8001', /^Error: --kong-addr: "localhost:8001" does not begin with http/],
  ])('%s is refused before anything is asked', async (address, message) => {
    expectClear(await deck(['ping', '--kong-addr', address]), message)
  })

  test('something that is no Admin API is named as such', async () => {
    const server = createServer(socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    expectClear(await deck(['ping', '--kong-addr', `http://127.0.0.1:${port}`]), /^Error: /)
    server.close()
  })

  test('one that takes connections and says nothing ends with --timeout', async () => {
    const server = createServer(() => {})
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const running = startDeck(['ping', '--kong-addr', `http://127.0.0.1:${port}`, '--timeout', '1'])
    expectClear(await running.result, /no response within 1 s/)
    server.close()
  })
})

describe('a broken file', () => {
  test.each([
    ['bad YAML', '_format_version: "3.0"\nservices: [\n', /kong\.yaml:\d+:\d+: error: /],
    [
      'an unknown key',
      '_format_version: "3.0"\nservices:\n- name: a\n  hots: b\n',
      /kong\.yaml:4:3: error: /,
    ],
    ['a list', '- a\n', /kong\.yaml:1:1: error: /],
    ['nothing', '', /empty/],
  ])('%s: reported with its place', async (_name, text, message) => {
    expectClear(await deck(['file', 'validate', newFile('kong.yaml', text)]), message)
  })

  test('all problems of all files are reported at once', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'a.yaml'), '_format_version: "3.0"\nservices:\n- name: a\n  port: "80"\n')
    writeFileSync(join(folder, 'b.yaml'), '_format_version: "3.0"\nrouts: []\n')
    const { stderr, code } = await deck(['file', 'validate', folder])
    expect(code).toBe(1)
    expect(stderr).toMatch(/a\.yaml:4:\d+/)
    expect(stderr).toMatch(/b\.yaml:2:\d+/)
  })

  test('a file that is not there', async () => {
    expectClear(await deck(['file', 'validate', 'nofile.yaml']), /nofile\.yaml: no such file or directory/)
  })
})

const services = (count: number): string =>
  `_format_version: "3.0"\nservices:\n${Array.from({ length: count }, (_, index) => `- name: s${index}\n  host: h${index}\n`).join('')}`

describe('a gateway that dies in the middle', () => {
  test('applied and remaining changes are listed', async () => {
    const gateway = await serve()
    const file = newFile('kong.yaml', services(3000))
    const running = startDeck(['sync', file, '--kong-addr', gateway.admin])
    let seen = ''
    running.child.stdout?.on('data', (text: string) => {
      seen += text
    })
    await until(() => seen.split('\n').length > 50, 'fifty changes are printed')
    await gateway.stop('SIGKILL')
    const result = await running.result
    expectClear(result, /^Error: .*not attempted/m)
    expect(result.stdout).toContain('Summary:')
    expect(result.stdout).not.toContain(summary(3000, 0, 0))
  })
})

describe('--deadline', () => {
  test('ends a run in time, says so in text and JSON, and what was not done', async () => {
    const gateway = await serve()
    const relay = await faultyRelay(gateway.admin, ({ method }) =>
      method === 'PUT' ? { what: 'delay', milliseconds: 3000 } : undefined,
    )
    try {
      const limits = ['--deadline', '5', '--parallelism', '1', '--kong-addr', relay.address]
      const began = performance.now()
      const late = await deck(['gateway', 'sync', guide, '--json-output', ...limits])
      // All of it would take half a minute.
      expect(performance.now() - began).toBeLessThan(20_000)
      expectClear(late, /^Error: the run took longer than --deadline allows \(5 s\)/m)
      const { summary: done, changes, errors } = JSON.parse(late.stdout)
      expect(done.total).toBeLessThan(10)
      expect(changes.dropped_creations.length).toBeGreaterThan(0)
      expect(errors.join()).toContain('--deadline')
      expect((await deck(['gateway', 'sync', guide, '--kong-addr', gateway.admin])).code).toBe(0)
    } finally {
      await gateway.stop()
    }
  })

  test('of nothing is refused', async () => {
    expectClear(await deck(['ping', '--deadline', '0']), /^Error: --deadline cannot be less than 1, got 0/m)
  })
})

describe('Ctrl-C', () => {
  let gateway: Served
  beforeAll(async () => {
    gateway = await serve()
  })
  afterAll(() => gateway?.stop())

  test('ends a sync with 1, and says so', async () => {
    const file = newFile('kong.yaml', services(3000))
    const running = startDeck(['sync', file, '--kong-addr', gateway.admin])
    let seen = ''
    running.child.stdout?.on('data', (text: string) => {
      seen += text
    })
    await until(() => seen.split('\n').length > 50, 'fifty changes are printed')
    running.child.kill('SIGINT')
    const result = await running.result
    expectClear(result, /SIGINT/)
    expect(result.stdout).not.toContain(summary(3000, 0, 0))
  })
})
