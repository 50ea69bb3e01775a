// `node bench/kill-restart.js`: a backend is killed and restarted every ten seconds, for 60 seconds of load
// at 2,000 requests a second (SECONDS and RATE say otherwise). With retries and health checks on no client
// may see an error, and the target that is back has to get traffic again. Exits 1 where that is not so.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { startGateway } from './gateway.js'

const seconds = Number(process.env.SECONDS ?? 60)
const rate = Number(process.env.RATE ?? 2000)
const connections = 64
const cycle = 10

/** The process that answers: with its name and how many requests it had, probes aside. */
function serveBackend([name, port]) {
  let count = 0
  const server = createServer((request, response) => {
    if (request.url === '/count') return response.end(String(count))
    if (request.url !== '/health') count += 1
    response.setHeader('X-Backend', name)
    response.end('x'.repeat(100))
  })
  server.listen(Number(port), '127.0.0.1', () => process.send(server.address().port))
}

async function startBackend(name, port = 0) {
  const child = fork(import.meta.filename, ['backend', name, String(port)])
  const [listening] = await once(child, 'message')
  return { port: listening, kill: () => child.kill('SIGKILL') }
}

async function configure(admin, ports) {
  const post = async (path, body) => {
    const headers = { 'Content-Type': 'application/json' }
    const answer = await fetch(admin + path, { method: 'POST', headers, body: JSON.stringify(body) })
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  }
  const active = {
    http_path: '/health',
    healthy: { interval: 1, successes: 1 },
    unhealthy: { interval: 1, tcp_failures: 1, http_failures: 1 },
  }
  const healthchecks = { active, passive: { unhealthy: { tcp_failures: 1 } } }
  await post('/upstreams', { name: 'u', algorithm: process.env.ALGORITHM ?? 'round-robin', healthchecks })
  for (const port of ports) await post('/upstreams/u/targets', { target: `127.0.0.1:${port}` })
  await post('/services', { name: 's', host: 'u' })
  await post('/services/s/routes', { paths: ['/'] })
}

/** Sends at the wanted rate, whatever comes back. */
async function load(proxy, milliseconds) {
  const pool = new Pool(proxy, { connections })
  const seen = { sent: 0, errors: new Map(), times: [] }
  const wrong = what => seen.errors.set(what, (seen.errors.get(what) ?? 0) + 1)
  const one = async () => {
    const begun = performance.now()
    try {
      const { statusCode, body } = await pool.request({ path: '/', method: 'GET' })
      await body.dump()
      if (statusCode !== 200) wrong(statusCode)
    } catch (error) {
      wrong(error.code ?? error.message)
    }
    seen.times.push(performance.now() - begun)
  }
  const underWay = new Set()
  const start = performance.now()
  for (let now = start; now - start < milliseconds; now = performance.now()) {
    for (const due = ((now - start) / 1000) * rate; seen.sent < due; seen.sent++) {
      const asked = one()
      underWay.add(asked)
      asked.then(() => underWay.delete(asked))
    }
    await sleep(2)
  }
  await Promise.all(underWay)
  await pool.close()
  return { ...seen, took: performance.now() - start }
}

/** @returns of each time that it was back: how many requests it got until it was killed again */
async function killAndRestart(victim, milliseconds) {
  const returned = []
  const end = performance.now() + milliseconds
  let backend = victim
  while (performance.now() + cycle * 1000 <= end) {
    await sleep(cycle * 300)
    backend.kill()
    await sleep(cycle * 200)
    backend = await startBackend('b', victim.port)
    await sleep(cycle * 400)
    returned.push(Number(await (await fetch(`http://127.0.0.1:${victim.port}/count`)).text()))
  }
  return { returned, stop: () => backend.kill() }
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'deck-kill-restart-'))
  const [a, b] = [await startBackend('a'), await startBackend('b')]
  const gateway = await startGateway(folder, { flags: ['--proxy-tls-listen', 'off'] })
  try {
    await configure(gateway.admin, [a.port, b.port])
    const [seen, killed] = await Promise.all([
      load(gateway.proxy, seconds * 1000),
      killAndRestart(b, seconds * 1000),
    ])
    killed.stop()
    const times = seen.times.sort((x, y) => x - y)
    const at = share => times[Math.floor(times.length * share)]?.toFixed(1)
    console.log(
      `${seen.sent} requests in ${(seen.took / 1000).toFixed(1)} s, ${killed.returned.length} kills`,
    )
    console.log(`errors: ${JSON.stringify(Object.fromEntries(seen.errors))}`)
    console.log(
      `milliseconds: median ${at(0.5)}, 99 % ${at(0.99)}, 99.9 % ${at(0.999)}, most ${at(0.999999)}`,
    )
    console.log(
      `requests to the target after each return, in ${cycle * 0.4} s: ${killed.returned.join(', ')}`,
    )
    if (seen.errors.size > 0 || killed.returned.some(count => count === 0)) process.exitCode = 1
  } finally {
    gateway.stop()
    a.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[2] === 'backend') serveBackend(process.argv.slice(3))
else await main()
