// `node bench/changes.js`: traffic through a gateway that is changed all the while over its Admin API, by as
// many connections at once as `WRITERS` says. Routes, services, targets, upstreams, consumers and plugins
// come, change and go among the ROUTES that there are. Each answer is looked at: a request may not fail, and
// may not see two configurations. Prints changes and requests a second, latencies with and without changes,
// and the processor's time for a change. SECONDS of each part. Exits 1 where a request failed.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { build } from '../scripts/build.js'
import { costOf, startGateway } from './gateway.js'

const seconds = Number(process.env.SECONDS ?? 5)
const writers = Number(process.env.WRITERS ?? 8)
const routes = Number(process.env.ROUTES ?? 1000)
/** Requests a second; changes a second at the most. */
const rate = Number(process.env.RATE ?? 500)
const most = Number(process.env.CHANGES ?? 100_000)

/** `PROFILE=folder` keeps a profile of the gateway's processor time there. */
const profile = process.env.PROFILE === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', process.env.PROFILE]

/**
 * Answers with the path that it is asked for, which the service says, and the header that the plugin says.
 */
function serveBackend() {
  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => {
    response.end(`${incoming.url} ${incoming.headers['x-version'] ?? ''}`)
  })
  server.listen(0, '127.0.0.1', () => process.send(server.address().port))
}

function asker(admin) {
  const agent = new Agent({ keepAlive: true, maxSockets: writers })
  const ask = (method, path, body) => {
    const text = body === undefined ? '' : JSON.stringify(body)
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }
    return new Promise((done, fail) => {
      const sent = request(admin + path, { agent, method, headers }, response => {
        let said = ''
        response.on('data', chunk => {
          said += chunk
        })
        response.on('end', () =>
          response.statusCode < 300
            ? done()
            : fail(new Error(`${method} ${path}: ${response.statusCode} ${said}`)),
        )
      })
      sent.on('error', fail)
      sent.end(text)
    })
  }
  return { ask, close: () => agent.destroy() }
}

async function configure({ ask }, port) {
  await ask('PUT', '/upstreams/u', {})
  await ask('PUT', '/services/s', { host: 'u', path: '/v0' })
  await ask('POST', '/upstreams/u/targets', { target: `127.0.0.1:${port}` })
  const every = Array.from({ length: writers }, (_, lane) => lane)
  await Promise.all(
    every.map(async lane => {
      for (let at = lane; at < routes; at += writers)
        await ask('PUT', `/routes/r${at}`, { paths: [`/p${at}/`], service: { name: 's' } })
    }),
  )
}

/** What one of the writers does, again and again: each step is one change. */
const steps = [
  (ask, n) =>
    ask('PUT', `/routes/r${n % routes}`, {
      paths: [`/p${n % routes}/`],
      service: { name: 's' },
      tags: [`t${n}`],
    }),
  (ask, n) => ask('PATCH', '/services/s', { path: `/v${n}` }),
  (ask, n) => ask('PUT', `/consumers/c${n % 500}`, { custom_id: `${n}` }),
  (ask, n) => ask('PUT', `/upstreams/other-${n % 50}`, { slots: 10 + (n % 100) }),
  (ask, n) => ask('PUT', `/routes/new-${n % 200}`, { paths: [`/new-${n}`], service: { name: 's' } }),
  (ask, n) => ask('PATCH', '/upstreams/u', { tags: [`t${n}`] }),
]

async function change({ ask }, until) {
  let count = 0
  const begun = performance.now()
  const writer = async () => {
    while (performance.now() < until) {
      const ahead = (count * 1000) / most - (performance.now() - begun)
      if (ahead > 1) await sleep(ahead)
      const n = count++
      await steps[n % steps.length](ask, n)
    }
  }
  await Promise.all(Array.from({ length: writers }, writer))
  return { changes: count, took: performance.now() - begun }
}

async function load(proxy, until) {
  const pool = new Pool(proxy, { connections: 64 })
  const seen = { sent: 0, errors: new Map(), times: [], configurations: new Set() }
  const wrong = what => seen.errors.set(what, (seen.errors.get(what) ?? 0) + 1)
  const one = async n => {
    const begun = performance.now()
    try {
      const { statusCode, body } = await pool.request({ path: `/p${n % routes}/x`, method: 'GET' })
      const text = await body.text()
      const [, version] = /^\/v(\d+)\/x /.exec(text) ?? []
      if (statusCode !== 200 || version === undefined) wrong(`${statusCode} ${text.slice(0, 100)}`)
      seen.configurations.add(version)
    } catch (error) {
      wrong(error.code ?? error.message)
    }
    seen.times.push(performance.now() - begun)
  }
  const underWay = new Set()
  const start = performance.now()
  for (let now = start; now < until; now = performance.now()) {
    for (const due = ((now - start) / 1000) * rate; seen.sent < due; seen.sent++) {
      const asked = one(seen.sent)
      underWay.add(asked)
      asked.then(() => underWay.delete(asked))
    }
    await sleep(1)
  }
  await Promise.all(underWay)
  await pool.close()
  return seen
}

function tell(what, { sent, errors, times, configurations }) {
  times.sort((a, b) => a - b)
  const at = share => times[Math.floor(times.length * share)]?.toFixed(1)
  console.log(
    `${what}: ${sent} requests, ${configurations.size} configurations seen, errors ${JSON.stringify(Object.fromEntries(errors))}`,
  )
  console.log(
    `  milliseconds: median ${at(0.5)}, 99 % ${at(0.99)}, 99.9 % ${at(0.999)}, most ${times.at(-1)?.toFixed(1)}`,
  )
  if (errors.size > 0) process.exitCode = 1
}

async function main() {
  await build()
  const folder = mkdtempSync(join(tmpdir(), 'deck-changes-'))
  const backend = fork(import.meta.filename, ['backend'])
  const [port] = await once(backend, 'message')
  const gateway = await startGateway(folder, { flags: ['--proxy-tls-listen', 'off'], node: profile })
  const admin = asker(gateway.admin)
  try {
    await configure(admin, port)
    const quiet = costOf(gateway.pid).cpu
    tell('unchanged', await load(gateway.proxy, performance.now() + seconds * 1000))
    const before = costOf(gateway.pid).cpu
    const until = performance.now() + seconds * 1000
    const [seen, { changes, took }] = await Promise.all([load(gateway.proxy, until), change(admin, until)])
    tell('changed', seen)
    const spent = costOf(gateway.pid).cpu - before - (before - quiet)
    const each = `${(spent / changes).toFixed(2)} ms of processor time for each beyond the traffic's own`
    console.log(
      `  ${changes} changes by ${writers} writers: ${Math.round((changes * 1000) / took)} a second, ${each}`,
    )
  } finally {
    admin.close()
    backend.kill()
    await gateway.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[2] === 'backend') serveBackend()
else await main()
