/**
 * What HTTP/1.1 lets clients do, over raw sockets: any method, wishes for other protocols, and requests that
 * are none.
 */
import { type AddressInfo, connect } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { answeringWith } from '../support/answering-with.ts'
import { type EchoBackend, startEchoBackend } from '../support/echo-backend.ts'
import { kong28, kong39 } from '../support/proxy-sets.ts'
import { readAnswers, sendRaw } from '../support/raw-http.ts'
import { type RunningProxy, serviceAt, startProxy } from '../support/running-proxy.ts'
import { until } from '../support/until.ts'

let backend: EchoBackend
const open: RunningProxy[] = []

beforeAll(async () => {
  backend = await startEchoBackend({ name: 'b' })
})
afterAll(() => backend.close())
afterEach(async () => {
  for (const proxy of open.splice(0)) await proxy.close()
})

async function proxyTo(port = backend.port, version = kong39): Promise<RunningProxy> {
  const proxy = await startProxy(version, serviceAt(port))
  open.push(proxy)
  return proxy
}

/**
 * Sends pieces one after the other, each as a packet of its own.
 *
 * @returns all that came until nothing more did for a second, or until the end
 */
async function sendPieces(port: number, pieces: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.setNoDelay(true)
  let last = 0
  socket.setEncoding('latin1').on('data', chunk => {
    received += chunk
    last = performance.now()
  })
  let ended = false
  socket.on('error', () => {})
  socket.on('close', () => {
    ended = true
  })
  for (const piece of pieces) {
    socket.write(piece, 'latin1')
    await new Promise(resolve => setTimeout(resolve, 60))
  }
  await until(() => ended || (received !== '' && performance.now() - last > 1000), 'it is answered')
  socket.destroy()
  return received
}

/** Sends each request when the one before it was answered. */
async function sendInTurn(port: number, requests: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.setEncoding('latin1').on('data', chunk => {
    received += chunk
  })
  for (const [at, text] of requests.entries()) {
    socket.write(text, 'latin1')
    const whole = () => readAnswers(received, 'GET').filter(({ body }) => body.endsWith('}')).length
    await until(() => whole() > at || socket.destroyed, 'the answer came')
  }
  socket.destroy()
  return received
}

const methods = (answers: string): string[] =>
  readAnswers(answers, 'GET').map(({ status, body }) =>
    status === 200 ? JSON.parse(body).method : String(status),
  )

describe('methods', () => {
  it('may be any, like Kong takes them, also one after the other', async () => {
    const { port } = await proxyTo()
    const request = (method: string) => `${method} /x HTTP/1.1\r\nHost: a\r\n\r\n`
    expect(methods(await sendPieces(port, [request('FOO')]))).toEqual(['FOO'])
    expect(methods(await sendInTurn(port, [request('GET'), request('A-B_C'), request('GET')]))).toEqual([
      'GET',
      'A-B_C',
      'GET',
    ])
    expect(methods(await sendPieces(port, [request('FOO') + request('GET') + request('GET')]))).toEqual([
      'FOO',
      'GET',
      'GET',
    ])
    const many = Array.from({ length: 15 }, () => request('BAR'))
    expect(methods(await sendInTurn(port, many))).toEqual(many.map(() => 'BAR'))
  })

  it('come with bodies, and in pieces', async () => {
    const { port } = await proxyTo()
    const pieces = ['FO', 'O /x HTTP/1.1\r\nHo', 'st: a\r\nContent-Length: 5\r\n\r\nhe', 'llo']
    const [answer] = readAnswers(await sendPieces(port, pieces), 'FOO')
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ method: 'FOO', body: 'hello' })
  })

  it('are not guessed where their beginning is lost', async () => {
    const { port } = await proxyTo()
    expect(methods(await sendPieces(port, ['F', 'OO /x HTTP/1.1\r\nHost: a\r\n\r\n']))).toEqual(['400'])
    expect(methods(await sendPieces(port, ['P', 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n']))).toEqual(['400'])
  })

  it.each(['foo', 'Get', 'G@T', 'F'.repeat(70)])('are refused where they are none: %s', async method => {
    const { port } = await proxyTo()
    const answers = readAnswers(await sendRaw(port, `${method} / HTTP/1.1\r\nHost: a\r\n\r\n`, 300), 'GET')
    expect(answers.map(({ status }) => status)).toEqual([400])
  })
})

describe('a wish for another protocol', () => {
  it.each([kong28, kong39])(
    'that the upstream does not grant is answered as any request ($text)',
    async version => {
      const { port } = await proxyTo(backend.port, version)
      const wish = 'GET /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
      const plain = 'GET /y HTTP/1.1\r\nHost: a\r\n\r\n'
      const answers = readAnswers(await sendPieces(port, [wish + plain, plain]), 'GET')
      expect(answers.map(({ body }) => JSON.parse(body).path)).toEqual(['/x', '/y', '/y'])
      const [first] = answers
      expect(Object.fromEntries(first?.headers ?? [])).toMatchObject({ Connection: 'keep-alive' })
      const seen = Object.fromEntries(JSON.parse(first?.body ?? '').headers)
      expect(seen).toMatchObject({ Upgrade: 'websocket', Connection: 'keep-alive, Upgrade' })
    },
  )

  it('may come again and again on one connection', async () => {
    const { port } = await proxyTo()
    const wish = 'GET /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
    const answers = readAnswers(
      await sendPieces(
        port,
        Array.from({ length: 12 }, () => wish),
      ),
      'GET',
    )
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200))
  })

  it('is not passed on where it is not WebSocket; a body is the request’s, not another request', async () => {
    const { port } = await proxyTo()
    const body = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'
    for (const protocol of ['h2c', 'websocket']) {
      const head = `POST /x HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: ${protocol}\r\n`
      const text = await sendPieces(port, [`${head}Content-Length: ${body.length}\r\n\r\n${body}`])
      const answers = readAnswers(text, 'POST').map(answer => JSON.parse(answer.body))
      expect(answers).toMatchObject([{ path: '/x', body }])
      const names = answers[0].headers.map(([name]: [string]) => name.toLowerCase())
      expect(names).not.toContain('upgrade')
    }
  })
})

describe('requests that could be read in two ways', () => {
  const bodyOf = (text: string) => `Content-Length: ${text.length}\r\n\r\n${text}`
  const chunked = 'Transfer-Encoding: chunked\r\n'
  it.each([
    [
      'both a length and chunks',
      `POST / HTTP/1.1\r\nHost: a\r\n${chunked}${bodyOf('0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n')}`,
    ],
    [
      'chunks and a length',
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n${chunked}\r\n5c\r\nGET /smuggled HTTP/1.1\r\n\r\n0\r\n\r\n`,
    ],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n',
    ],
    [
      'an invalid length',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n',
    ],
    [
      'another coding',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n',
    ],
    [
      'chunked not last',
      'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n',
    ],
    [
      'a space before the colon',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 44\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n',
    ],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n Transfer-Encoding: chunked\r\n\r\n'],
    [
      'a bare line feed in a chunk size',
      `POST / HTTP/1.1\r\nHost: a\r\n${chunked}\r\n1\nx\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n`,
    ],
    ['a bare carriage return', 'GET / HTTP/1.1\r\nHost: a\r\nX: b\rTransfer-Encoding: chunked\r\n\r\n'],
    ['a nul', 'GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n'],
    [
      'a chunk that is longer than it says',
      `POST / HTTP/1.1\r\nHost: a\r\n${chunked}\r\n1\r\nxGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n`,
    ],
    [
      'headers of 40 KiB',
      `GET / HTTP/1.1\r\nHost: a\r\n${Array.from({ length: 10 }, (_, at) => `X${at}: ${'x'.repeat(4096)}\r\n`).join('')}\r\n`,
    ],
    ['a header of 9 KiB', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(9000)}\r\n\r\n`],
  ])('%s: refused, and nothing hidden in them reaches the upstream', async (_what, text) => {
    const { port } = await proxyTo()
    backend.takeLog()
    const answers = readAnswers(await sendRaw(port, text, 400), 'GET')
    const last = answers.at(-1)
    expect([400, 501, 502]).toContain(last?.status)
    expect(backend.takeLog().map(({ path }) => path)).not.toContain('/smuggled')
  })
})

describe('invalid responses of upstreams', () => {
  it.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx'],
    ['nothing', ''],
    ['half a head', 'HTTP/1.1 200 OK\r\nContent-'],
  ])('%s: 502', async (_what, bytes) => {
    const server = await answeringWith(bytes)
    const { url } = await proxyTo((server.address() as AddressInfo).port)
    expect((await fetch(url)).status).toBe(502)
    server.close()
  })
})

describe('who expects something before the body', () => {
  const head = (length: number, expectation: string) =>
    `POST /a HTTP/1.1\r\nHost: a\r\nExpect: ${expectation}\r\nContent-Length: ${length}\r\n\r\n`
  const limited = { name: 'request-size-limiting', config: { allowed_payload_size: 5, size_unit: 'bytes' } }

  it('gets 100 Continue when the body is read', async () => {
    const proxy = await proxyTo()
    const received = await sendPieces(proxy.port, [head(5, '100-continue'), 'hello'])
    expect(readAnswers(received, 'POST').map(({ status }) => status)).toEqual([100, 200])
    expect(received).toContain('"body":"hello"')
  })

  it('is refused at once where a plugin does not want it', async () => {
    const proxy = await proxyTo()
    proxy.configure({ ...serviceAt(backend.port), plugin: [limited] })
    const received = await sendRaw(proxy.port, head(6, '100-continue'), 200)
    expect(received).toMatch(/^HTTP\/1\.1 417 /)
    const small = await sendPieces(proxy.port, [head(5, '100-continue'), 'hello'])
    expect(readAnswers(small, 'POST').map(({ status }) => status)).toEqual([100, 200])
  })

  it('may expect anything else', async () => {
    const proxy = await proxyTo()
    expect(await sendPieces(proxy.port, [head(5, 'wonders'), 'hello'])).toMatch(/^HTTP\/1\.1 200 /)
  })
})
