/**
 * The log plugins: what a line says, where it goes, and what becomes of it where the server does not take it.
 */
import { createSocket } from 'node:dgram'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { closing, plugin, startPlugged } from '../support/plugged-proxy.ts'
import { kong28, kong39 } from '../support/proxy-sets.ts'
import { sendRaw } from '../support/raw-http.ts'
import { serviceAt, startProxy, targetsAt } from '../support/running-proxy.ts'
import { until } from '../support/until.ts'

interface Entry {
  readonly request: Readonly<Record<string, unknown>>
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, unknown>>
    readonly size: number
  }
  readonly [field: string]: unknown
}

const newFile = () => path.join(mkdtempSync(path.join(tmpdir(), 'deck-log-')), 'log')

const entriesIn = (file: string): Entry[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Entry)

describe('the log entry', () => {
  it('of a request that was sent on, as Kong 3.9 tells it', async () => {
    const file = newFile()
    const { proxy, backend, ask } = await startPlugged(kong39, {
      consumer: [{ id: 'c', username: 'c' }],
      'key-auth': [{ id: 'k', key: 'good', consumer: { id: 'c' } }],
      plugin: [plugin('key-auth', {}), plugin('file-log', { path: file }), plugin('correlation-id', {})],
    })
    const response = await ask('/a?x=1&y&x=2', { headers: { apikey: 'good', authorization: 'secret' } })
    await response.text()
    await until(() => entriesIn(file).length === 1, 'it is written')
    const [entry] = entriesIn(file)
    expect(entry).toMatchObject({
      request: {
        id: response.headers.get('x-kong-request-id'),
        uri: '/a?x=1&y&x=2',
        url: `http://127.0.0.1:${proxy.port}/a?x=1&y&x=2`,
        querystring: { x: ['1', '2'], y: true },
        method: 'GET',
        headers: { apikey: 'good', authorization: 'REDACTED', 'x-consumer-username': 'c' },
        size: expect.any(Number),
      },
      upstream_uri: '/a?x=1&y&x=2',
      upstream_status: '200',
      response: { status: 200, headers: { 'x-backend': 'b', via: '1.1 kong/3.9.1' } },
      latencies: {
        kong: expect.any(Number),
        proxy: expect.any(Number),
        request: expect.any(Number),
        receive: expect.any(Number),
      },
      tries: [
        { ip: '127.0.0.1', port: backend.port, balancer_latency: 0, balancer_start: expect.any(Number) },
      ],
      authenticated_entity: { id: 'k' },
      consumer: { id: 'c', username: 'c' },
      route: { id: 'r', paths: ['/'], service: { id: 's' } },
      service: { id: 's', host: '127.0.0.1', port: backend.port },
      client_ip: '127.0.0.1',
      source: 'upstream',
      workspace_name: 'default',
      correlation_id: expect.stringMatching(/#1$/),
    })
    expect(entry?.route).not.toHaveProperty('hosts')
    expect(entry?.response.size).toBeGreaterThan(300)
  })

  it('of an answer of its own, and of one without a route, which only global plugins see', async () => {
    const file = newFile()
    const { proxy, backend, ask } = await startPlugged(kong28, {
      plugin: [
        plugin('file-log', { path: file }),
        plugin('request-termination', { status_code: 418, message: 'tea' }),
      ],
    })
    await (await ask('/a?b=1')).text()
    proxy.configure({
      service: [{ id: 's', host: '127.0.0.1', port: backend.port }],
      route: [{ id: 'r', paths: ['/elsewhere'], service: { id: 's' } }],
      plugin: [plugin('file-log', { path: file })],
    })
    await (await ask('/none')).text()
    await until(() => entriesIn(file).length === 2, 'both are written')
    const [terminated, missed] = entriesIn(file)
    expect(terminated).toMatchObject({
      upstream_uri: '/a',
      response: { status: 418 },
      latencies: { proxy: -1 },
      tries: {},
    })
    expect(terminated).not.toHaveProperty('source')
    expect(terminated?.request).not.toHaveProperty('id')
    expect(missed).toMatchObject({ upstream_uri: '', response: { status: 404 } })
    expect(missed).not.toHaveProperty('route')
    expect(missed).not.toHaveProperty('tries')
  })

  it('of each try, in 3.9 with its status', async () => {
    const file = newFile()
    const { proxy, backend, ask } = await startPlugged(kong39, {})
    proxy.configure({
      ...targetsAt([1, backend.port], { slots: 10 }),
      plugin: [plugin('file-log', { path: file })],
    })
    for (const path of ['/a', '/b']) await (await ask(path)).text()
    await until(() => entriesIn(file).length === 2, 'both are written')
    const statuses = entriesIn(file).map(entry => entry['upstream_status'])
    expect(statuses).toContain('502, 200')
  })

  it('of a WebSocket, when it is over', async () => {
    const file = newFile()
    const backend = createHttpServer()
    backend.on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
      socket.end('bye')
    })
    await new Promise<void>(ready => backend.listen(0, '127.0.0.1', ready))
    closing({ close: () => new Promise(done => backend.close(done)) })
    const proxy = closing(
      await startProxy(kong39, {
        ...serviceAt((backend.address() as AddressInfo).port),
        plugin: [
          plugin('file-log', { path: file }),
          plugin('response-transformer', { add: { headers: ['x-added:1'] } }),
        ],
      }),
    )
    const said = await sendRaw(
      proxy.port,
      'GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      2000,
    )
    expect(said).toMatch(/^HTTP\/1\.1 101 .*x-added: 1.*\r\n\r\nbye$/s)
    await until(() => existsSync(file) && entriesIn(file).length === 1, 'it is written')
    expect(entriesIn(file)[0]).toMatchObject({ request: { uri: '/ws' }, response: { status: 101 } })
  })

  it('says in the log that Lua is not run', async () => {
    const { proxy, ask } = await startPlugged(kong39, {
      plugin: [plugin('file-log', { path: newFile(), custom_fields_by_lua: { a: 'return 1' } })],
    })
    await (await ask('/')).text()
    expect(proxy.logged).toEqual([expect.stringContaining('custom_fields_by_lua')])
  })

  it('says in the log where a file cannot be written', async () => {
    const { proxy, ask } = await startPlugged(kong39, {
      plugin: [plugin('file-log', { path: '/nowhere/at/all' })],
    })
    await (await ask('/')).text()
    await until(() => proxy.logged.length > 0, 'it is logged')
    expect(proxy.logged[0]).toContain('failed to open the file')
  })
})

/** A server that takes posts; the first so many are answered with a 500. */
async function startTaker(failures = 0) {
  const taken: { readonly body: string; readonly headers: NodeJS.Dict<string | string[]> }[] = []
  let left = failures
  const server = createHttpServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      left -= 1
      if (left < 0) taken.push({ body, headers: request.headers })
      response.writeHead(left < 0 ? 200 : 500).end('said')
    })
  })
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
  closing({
    close: () => {
      server.closeAllConnections()
      return new Promise(done => server.close(done))
    },
  })
  return { taken, port: (server.address() as AddressInfo).port }
}

describe('http-log', () => {
  it('posts each entry by itself where batches have one', async () => {
    const { taken, port } = await startTaker()
    const { ask } = await startPlugged(kong39, {
      plugin: [
        plugin('http-log', {
          http_endpoint: `http://u:p@127.0.0.1:${port}/logs?x=1`,
          headers: { 'X-Own': 'yes' },
        }),
      ],
    })
    await (await ask('/a')).text()
    await until(() => taken.length === 1, 'it is posted')
    expect(JSON.parse(taken[0]?.body ?? '')).toMatchObject({ request: { uri: '/a' } })
    expect(taken[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-own': 'yes',
      authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
    })
  })

  it('posts a list where they have more, when it is full or the time is over', async () => {
    const { taken, port } = await startTaker()
    const { ask } = await startPlugged(kong39, {
      plugin: [
        plugin('http-log', {
          http_endpoint: `http://127.0.0.1:${port}/`,
          queue: { max_batch_size: 2, max_coalescing_delay: 0.2 },
        }),
      ],
    })
    for (const one of ['/1', '/2', '/3']) await (await ask(one)).text()
    await until(() => taken.length === 2, 'both batches are posted')
    const uris = taken.map(({ body }) => (JSON.parse(body) as Entry[]).map(({ request }) => request['uri']))
    expect(uris).toEqual([['/1', '/2'], ['/3']])
  })

  it('tries again what was not taken', async () => {
    const { taken, port } = await startTaker(2)
    const { proxy, ask } = await startPlugged(kong39, {
      plugin: [plugin('http-log', { http_endpoint: `http://127.0.0.1:${port}/` })],
    })
    await (await ask('/a')).text()
    await until(() => taken.length === 1, 'it is taken at last')
    expect(proxy.logged).toEqual([
      expect.stringContaining(`request to 127.0.0.1:${port} returned status code 500 and body said`),
      expect.stringContaining('handler could not process entries'),
    ])
  })

  it('gives up after max_retry_time, and says how much was lost', async () => {
    const { proxy, ask } = await startPlugged(kong39, {
      plugin: [plugin('http-log', { http_endpoint: 'http://127.0.0.1:1/', queue: { max_retry_time: 0.05 } })],
    })
    await (await ask('/a')).text()
    await until(() => proxy.logged.some(line => line.includes('entries were lost')), 'it gives up')
    expect(proxy.logged.at(-1)).toContain('1 queue entries were lost')
  })

  it('sends what waits when the gateway closes', async () => {
    const { taken, port } = await startTaker()
    const { proxy, ask } = await startPlugged(kong28, {
      plugin: [
        plugin('http-log', { http_endpoint: `http://127.0.0.1:${port}/`, queue_size: 10, flush_timeout: 60 }),
      ],
    })
    await (await ask('/a')).text()
    await proxy.close()
    expect(taken.map(({ body }) => (JSON.parse(body) as Entry[]).length)).toEqual([1])
  })
})

describe('tcp-log and udp-log', () => {
  it('sends lines down one connection', async () => {
    let received = ''
    let connections = 0
    const server = createServer(socket => {
      connections += 1
      socket.setEncoding('utf8').on('data', (text: string) => {
        received += text
      })
    })
    await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
    closing({ close: () => new Promise(done => server.close(done)) })
    const { port } = server.address() as AddressInfo
    const { ask } = await startPlugged(kong39, { plugin: [plugin('tcp-log', { host: '127.0.0.1', port })] })
    for (const one of ['/1', '/2']) await (await ask(one)).text()
    await until(() => received.split('\n').length === 3, 'both lines are there')
    const uris = received
      .trim()
      .split('\n')
      .map(line => (JSON.parse(line) as Entry).request['uri'])
    expect([uris, connections]).toEqual([['/1', '/2'], 1])
  })

  it('logs that no server listens', async () => {
    const { proxy, ask } = await startPlugged(kong39, {
      plugin: [plugin('tcp-log', { host: '127.0.0.1', port: 1 })],
    })
    await (await ask('/')).text()
    await until(() => proxy.logged.length > 0, 'it is logged')
    expect(proxy.logged[0]).toContain('failed to connect to 127.0.0.1:1')
  })

  it('sends a datagram', async () => {
    const socket = createSocket('udp4')
    const received: string[] = []
    socket.on('message', message => received.push(message.toString()))
    await new Promise<void>(ready => socket.bind(0, '127.0.0.1', ready))
    closing({ close: () => new Promise<void>(done => socket.close(() => done())) })
    const { port } = socket.address()
    const { ask } = await startPlugged(kong39, { plugin: [plugin('udp-log', { host: '127.0.0.1', port })] })
    await (await ask('/a')).text()
    await until(() => received.length === 1, 'it is there')
    expect(JSON.parse(received[0] ?? '')).toMatchObject({ request: { uri: '/a' }, response: { status: 200 } })
  })
})
