// `node bench/proxy.js`: how many requests a second go through the embedded proxy, and through two bare
// forwarders that differ only in the client they use (node:http, undici), all in front of the same backend.
// Backend, forwarder and load run in processes of their own; the ways take turns, so that the ratios hold on
// a slow or busy machine; where others work on it too, the processor's time for a request tells more than
// requests a second do. SECONDS of each run, ROUNDS, SIZE of answers, ROUTES (1 where left out; 10000) and
// WORKERS (2; 0: none) are taken from the environment. docs/decisions/2026-11-21-proxy-client.md draws the
// conclusion.
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Agent, createServer, request } from 'node:http'
import { connect } from 'node:net'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { Pool } from 'undici'

const root = path.resolve(import.meta.dirname, '..')
const seconds = Number(process.env.SECONDS ?? 2)
const rounds = Number(process.env.ROUNDS ?? 3)
const connections = 32
const routes = Number(process.env.ROUTES ?? 1)
const workers = Number(process.env.WORKERS ?? 2)
const body = Buffer.alloc(Number(process.env.SIZE ?? 1024), 'x')

const listen = (listener, tell) => {
  const server = createServer({ keepAliveTimeout: 60_000 }, listener)
  server.listen(0, '127.0.0.1', () => tell(server.address().port))
}

const backend = tell =>
  listen((incoming, response) => {
    incoming.resume()
    response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': body.length })
    response.end(body)
  }, tell)

function withHttp(tell, target) {
  const agent = new Agent({ keepAlive: true })
  listen((incoming, response) => {
    const { method, url, rawHeaders } = incoming
    const sent = request({ host: '127.0.0.1', port: target, method, path: url, headers: rawHeaders, agent })
    sent.on('response', answer => {
      response.writeHead(answer.statusCode, answer.rawHeaders)
      answer.pipe(response)
    })
    sent.on('error', () => response.destroy())
    incoming.pipe(sent)
  }, tell)
}

function withUndici(tell, target) {
  const pool = new Pool(`http://127.0.0.1:${target}`)
  listen((incoming, response) => {
    const { method, url, rawHeaders } = incoming
    pool.dispatch(
      { method, path: url, headers: rawHeaders, body: method === 'GET' ? null : incoming },
      {
        onConnect: () => {},
        onHeaders: (status, headers, resume) => {
          response.on('drain', resume)
          response.writeHead(
            status,
            headers.map(one => one.toString('latin1')),
          )
          return true
        },
        onData: chunk => response.write(chunk),
        onComplete: () => response.end(),
        onError: () => response.destroy(),
      },
    )
  }, tell)
}

/** Processes of this one whose time counts too. */
let others = []

const cached = name => path.join(root, `node_modules/.cache/bench/${name}`)

async function bundle(entry, outfile, format) {
  await build({
    entryPoints: [path.join(root, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format,
    packages: 'external',
    logLevel: 'error',
  })
  return outfile
}

/** @param count of workers; 0: the proxy is in one process with the rest */
async function withGateway(tell, target, count = 0) {
  const file = await bundle('src/gateway/gateway.ts', cached(`gateway-${count}.mjs`), 'esm')
  const program = count > 0 && (await bundle('src/gateway/workers/program.ts', cached('worker.mjs'), 'esm'))
  const { startGateway } = await import(pathToFileURL(file).href)
  const any = { port: 0 }
  const gateway = await startGateway(
    { adminListen: any, proxyListen: any, version: { major: 3, minor: 9, text: '3.9' } },
    undefined,
    program ? { count, program } : undefined,
  )
  const post = (where, fields) =>
    fetch(gateway.admin + where, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(fields),
    })
  await post('/services', { name: 's', host: '127.0.0.1', port: target })
  for (let at = 1; at < routes; at++) await post('/services/s/routes', { paths: [`/route-${at}`] })
  await post('/services/s/routes', { paths: ['/'] })
  if (count > 0) others = (await (await fetch(gateway.admin)).json()).pids.workers
  tell(Number(new URL(gateway.proxy).port))
}

/** Microseconds of processor time of another process, as Linux counts it: in hundredths of a second. */
function timeOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

/** Each connection sends its next request when the last one was answered. */
function load(tell, target) {
  const until = Date.now() + seconds * 1000
  const latencies = []
  let open = connections
  const finish = () => {
    open -= 1
    if (open > 0) return
    latencies.sort((a, b) => a - b)
    const at = share => latencies[Math.floor(latencies.length * share)]
    tell({ rate: latencies.length / seconds, median: at(0.5), slow: at(0.99) })
  }
  for (let index = 0; index < connections; index++) {
    let missing = 0
    let began = 0
    const socket = connect(target, '127.0.0.1')
    const ask = () => {
      began = performance.now()
      missing = undefined
      socket.write('GET /x HTTP/1.1\r\nHost: a\r\n\r\n')
    }
    socket.on('connect', ask)
    socket.on('close', finish)
    socket.on('data', chunk => {
      if (missing === undefined) {
        // The heads here are small enough to come in one piece.
        missing = body.length + chunk.indexOf('\r\n\r\n') + 4
      }
      missing -= chunk.length
      if (missing > 0) return
      latencies.push(performance.now() - began)
      if (Date.now() < until) ask()
      else socket.end()
    })
  }
}

const crew = `${workers} workers`
const roles = {
  backend,
  'node:http': withHttp,
  undici: withUndici,
  gateway: withGateway,
  [crew]: (tell, target) => withGateway(tell, target, workers),
  load,
}

function start(role, target) {
  const child = fork(import.meta.filename, [role, String(target ?? '')])
  /** Microseconds of processor time so far. */
  const used = () =>
    new Promise(resolve => {
      child.once('message', resolve)
      child.send('used')
    })
  return new Promise(resolve =>
    child.once('message', said => resolve({ said, used, end: () => child.kill() })),
  )
}

/** Each process compiles its code while it serves: several share the requests, and need more of them. */
async function warmUp(port) {
  let served = 0
  for (let turn = 0; served < 40_000 && turn < 10; turn++) {
    const run = await start('load', port)
    run.end()
    served += run.said.rate * seconds
  }
}

async function compare() {
  const behind = await start('backend')
  const ways = { direct: { ...behind, end: () => {} } }
  const asked = ['node:http', 'undici', 'gateway', ...(workers > 0 ? [crew] : [])]
  for (const role of asked) ways[role] = await start(role, behind.said)
  for (const { said: port } of Object.values(ways)) await warmUp(port)
  const results = Object.fromEntries(Object.keys(ways).map(way => [way, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [way, { said: port, used }] of Object.entries(ways)) {
      const before = await used()
      const run = await start('load', port)
      run.end()
      run.said.cost = ((await used()) - before) / (run.said.rate * seconds)
      results[way].push(run.said)
    }
  }
  for (const { end } of [...Object.values(ways), behind]) end()
  const ofRoutes = routes === 1 ? '1 route' : `${routes} routes`
  console.log(`${body.length} bytes, ${connections} connections, ${ofRoutes}, best of ${rounds}`)
  for (const [way, runs] of Object.entries(results)) {
    const { rate, median, slow, cost } = runs.sort((a, b) => b.rate - a.rate)[0]
    const times = `median ${median.toFixed(2)} ms, 99 % ${slow.toFixed(2)} ms`
    const spent = `${cost.toFixed(0).padStart(4)} µs of processor time each`
    console.log(`${way.padEnd(10)} ${Math.round(rate).toString().padStart(7)} requests/s ${spent}   ${times}`)
  }
}

const [, , role, target] = process.argv
if (role !== undefined && role !== 'load') {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send(others.reduce((sum, pid) => sum + timeOf(pid), user + system))
  })
}
if (role === undefined) await compare()
else await roles[role](said => process.send(said), Number(target))
