/**
 * Slow and silent clients of the proxy and the Admin API: closed as nginx closes them, without a word; the
 * others are left in peace.
 */
import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Gateway, startGateway } from '../../src/gateway/gateway.ts'
import type { ClientTimeouts } from '../../src/gateway/listener/client-timeouts.ts'
import { anyPort } from '../support/bare-gateway.ts'
import { type EchoBackend, startEchoBackend } from '../support/echo-backend.ts'
import { kong39 } from '../support/proxy-sets.ts'
import { type RunningProxy, serviceAt, startProxy } from '../support/running-proxy.ts'

const clientTimeouts: ClientTimeouts = {
  header: 400,
  idle: 400,
  keepAlive: 800,
  lingering: 200,
  lingeringInAll: 700,
}

let backend: EchoBackend
let proxy: RunningProxy
let gateway: Gateway

beforeAll(async () => {
  backend = await startEchoBackend({ name: 'b' })
  const { service = [], route = [] } = serviceAt(backend.port)
  const wanted = {
    service,
    route: [
      ...route,
      { id: 'n', paths: ['/no-service'] },
      { id: 'u', paths: ['/unbuffered'], request_buffering: false, service: { id: 's' } },
    ],
  }
  proxy = await startProxy(kong39, wanted, { clientTimeouts })
  gateway = await startGateway({ ...anyPort, version: kong39, clientTimeouts })
})

afterAll(async () => {
  await proxy.close()
  await gateway.close()
  await backend.close()
})

const sleep = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))

interface Closed {
  readonly received: string
  /** Milliseconds from the beginning. */
  readonly after: number
}

/**
 * Sends the parts one after the other, and waits until the other side closes; what is open after five
 * seconds fails the test.
 */
async function untilClosed(socket: Socket, parts: readonly (string | number)[]): Promise<Closed> {
  const begun = performance.now()
  let received = ''
  socket.setEncoding('latin1')
  socket.on('data', chunk => {
    received += chunk
  })
  socket.on('error', () => {})
  const closed = new Promise<Closed>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`still open; received ${received}`)), 5000)
    socket.on('close', () => {
      clearTimeout(late)
      resolve({ received, after: performance.now() - begun })
    })
  })
  closed.catch(() => {})
  for (const part of parts) {
    if (typeof part === 'number') await sleep(part)
    else if (!socket.destroyed) socket.write(part, 'latin1')
  }
  return closed
}

const portOf = (url: string) => Number(new URL(url).port)
const drip = (part: string, every: number, times: number) =>
  Array.from({ length: times }, () => [part, every]).flat()

describe.each([
  ['the proxy', () => proxy.port, '/no-service', 503],
  ['the Admin API', () => portOf(gateway.admin), '/status', 200],
])('%s', (_name, port, path, status) => {
  const client = (parts: readonly (string | number)[]) => untilClosed(connect(port(), '127.0.0.1'), parts)
  const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`

  it.each([
    ['says nothing', []],
    ['stops in its first line', ['GET /x']],
    ['stops in its headers', ['GET /x HTTP/1.1\r\nHost: a\r\nX-']],
    ['drips its headers', ['GET /x HTTP/1.1\r\nHost: a\r\n', ...drip('X-A: 1\r\n', 50, 40)]],
    ['stops in the headers of its second request', [request, 100, 'GET /x HTTP/1.1\r\n']],
  ])('closes a client that %s', async (_what, parts) => {
    const { received, after } = await client(parts)
    const answers = parts.includes(request) ? 1 : 0
    expect(received.match(/HTTP\/1\.1 /g)?.length ?? 0).toBe(answers)
    expect(after).toBeGreaterThan(350)
    expect(after).toBeLessThan(2500)
  })

  it('closes a client that sends no second request, later', async () => {
    const { received, after } = await client([request])
    expect(received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(after).toBeGreaterThan(750)
  })

  it('waits for headers that come in time, and for a body whose parts do', async () => {
    const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 8\r\n`
    const { received, after } = await client([head, 200, '\r\n', ...drip('a', 150, 8)])
    expect(received).toMatch(/^HTTP\/1\.1 \d{3} /)
    expect(after).toBeGreaterThan(200)
  })
})

describe('a body of more than 10 MB that the Admin API refuses', () => {
  const head = (length: number) =>
    `POST /services HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`

  it('is read to its end, so that a client that sends it slowly gets the response', async () => {
    const patient = await startGateway({ ...anyPort, version: kong39 })
    const socket = connect({ port: portOf(patient.admin), host: '127.0.0.1' })
    const parts = 22
    const part = 'a'.repeat(512 * 1024)
    // A client that reads nothing before it has sent everything: a reset would take the response from it.
    socket.pause()
    socket.on('error', () => {})
    socket.write(head(parts * part.length))
    for (let sent = 0; sent < parts; sent++) {
      await new Promise(resolve => socket.write(part, resolve))
      await sleep(10)
    }
    const closed = untilClosed(socket, [])
    socket.resume()
    const { received } = await closed
    expect(received).toMatch(/^HTTP\/1\.1 413 .*<\/html>/s)
    await patient.close()
  })

  it('ends the connection of a client that never stops sending', async () => {
    const socket = connect(portOf(gateway.admin), '127.0.0.1')
    const sending = setInterval(() => socket.writable && socket.write('abc'), 20)
    const { received } = await untilClosed(socket, [head(11 * 1024 * 1024)])
    clearInterval(sending)
    expect(received).toMatch(/^HTTP\/1\.1 413 .*<\/html>/s)
  })

  it('ends the connection of a client that stops sending', async () => {
    const socket = connect(portOf(gateway.admin), '127.0.0.1')
    const { received } = await untilClosed(socket, [head(11 * 1024 * 1024), 'abc'])
    expect(received).toMatch(/^HTTP\/1\.1 413 .*<\/html>/s)
  })
})

describe('bodies', () => {
  const client = (parts: readonly (string | number)[]) => untilClosed(connect(proxy.port, '127.0.0.1'), parts)

  it.each([
    ['of a known length', 'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc'],
    ['in chunks', 'POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'],
    ['that goes on as it comes', 'POST /unbuffered HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc'],
    ['with a method of its own', 'FETCH /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc'],
  ])('the proxy closes a client that stops in a body %s', async (_what, text) => {
    const { received, after } = await client([text])
    expect(received).toBe('')
    expect(after).toBeGreaterThan(350)
    expect(after).toBeLessThan(2500)
  })

  it('the Admin API does', async () => {
    const socket = connect(portOf(gateway.admin), '127.0.0.1')
    const text = 'POST /services HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{'
    expect((await untilClosed(socket, [text])).received).toBe('')
  })

  it('an unread body of an answered request is waited for only shortly', async () => {
    const head = 'POST /no-service HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n'
    const stopped = await client([head])
    expect(stopped.received).toMatch(/^HTTP\/1\.1 503 /)
    expect(stopped.after).toBeLessThan(1500)
    const dripping = await client([head, ...drip('a', 50, 60)])
    expect(dripping.received).toMatch(/^HTTP\/1\.1 503 /)
    expect(dripping.after).toBeGreaterThan(600)
    expect(dripping.after).toBeLessThan(2500)
  })
})

describe('answers', () => {
  it('a slow upstream is waited for, whatever the client does not say meanwhile', async () => {
    const socket = connect(proxy.port, '127.0.0.1')
    const text = 'GET /?delay=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
    const { received, after } = await untilClosed(socket, [text])
    expect(received).toMatch(/^HTTP\/1\.1 200 /)
    expect(after).toBeGreaterThan(900)
  })

  it('a client that takes nothing of its answer is closed', async () => {
    const size = 64 * 1024 * 1024
    const socket = connect(proxy.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(`GET /?size=${size} HTTP/1.1\r\nHost: a\r\n\r\n`)
    socket.pause()
    await sleep(3000)
    let received = 0
    socket.on('data', chunk => {
      received += chunk.length
    })
    socket.resume()
    await new Promise(resolve => socket.once('close', resolve))
    expect(received).toBeLessThan(size)
    expect(proxy.logged).toEqual([])
  })
})

describe('TLS and HTTP/2', () => {
  it('closes a client that does not greet', async () => {
    const { after } = await untilClosed(connect(proxy.tlsPort, '127.0.0.1'), ['\x16'])
    expect(after).toBeGreaterThan(350)
    expect(after).toBeLessThan(2500)
  })

  it.each([['http/1.1'], ['h2']])('closes a client of %s that says nothing more', async protocol => {
    const options = { port: proxy.tlsPort, rejectUnauthorized: false, ALPNProtocols: [protocol] }
    const socket = connectTls(options)
    const { after } = await untilClosed(socket, [])
    expect(after).toBeGreaterThan(350)
    expect(after).toBeLessThan(3000)
  })

  it('ends a stream whose body stops, and not one whose answer is slow', async () => {
    const session = connectHttp2(`https://127.0.0.1:${proxy.tlsPort}`, { rejectUnauthorized: false })
    session.on('error', () => {})
    const ended = (headers: Record<string, string>, body?: string) =>
      new Promise<number | string>(resolve => {
        const stream = session.request(headers, { endStream: body === undefined })
        stream.on('response', head => resolve(Number(head[':status'])))
        stream.on('error', () => {})
        stream.on('close', () => resolve('closed'))
        if (body !== undefined) stream.write(body)
      })
    const stopped = ended({ ':method': 'POST', ':path': '/x', 'content-length': '10' }, 'abc')
    const slow = ended({ ':path': '/?delay=1' })
    expect(await stopped).toBe('closed')
    expect(await slow).toBe(200)
    await new Promise(resolve => session.once('close', resolve))
  })
})

it('an unfinished request does not keep the gateway from closing', async () => {
  const other = await startGateway({ ...anyPort, version: kong39 })
  const sockets = [portOf(other.admin), portOf(other.proxy)].flatMap(port =>
    ['GET /', 'POST /services HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{', ''].map(text => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write(text)
      return socket
    }),
  )
  await sleep(100)
  const begun = performance.now()
  await other.close(300)
  expect(performance.now() - begun).toBeLessThan(2000)
  for (const socket of sockets) socket.destroy()
})
