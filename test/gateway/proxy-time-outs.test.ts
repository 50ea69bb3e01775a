/** How long is waited for whom, and what passes beside bodies: trailers, 100-continue, early answers. */
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http'
import { type AddressInfo, connect, createServer as createTcp, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { plugin } from '../support/plugged-proxy.ts'
import { kong39 } from '../support/proxy-sets.ts'
import { readAnswers, sendRaw } from '../support/raw-http.ts'
import { type RunningProxy, serviceAt, startProxy } from '../support/running-proxy.ts'
import { until } from '../support/until.ts'

const open: { close(): unknown }[] = []

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function listening(server: Server): Promise<number> {
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', socket => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push({
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  })
  return (server.address() as AddressInfo).port
}

const backend = (listener: RequestListener) => listening(createServer(listener))

async function proxyTo(port: number, fields = {}): Promise<RunningProxy> {
  const proxy = await startProxy(kong39, serviceAt(port, fields))
  open.push(proxy)
  return proxy
}

/** Waits until another request has failed at this limit. */
async function timeOut(read_timeout: number): Promise<void> {
  const proxy = await proxyTo(await backend(incoming => incoming.resume()), { read_timeout, retries: 0 })
  expect((await fetch(proxy.url)).status).toBe(504)
}

describe('write_timeout', () => {
  it('ends a request whose body the upstream does not take', async () => {
    const port = await listening(createTcp(socket => socket.pause()))
    const proxy = await proxyTo(port, { write_timeout: 150, read_timeout: 60_000, retries: 0 })
    const begun = performance.now()
    const response = await fetch(proxy.url, { method: 'POST', body: Buffer.alloc(30 * 1024 * 1024) })
    expect(response.status).toBe(504)
    expect(performance.now() - begun).toBeLessThan(5000)
  })

  it('writes the log entry of such a request', async () => {
    const log = path.join(mkdtempSync(path.join(tmpdir(), 'deck-time-outs-')), 'log')
    const port = await listening(createTcp(socket => socket.pause()))
    const proxy = await startProxy(kong39, {
      ...serviceAt(port, { write_timeout: 150, retries: 0 }),
      plugin: [plugin('file-log', { path: log }), plugin('correlation-id', { generator: 'tracker' })],
    })
    open.push(proxy)
    const response = await fetch(proxy.url, { method: 'POST', body: Buffer.alloc(30 * 1024 * 1024) })
    await response.text()
    await until(() => existsSync(log) && readFileSync(log, 'utf8').endsWith('\n'), 'the entry is written')
    const entry = JSON.parse(readFileSync(log, 'utf8')) as { response: { status: number; size: number } }
    expect(entry.response.status).toBe(504)
    expect(entry.response.size).toBeGreaterThan(100)
  })

  it('does not count the time that the client takes', async () => {
    const port = await backend((incoming, response) => incoming.on('end', () => response.end('all')).resume())
    const proxy = await proxyTo(port, { write_timeout: 50, read_timeout: 1000 })
    const sent = request({ port: proxy.port, host: '127.0.0.1', method: 'POST' })
    sent.write('first')
    await timeOut(300)
    sent.end('last')
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    expect(response.statusCode).toBe(200)
    response.resume()
  })
})

it('read_timeout begins when the request was sent', async () => {
  const port = await backend(incoming => incoming.resume())
  const proxy = await proxyTo(port, { read_timeout: 100, retries: 0 })
  const begun = performance.now()
  expect((await fetch(proxy.url)).status).toBe(504)
  expect(performance.now() - begun).toBeGreaterThan(95)
})

it('trailers come to clients that ask for them', async () => {
  const port = await backend((_incoming, response) => {
    response.writeHead(200, { Trailer: 'X-Sum' })
    response.write('body')
    response.addTrailers({ 'X-Sum': '4' })
    response.end()
  })
  const { port: proxy } = await proxyTo(port)
  const ask = (more: string) => sendRaw(proxy, `GET / HTTP/1.1\r\nHost: a\r\n${more}\r\n`, 300)
  const asked = await ask('TE: trailers\r\n')
  expect(asked).toMatch(/\r\n0\r\nX-Sum: 4\r\n\r\n$/)
  expect(asked).toContain('\r\nTrailer: X-Sum\r\n')
  expect(await ask('')).not.toContain('X-Sum')
  expect(await ask('')).toMatch(/\r\n0\r\n\r\n$/)
})

it('a client that expects 100 Continue gets it', async () => {
  const port = await backend((incoming, response) => incoming.pipe(response))
  const { port: proxy } = await proxyTo(port)
  const socket = connect(proxy, '127.0.0.1')
  open.push({ close: () => socket.destroy() })
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n')
  const [first] = await once(socket, 'data')
  expect(String(first)).toBe('HTTP/1.1 100 Continue\r\n\r\n')
  socket.write('body')
  const [second] = await once(socket, 'data')
  expect(readAnswers(String(second), 'POST')).toMatchObject([{ status: 200 }])
})

it('an answer may come before the request was sent whole', async () => {
  const port = await backend((_incoming, response) => response.writeHead(413).end('too large'))
  const { port: proxy } = await proxyTo(port)
  const socket = connect(proxy, '127.0.0.1')
  open.push({ close: () => socket.destroy() })
  socket.on('error', () => {})
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\nbegin')
  const [first] = await once(socket, 'data')
  expect(readAnswers(String(first), 'POST')).toMatchObject([{ status: 413 }])
})

it('a body on GET goes on, and HEAD has none', async () => {
  const port = await backend((incoming, response) =>
    incoming.pipe(response.writeHead(200, { 'X-Method': incoming.method })),
  )
  const { port: proxy } = await proxyTo(port)
  const raw = 'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody'
  expect(readAnswers(await sendRaw(proxy, raw, 300), 'GET')).toMatchObject([{ status: 200, body: 'body' }])
  const head = readAnswers(await sendRaw(proxy, 'HEAD / HTTP/1.1\r\nHost: a\r\n\r\n', 300), 'HEAD')
  expect(head).toMatchObject([{ status: 200, body: '' }])
  expect(Object.fromEntries(head[0]?.headers ?? [])).toMatchObject({ 'X-Method': 'HEAD' })
})

it('a slow client holds the upstream back', async () => {
  let written = 0
  const port = await backend((_incoming, response) => {
    const chunk = Buffer.alloc(64 * 1024)
    const write = () => {
      while (written < 500 * chunk.length && response.write(chunk)) written += chunk.length
      if (written < 500 * chunk.length) response.once('drain', write)
    }
    write()
  })
  const { port: proxy } = await proxyTo(port, { read_timeout: 200 })
  const socket = connect(proxy, '127.0.0.1')
  open.push({ close: () => socket.destroy() })
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  await once(socket, 'readable')
  await timeOut(600)
  expect(written, 'held in buffers on the way').toBeLessThan(25 * 1024 * 1024)
  expect(socket.destroyed, 'given up, although it was the client who was slow').toBe(false)
})
