/** Whatever is sent to the Manager's server is answered: with no 500, and without keeping anybody waiting. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { type Served, serve, startDeck } from '../support/binary.ts'
import { oddRequests, sendOdd } from '../support/odd-requests.ts'
import { until } from '../support/until.ts'

let gateway: Served
let port: number
let host: string

beforeAll(async () => {
  gateway = await serve()
  port = Number(new URL(gateway.manager).port)
  host = `127.0.0.1:${port}`
})

afterAll(() => gateway.stop())

const post = (path: string, body: unknown) =>
  fetch(gateway.manager + path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { Origin: gateway.manager, 'Content-Type': 'application/json' },
  })

test('any request is answered', async () => {
  const api = ['about', 'export', 'state-file', 'compare', 'sync', 'certificate', 'try', 'admin', 'nothing']
  const paths = [
    ...api.map(name => `/api/${name}`),
    ...['services', 'services/{id}', '{a}/{b}', 'schemas/{a}'].map(path => `/api/admin/${path}`),
    ...['/', '/services', '/{a}', '/{a}/{b}/edit', '/index.html'],
  ]
  const fields = ['text', 'cert', 'method', 'path', 'headers', 'body', 'isSecure', 'name', 'host']
  const own = [`Origin: http://${host}`, 'Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site']
  const requests = oddRequests(paths, fields, host, own)
  await fc.assert(
    fc.asyncProperty(requests, async request => {
      const { status, text } = await sendOdd(port, request)
      const isAnswered = status >= 100 && status !== 500
      expect(isAnswered, `${request.slice(0, 500)}\n${text.slice(0, 500)}`).toBe(true)
    }),
    { numRuns: 800 },
  )
  expect((await fetch(gateway.manager)).status).toBe(200)
})

test.each([
  ['GET //', 200],
  ['GET ///x//', 200],
  ['GET //api/about', 200],
  ['OPTIONS *', 405],
  ['CONNECT h.example:443', 405],
  ['BREW /', 400],
])('%s is answered with %d', async (start, status) => {
  const answer = await sendOdd(port, `${start} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  expect(answer.status).toBe(status)
})

describe('a request to try', () => {
  const odd = fc.record(
    {
      method: fc.constantFrom(
        'CONNECT',
        'TRACE',
        'OPTIONS',
        'HEAD',
        'PURGE',
        'GET',
        'POST',
        'M-SEARCH',
        'get',
        '',
      ),
      path: fc.oneof(
        fc.webPath().map(path => `/${path}`),
        fc.constantFrom('*', '/', '//', 'h:1', '/%', '/\u00e9'),
      ),
      headers: fc.array(
        fc.tuple(
          fc.constantFrom(
            'Host',
            'Upgrade',
            'Connection',
            'Content-Length',
            'Expect',
            'Transfer-Encoding',
            'TE',
            'X',
            '',
          ),
          fc.constantFrom('', 'websocket', 'upgrade', '0', '-1', '100-continue', 'chunked', 'é', 'h.example'),
        ),
        { maxLength: 4 },
      ),
      body: fc.constantFrom('', '{}', 'é'),
    },
    { requiredKeys: ['method', 'path'] },
  )

  test('is answered, or said to be none, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(odd, async request => {
        // A body that is shorter than it says is waited for, as from any client.
        const isAwaited = (request.headers ?? []).some(([name]) =>
          /^(?:Content-Length|Transfer|Expect)/.test(name),
        )
        fc.pre(!isAwaited)
        const answer = await post('/api/try', request)
        expect([200, 400], JSON.stringify(request)).toContain(answer.status)
      }),
      { numRuns: 200 },
    )
  })

  test('may be CONNECT, and may ask for another protocol', async () => {
    const upgrading = createServer()
    upgrading.on('upgrade', (_request, socket) => {
      socket.on('error', () => {})
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\u0081',
      )
    })
    await new Promise<void>(resolve => upgrading.listen(0, '127.0.0.1', resolve))
    const { port: backend } = upgrading.address() as AddressInfo
    await ask(gateway.admin, 'POST', '/services', { name: 'socket', url: `http://127.0.0.1:${backend}` })
    await ask(gateway.admin, 'POST', '/services/socket/routes', { paths: ['/socket'] })
    const headers = [
      ['Connection', 'Upgrade'],
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Version', '13'],
      ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    ]
    const switched = await (await post('/api/try', { method: 'GET', path: '/socket', headers })).json()
    expect(switched).toMatchObject({ status: 101, body: '' })
    const connected = await (
      await post('/api/try', { method: 'CONNECT', path: '/socket', headers: [] })
    ).json()
    expect(connected).toMatchObject({ body: expect.any(String) })
    upgrading.close()
    upgrading.closeAllConnections()
  })
})

test('a broken connection to the Admin API is reported to the page and stops nothing else', async () => {
  const broken = createServer((request, response) => {
    if (request.url === '/') {
      response.end(JSON.stringify({ version: '3.9.1', configuration: {} }))
      return
    }
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 100 })
    response.write('{"data":', () => response.destroy())
  })
  await new Promise<void>(resolve => broken.listen(0, '127.0.0.1', resolve))
  const { port: admin } = broken.address() as AddressInfo
  const address = ['--kong-addr', `http://127.0.0.1:${admin}`, '--manager-listen', '127.0.0.1:0']
  const running = startDeck(['manager', ...address])
  let output = ''
  running.child.stdout?.on('data', text => {
    output += text
  })
  await until(() => output.includes('\n'), 'the Manager prints its address')
  const manager = /Manager {2}(http:\S+)/.exec(output)?.[1] ?? ''
  await expect(fetch(`${manager}/api/admin/services`).then(answer => answer.text())).rejects.toThrow()
  expect((await fetch(`${manager}/api/export`)).status).toBe(400)
  expect((await fetch(manager)).status).toBe(200)
  running.child.kill('SIGTERM')
  expect((await running.result).code).toBe(0)
  broken.close()
})
