// `npm run bench:admin`: the embedded gateway's Admin API. Reads and writes a second, as the figures of real Kong in docs/benchmarks.md were taken; then memory, time and
// start-up with more and more entities kept (`--entities 10000,100000`), where each should grow as their number does.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from '../scripts/build.js'

const root = resolve(import.meta.dirname, '..')
const option = name => {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? undefined : process.argv[at + 1]
}
const sizes = (option('entities') ?? '10000,100000').split(',').map(Number)
const seconds = Number(option('seconds') ?? 3)

/** @returns the running gateway, and how many milliseconds it took until it listened */
async function startGateway(folder, data) {
  const ready = join(folder, 'ready.json')
  rmSync(ready, { force: true })
  const listen = ['admin', 'proxy', 'manager'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])
  const keep = data === undefined ? [] : ['--data', data]
  const started = performance.now()
  const child = spawn(
    process.execPath,
    [join(root, 'bin/run.js'), 'serve', ...listen, ...keep, '--ready-file', ready],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  for (;;) {
    try {
      const { admin } = JSON.parse(readFileSync(ready, 'utf8'))
      const took = performance.now() - started
      const ended = new Promise(done => child.once('exit', done))
      const stop = () => {
        child.kill()
        return ended
      }
      return { admin, took, stop, pid: child.pid }
    } catch {
      if (child.exitCode !== null) throw new Error('the gateway did not start')
      await new Promise(next => setTimeout(next, 5))
    }
  }
}

function ask(admin, agent, method, path, body) {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const headers =
    text === undefined
      ? {}
      : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }
  return new Promise((done, fail) => {
    const sent = request(admin + path, { agent, method, headers }, response => {
      response.resume()
      response.on('end', () =>
        response.statusCode < 300 ? done() : fail(new Error(`${method} ${path}: ${response.statusCode}`)),
      )
    })
    sent.on('error', fail)
    sent.end(text)
  })
}

/** As many as there are connections at once, for some seconds. @returns requests a second */
async function rate(connections, one) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const started = performance.now()
  let count = 0
  const worker = async () => {
    while (performance.now() - started < seconds * 1000) {
      await one(agent, count++)
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  agent.destroy()
  return Math.round((count * 1000) / (performance.now() - started))
}

/** Services with a route each, consumers with a key each: a quarter of each. */
async function fill(admin, from, to) {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  let next = from
  const worker = async () => {
    while (next < to) {
      const n = next
      next += 4
      await ask(admin, agent, 'POST', '/services', {
        name: `s${n}`,
        host: 'backend.example',
        tags: ['bench'],
      })
      await ask(admin, agent, 'POST', `/services/s${n}/routes`, { name: `r${n}`, paths: [`/r${n}`] })
      await ask(admin, agent, 'POST', '/consumers', { username: `c${n}` })
      await ask(admin, agent, 'POST', `/consumers/c${n}/key-auth`, { key: `k${n}` })
    }
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: 32 }, worker))
  agent.destroy()
  return performance.now() - started
}

function memoryOf(pid) {
  try {
    return Math.round(
      Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
    )
  } catch {
    return undefined
  }
}

const row = (...cells) => console.log(`| ${cells.join(' | ')} |`)

async function requests(folder) {
  const { admin, stop } = await startGateway(folder)
  const get = path => agent => ask(admin, agent, 'GET', path)
  row('request', 'connections', 'a second')
  row('---', '---', '---')
  row('GET /services, empty', 1, await rate(1, get('/services')))
  row('GET /services, empty', 8, await rate(8, get('/services')))
  const post = name => (agent, n) =>
    ask(admin, agent, 'POST', '/services', { name: `${name}${n}`, host: 'backend.example' })
  row('POST /services', 1, await rate(1, post('one')))
  row('POST /services', 8, await rate(8, post('eight')))
  await stop()
  const second = await startGateway(folder)
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  for (let n = 0; n < 2000; n++)
    await ask(second.admin, agent, 'POST', '/services', { name: `s${n}`, host: 'backend.example' })
  agent.destroy()
  const read = path => one => ask(second.admin, one, 'GET', path)
  row('GET /services, 2,000 of them, a page of 100', 1, await rate(1, read('/services')))
  row('GET /services, 2,000 of them, a page of 100', 8, await rate(8, read('/services')))
  row('GET /services?size=1', 8, await rate(8, read('/services?size=1')))
  row('GET /services/s500', 8, await rate(8, read('/services/s500')))
  await second.stop()
}

async function kept(folder) {
  const data = join(folder, 'data')
  row(
    'entities kept',
    'written in s',
    'memory MB',
    'start ms',
    'memory after start MB',
    'POST a second',
    'GET a page a second',
  )
  row('---', '---', '---', '---', '---', '---', '---')
  let before = 0
  let written = 0
  for (const size of sizes) {
    const first = await startGateway(folder, data)
    written += await fill(first.admin, before, size)
    const memory = memoryOf(first.pid)
    await first.stop()
    before = size
    const again = await startGateway(folder, data)
    const memoryAgain = memoryOf(again.pid)
    const posts = await rate(8, (agent, n) =>
      ask(again.admin, agent, 'POST', '/upstreams', { name: `u${size}-${n}` }),
    )
    const pages = await rate(8, agent => ask(again.admin, agent, 'GET', '/services'))
    row(size, (written / 1000).toFixed(1), memory, Math.round(again.took), memoryAgain, posts, pages)
    await again.stop()
  }
}

await build()
const folder = mkdtempSync(join(tmpdir(), 'deck-bench-'))
try {
  if (!process.argv.includes('--kept')) await requests(folder)
  await kept(folder)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
