// What the demonstration is played on: two backends that say who they are, a gateway, the real binary,
// clients with addresses of their own. Tells what it does as it does it; what must come of it is said by the
// story (../start.js).
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')
const program = join(root, 'bin/run.js')

/**
 * A server that says its name: as text, which the guide's proxy-cache leaves alone, and below /json in the
 * type that it keeps.
 */
export function createBackend(name) {
  let port = 0
  let server
  const start = () =>
    new Promise((resolve, reject) => {
      server = createServer((incoming, response) => {
        const json = incoming.url?.startsWith('/json')
        response.setHeader(
          'content-type',
          json ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8',
        )
        response.end(json ? `${JSON.stringify({ from: name })}\n` : `${name}\n`)
      })
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        port = server.address().port
        resolve()
      })
    })
  const stop = () =>
    new Promise(resolve => {
      server.close(resolve)
      server.closeAllConnections()
    })
  return { name, start, stop, port: () => port }
}

const quoted = word => (/^[\w./:=@,-]+$/.test(word) ? word : `'${word}'`)
const shown = (argv, end = '') => console.log(`\n$ deck ${argv.map(quoted).join(' ')}${end}`)

/** Starts `deck serve` and waits until it says that it is ready. */
export async function startGateway(argv, readyFile) {
  shown(argv, ' &')
  const child = spawn(process.execPath, [program, ...argv, '--ready-file', readyFile], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const ended = new Promise(resolve => child.once('exit', resolve))
  while (!existsSync(readyFile)) {
    if (child.exitCode !== null) throw new Error('the gateway did not start')
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  const stop = async () => {
    child.kill()
    return ended
  }
  return { ...JSON.parse(readFileSync(readyFile, 'utf8')), stop, ended }
}

/**
 * Runs the real binary, showing the command and its output (the first `lines` of it).
 * @returns {Promise<{ code: number, output: string }>}
 */
export function deck(argv, { admin, lines = Number.POSITIVE_INFINITY, show = argv }) {
  shown(show)
  return new Promise(resolve => {
    const env = { ...process.env, ...(admin && { DECK_KONG_ADDR: admin }) }
    const child = spawn(process.execPath, [program, ...argv], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', text => {
        output += text
      })
    }
    child.once('close', code => {
      const all = output.split('\n')
      process.stdout.write(
        all.length <= lines ? output : `${all.slice(0, lines).join('\n')}\n… (${all.length - 1} lines)\n`,
      )
      resolve({ code, output })
    })
  })
}

/** One request from a client of its own address: requests are counted by address. */
export function get(url, client) {
  return new Promise((resolve, reject) => {
    const sent = request(url, { localAddress: client, agent: false }, response => {
      let body = ''
      response.setEncoding('utf8').on('data', text => {
        body += text
      })
      response.on('end', () => {
        const cache = response.headers['x-cache-status']
        const status = response.statusCode
        const noted = cache === undefined || cache === 'Bypass' ? '' : `   X-Cache-Status: ${cache}`
        console.log(`  ${status} ${body.trim().replace(/\s+/g, ' ')}${noted}`)
        resolve({ status, body: body.trim(), cache })
      })
    })
    sent.once('error', reject)
    sent.end()
  })
}

/** @throws where the demonstration did not show what it promises */
export function expect(condition, what) {
  if (!condition) throw new Error(`expected: ${what}`)
  console.log(`  ✓ ${what}`)
}
