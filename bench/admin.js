// `npm run bench:admin`: the embedded gateway's Admin API. Reads and writes a second, as the figures of real
// Kong in docs/benchmarks.md were taken; then memory, time and start-up with more and more entities kept
// (`--entities 10000,100000`), in CPU time, which others on the machine change little: what one request costs
// should stay as it is.
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from '../scripts/build.js'
import { costOf, startGateway } from './gateway.js'

const option = name => {
  const at = process.argv.indexOf(`--${name}`)
  return at === -1 ? undefined : process.argv[at + 1]
}
const sizes = (option('entities') ?? '10000,100000').split(',').map(Number)
const seconds = Number(option('seconds') ?? 3)

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
    'write ms CPU',
    'memory MB',
    'start ms CPU',
    'memory after start MB',
    'POST ms CPU',
    'page ms CPU',
  )
  row('---', '---', '---', '---', '---', '---', '---')
  let before = 0
  for (const size of sizes) {
    const first = await startGateway(folder, { flags: ['--data', data] })
    const empty = costOf(first.pid)
    await fill(first.admin, before, size)
    const full = costOf(first.pid)
    await first.stop()
    const written = size - before
    before = size
    const { pid, admin, stop } = await startGateway(folder, { flags: ['--data', data] })
    const started = costOf(pid)
    const each = async one => {
      const begun = costOf(pid).cpu
      const count = (await rate(8, one)) * seconds
      return ((costOf(pid).cpu - begun) / count).toFixed(2)
    }
    const post = await each((agent, n) => ask(admin, agent, 'POST', '/upstreams', { name: `u${size}-${n}` }))
    const page = await each(agent => ask(admin, agent, 'GET', '/services'))
    row(
      size,
      ((full.cpu - empty.cpu) / written).toFixed(2),
      full.memory,
      started.cpu,
      started.memory,
      post,
      page,
    )
    await stop()
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
