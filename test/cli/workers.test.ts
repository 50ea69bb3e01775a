/**
 * `deck serve --workers 3`: three processes that are one proxy. Requests come on connections of their own,
 * which go round the workers.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import { request as requestTls } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deck, type Served, serve } from '../support/binary.ts'
import { until } from '../support/until.ts'

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

/** On a connection of its own. */
function get(url: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent: false, headers }, response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      )
    })
    asked.on('error', reject).end()
  })
}

const many = <T>(count: number, make: (at: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_none, at) => make(at)))

/** Answers its name, and counts what it was asked. */
async function backend(name: string) {
  const seen = { requests: 0, probes: 0 }
  const how = { status: 200, headers: {} as OutgoingHttpHeaders, delay: 0 }
  const server = createServer((asked, response) => {
    seen[asked.headers['user-agent']?.includes('healthcheck') ? 'probes' : 'requests'] += 1
    setTimeout(() => response.writeHead(how.status, how.headers).end(name), how.delay)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  open.push(() => server.close())
  return { port: (server.address() as AddressInfo).port, seen, how }
}

const open: (() => void)[] = []
let gateway: Served

const write = async (method: string, path: string, body: object = {}) => {
  const answer = await fetch(gateway.admin + path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.status, `${method} ${path}: ${await answer.clone().text()}`).toBeLessThan(300)
}
const read = async <T>(path: string): Promise<T> => (await (await fetch(gateway.admin + path)).json()) as T

/** A service with a route of the same name, `/NAME`. */
async function service(name: string, fields: object, plugins: Readonly<Record<string, object>> = {}) {
  await write('PUT', `/services/${name}`, { protocol: 'http', ...fields })
  await write('PUT', `/services/${name}/routes/${name}`, { paths: [`/${name}`] })
  for (const [plugin, config] of Object.entries(plugins))
    await write('POST', `/services/${name}/plugins`, { name: plugin, config })
  return `${gateway.proxy}/${name}`
}

/** @returns the JSON that is answered */
const postOverTls = (path: string, fields: object): Promise<Record<string, unknown>> =>
  new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json' }
    const options = { method: 'POST', rejectUnauthorized: false, agent: false, headers }
    const asked = requestTls(gateway.proxyTls + path, options, async response => {
      const text = (await response.toArray()).join('')
      resolve(JSON.parse(text))
    })
    asked.on('error', reject).end(JSON.stringify(fields))
  })

const workers = async () => (await read<{ pids: { workers: number[] } }>('/')).pids.workers

beforeAll(async () => {
  gateway = await serve(['--workers', '3'])
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  for (const close of open) close()
})

describe('limits hold over all workers', () => {
  it('rate-limiting lets as many through as it says, and counts down without a gap', async () => {
    const { port } = await backend('a')
    const limits = { 'rate-limiting': { hour: 40, policy: 'local', limit_by: 'service' } }
    const url = await service('limited', { host: '127.0.0.1', port }, limits)
    const answers = await many(70, () => get(url))
    const passed = answers.filter(({ status }) => status === 200)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30)
    const left = passed.map(({ headers }) => Number(headers['x-ratelimit-remaining-hour']))
    expect(left.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_none, at) => at))
  })

  it('response-ratelimiting counts the usage of all workers', async () => {
    const { port, how } = await backend('a')
    how.headers = { 'X-Kong-Limit': 'videos=2' }
    const limits = { 'response-ratelimiting': { limits: { videos: { hour: 100 } }, policy: 'local' } }
    const url = await service('used', { host: '127.0.0.1', port }, limits)
    await many(30, () => get(url))
    how.headers = {}
    const left = async () => (await get(url)).headers['x-ratelimit-remaining-videos']
    await until(async () => (await left()) === '40', 'all thirty requests are counted')
  })
})

describe('what is known is known to all', () => {
  it('proxy-cache answers with what another worker was answered', async () => {
    const { port, seen } = await backend('a')
    const caching = {
      'proxy-cache': { strategy: 'memory', content_type: ['text/plain'], cache_ttl: 100 },
    }
    const target = await backend('b')
    target.how.headers = { 'Content-Type': 'text/plain' }
    const url = await service('cached', { host: '127.0.0.1', port: target.port }, caching)
    expect((await get(url)).headers['x-cache-status']).toBe('Miss')
    const answers = await many(12, () => get(url))
    expect(answers.map(({ headers, text }) => [headers['x-cache-status'], text])).toEqual(
      Array(12).fill(['Hit', 'b']),
    )
    expect(target.seen.requests).toBe(1)
    expect([port > 0, seen.requests]).toEqual([true, 0])
  })

  it('metrics are those of all', async () => {
    const { port } = await backend('a')
    const url = await service(
      'measured',
      { host: '127.0.0.1', port },
      { prometheus: { status_code_metrics: true } },
    )
    await many(25, () => get(url))
    const metrics = async () => (await fetch(`${gateway.admin}/metrics`)).text()
    const line = /kong_http_requests_total\{service="measured".*code="200".*\} (\d+)/
    await until(async () => line.exec(await metrics())?.[1] === '25', 'all requests are in the metrics')
    const pids = [...(await metrics()).matchAll(/memory_workers_lua_vms_bytes\{.*pid="(\d+)"/g)]
    expect(pids.map(([, pid]) => Number(pid)).sort()).toEqual((await workers()).sort())
  })

  it('a token of one worker opens at once what the others serve', async () => {
    const { port } = await backend('a')
    const config = {
      scopes: ['read'],
      enable_client_credentials: true,
      accept_http_if_already_terminated: true,
      global_credentials: true,
    }
    const url = await service('granted', { host: '127.0.0.1', port }, { oauth2: config })
    await write('POST', '/consumers', { username: 'app' })
    const client = { name: 'app', client_id: 'app-id', client_secret: 'app-secret' }
    await write('POST', '/consumers/app/oauth2', { ...client, redirect_uris: ['http://app.test/'] })
    const form = { ...client, grant_type: 'client_credentials', scope: 'read' }
    const { access_token: token } = await postOverTls('/granted/oauth2/token', form)
    expect(token).toMatch(/^\w{32}$/)
    const answers = await many(9, () => get(url, { Authorization: `Bearer ${token}` }))
    expect(answers.map(({ status, text }) => [status, text])).toEqual(Array(9).fill([200, 'a']))
    expect((await get(url, { Authorization: 'Bearer nonsense' })).status).toBe(401)
  })

  it('each shows the same certificate where none fits', async () => {
    const { port } = new URL(gateway.proxyTls)
    const shown = await many(
      6,
      () =>
        new Promise<string>((resolve, reject) => {
          const socket = connect({ port: Number(port), host: '127.0.0.1', rejectUnauthorized: false }, () => {
            resolve(socket.getPeerCertificate().fingerprint256)
            socket.destroy()
          }).on('error', reject)
        }),
    )
    expect(new Set(shown).size).toBe(1)
  })
})

describe('health', () => {
  async function upstream(name: string, ports: readonly number[], healthchecks: object) {
    await write('PUT', `/upstreams/${name}`, { healthchecks })
    for (const port of ports)
      await write('POST', `/upstreams/${name}/targets`, { target: `127.0.0.1:${port}` })
    return service(name, { host: name })
  }
  const healthOf = async (name: string, port: number) => {
    const { data } = await read<{ data: { target: string; health: string }[] }>(`/upstreams/${name}/health`)
    return data.find(({ target }) => target === `127.0.0.1:${port}`)?.health
  }

  it('failures that different workers met count together, and no worker asks an unhealthy target', async () => {
    const [good, bad] = [await backend('good'), await backend('bad')]
    bad.how.status = 500
    const checks = { passive: { unhealthy: { http_failures: 3 } } }
    const url = await upstream('passive', [good.port, bad.port], checks)
    // One after the other: a report arrives long before the next request does.
    for (let turn = 0; (await healthOf('passive', bad.port)) !== 'UNHEALTHY'; turn++) {
      expect(turn).toBeLessThan(60)
      await get(url)
    }
    // Each for itself they would have needed three times as many.
    expect(bad.seen.requests).toBeLessThanOrEqual(5)
    const before = bad.seen.requests
    await until(
      async () => (await many(6, () => get(url))).every(({ text }) => text === 'good'),
      'every worker avoids the bad target',
    )
    const settled = bad.seen.requests
    expect((await many(30, () => get(url))).map(({ text }) => text)).toEqual(Array(30).fill('good'))
    expect(bad.seen.requests).toBe(settled)
    expect(settled - before).toBeLessThanOrEqual(3)
  })

  it('a mark made by hand acts in all when it is answered; probes are made once', async () => {
    const [one, other] = [await backend('one'), await backend('other')]
    const checks = {
      active: { healthy: { interval: 0.2, successes: 0 }, unhealthy: { interval: 0 }, http_path: '/' },
    }
    const url = await upstream('marked', [one.port, other.port], checks)
    await write('PUT', `/upstreams/marked/targets/127.0.0.1:${one.port}/unhealthy`)
    expect((await many(20, () => get(url))).map(({ text }) => text)).toEqual(Array(20).fill('other'))
    await write('PUT', `/upstreams/marked/targets/127.0.0.1:${one.port}/healthy`)
    expect(new Set((await many(20, () => get(url))).map(({ text }) => text))).toEqual(
      new Set(['one', 'other']),
    )
    other.seen.probes = 0
    const began = performance.now()
    await until(() => other.seen.probes >= 6, 'the target has six probes')
    // Three workers would have made them in a third of the time.
    expect(performance.now() - began).toBeGreaterThan(900)
  })
})

it('a change acts in all workers when it is answered, and no request fails meanwhile', async () => {
  const [a, b] = [await backend('a'), await backend('b')]
  const url = await service('changing', { host: '127.0.0.1', port: a.port })
  let isOver = false
  const bad: unknown[] = []
  let served = 0
  const client = async () => {
    while (!isOver) {
      const answer = await get(url).catch((error: Error) => error)
      if (answer instanceof Error || answer.status !== 200 || !/^[ab]$/.test(answer.text)) bad.push(answer)
      served += 1
    }
  }
  const clients = many(4, client)
  for (let turn = 0; turn < 30; turn++) {
    const wanted = turn % 2 === 0 ? b : a
    await write('PATCH', '/services/changing', { port: wanted.port })
    const texts = (await many(6, () => get(url))).map(({ text }) => text)
    expect(texts).toEqual(Array(6).fill(wanted === a ? 'a' : 'b'))
  }
  isOver = true
  await clients
  expect(bad).toEqual([])
  expect(served).toBeGreaterThan(30)
})

it('a worker that is killed is replaced; only its own connections end', async () => {
  const target = await backend('a')
  target.how.delay = 20
  const limits = { 'rate-limiting': { hour: 100_000, policy: 'local', limit_by: 'service' } }
  const url = await service('killed', { host: '127.0.0.1', port: target.port }, limits)
  const [victim = 0] = await workers()
  let isOver = false
  const failed: string[] = []
  let passed = 0
  const client = async () => {
    while (!isOver) {
      const answer = await get(url).catch((error: NodeJS.ErrnoException) => error)
      if (answer instanceof Error) failed.push(answer.code ?? answer.message)
      else if (answer.status === 200) passed += 1
      else failed.push(String(answer.status))
    }
  }
  const clients = many(12, client)
  await until(() => passed > 50, 'fifty requests are answered')
  process.kill(victim, 'SIGKILL')
  await until(async () => {
    const now = await workers()
    return now.length === 3 && !now.includes(victim)
  }, 'another worker replaces the killed one')
  const before = passed
  await until(() => passed > before + 50, 'fifty more requests are answered')
  isOver = true
  await clients
  expect(failed.every(one => one === 'ECONNRESET' || one === 'socket hang up')).toBe(true)
  expect(failed.length).toBeLessThanOrEqual(12)
  // What was counted is counted still, what failed perhaps too.
  const left = Number((await get(url)).headers['x-ratelimit-remaining-hour'])
  expect(100_000 - left).toBeGreaterThan(passed)
  expect(100_000 - left).toBeLessThanOrEqual(passed + failed.length + 1)
})

it('a stop lets requests end in every worker, and leaves none behind', async () => {
  const slow = await backend('whole')
  slow.how.delay = 1500
  const url = await service('slow', { host: '127.0.0.1', port: slow.port })
  const pids = await workers()
  const asked = many(6, () => get(url))
  await until(() => slow.seen.requests === 6, 'six requests reach the backend')
  const { code, stderr } = await gateway.stop()
  expect((await asked).map(({ text }) => text)).toEqual(Array(6).fill('whole'))
  expect(code).toBe(0)
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  expect(stderr).toMatch(/^proxy: worker \d+ was killed by SIGKILL; a new worker replaces it$/m)
})

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

it('workers end where the process is gone that started them', async () => {
  const other = await serve(['--workers', '2'])
  const { pids } = (await (await fetch(other.admin)).json()) as { pids: { workers: number[] } }
  await other.stop('SIGKILL')
  expect(pids.workers).toHaveLength(2)
  await until(() => !pids.workers.some(isRunning), 'all workers have ended')
})

it('workers end with their process even where they are stuck', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'deck-stuck-'))
  const stuck = join(folder, 'stuck')
  const script = join(folder, 'stuck.cjs')
  writeFileSync(
    script,
    `const { existsSync } = require('node:fs')
if (process.send) setInterval(() => { while (existsSync(${JSON.stringify(stuck)})); }, 50)`,
  )
  try {
    const other = await serve(['--workers', '2'], { env: { NODE_OPTIONS: `--require ${script}` } })
    const { pids } = (await (await fetch(other.admin)).json()) as { pids: { workers: number[] } }
    expect(pids.workers).toHaveLength(2)
    writeFileSync(stuck, '')
    await new Promise(resolve => setTimeout(resolve, 200))
    await other.stop('SIGKILL')
    await until(() => !pids.workers.some(isRunning), 'all workers have ended')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

it.each(['0', '65', 'two'])('--workers %s is refused', async count => {
  const { code, stderr } = await deck(['serve', '--workers', count])
  expect(code).toBe(1)
  expect(stderr).toContain('workers')
})
