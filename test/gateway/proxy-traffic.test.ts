/**
 * Requests through the proxy as they are in the wild: streams, clients that leave, backends that break,
 * other protocols.
 */
import { once } from 'node:events'
import { createServer, type RequestListener, request, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { closedPort } from '../support/proxy-backends.ts'
import { kong39 } from '../support/proxy-sets.ts'
import { readAnswers, sendRaw } from '../support/raw-http.ts'
import { type RunningProxy, serviceAt, startProxy, targetsAt } from '../support/running-proxy.ts'
import { until } from '../support/until.ts'

const open: { close(): unknown }[] = []

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function backend(
  listener: RequestListener,
): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push({
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  })
  return { server, port: (server.address() as AddressInfo).port }
}

async function proxyTo(port: number, fields = {}): Promise<RunningProxy> {
  const proxy = await startProxy(kong39, serviceAt(port, fields))
  open.push(proxy)
  return proxy
}

describe('bodies', () => {
  it('come back piece by piece, not when they are whole', async () => {
    let finish = () => {}
    const { port } = await backend((_request, response) => {
      response.write('first')
      finish = () => response.end('last')
    })
    const { url } = await proxyTo(port)
    const reader = (await fetch(url)).body?.getReader()
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('first')
    finish()
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('last')
  })

  it('of many megabytes pass a slow client whole', async () => {
    const size = 20 * 1024 * 1024
    const { port } = await backend((_request, response) => response.end(Buffer.alloc(size, 'x')))
    const { url } = await proxyTo(port)
    let received = 0
    for await (const chunk of (await fetch(url)).body ?? []) {
      received += chunk.length
      await new Promise(resolve => setImmediate(resolve))
    }
    expect(received).toBe(size)
  })
})

describe('connections that break', () => {
  it('a client that leaves takes its request to the upstream along', async () => {
    let left = false
    let arrived = false
    const { port } = await backend((_request, response) => {
      arrived = true
      response.on('close', () => {
        left = true
      })
    })
    const proxy = await proxyTo(port)
    const client = request({ port: proxy.port, host: '127.0.0.1' })
    client.on('error', () => {})
    client.end()
    await until(() => arrived, 'the request arrived')
    client.destroy()
    await until(() => left, 'the upstream connection was closed')
    expect(proxy.logged).toEqual([])
  })

  it('a client may leave in the middle of its body', async () => {
    let asked = 0
    const { port } = await backend((_request, response) => {
      asked += 1
      response.end()
    })
    const proxy = await proxyTo(port)
    const client = connect(proxy.port, '127.0.0.1')
    client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf')
    await once(client, 'connect')
    client.resetAndDestroy()
    expect((await fetch(proxy.url)).status).toBe(200)
    expect(asked).toBe(1)
    expect(proxy.logged).toEqual([])
  })

  it('an answer that breaks off does not look whole', async () => {
    const { port } = await backend((_request, response) => {
      response.writeHead(200, { 'Content-Length': '100' })
      response.write('half', () => response.destroy())
    })
    const { url, logged } = await proxyTo(port)
    await expect(fetch(url).then(response => response.text())).rejects.toThrow()
    expect(logged).toEqual([])
  })

  it('an answer that breaks off before it begins is a 502', async () => {
    const { port } = await backend((_request, response) => response.destroy())
    const { url } = await proxyTo(port, { retries: 1 })
    expect((await fetch(url)).status).toBe(502)
  })
})

describe('what is refused', () => {
  it.each([
    [
      'two lengths of a body',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'two Content-Lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd',
    ],
    ['a header line without a name', 'GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n'],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
    ['a broken escape', 'GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n'],
  ])('%s', async (_what, text) => {
    let asked = 0
    const { port } = await backend((_request, response) => {
      asked += 1
      response.end()
    })
    const proxy = await proxyTo(port)
    const [answer] = readAnswers(await sendRaw(proxy.port, text, 300), 'POST')
    expect(answer?.status).toBe(400)
    expect(asked).toBe(0)
  })
})

describe('other protocols', () => {
  async function upgradable() {
    const seen: Socket[] = []
    const { server, port } = await backend((_request, response) => response.end('plain'))
    server.on('upgrade', (incoming, socket) => {
      seen.push(socket as Socket)
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
      socket.write(`hello ${incoming.headers['x-forwarded-path']} `)
      socket.on('data', chunk => socket.write(`you said ${chunk}`))
      socket.on('end', () => socket.destroy())
    })
    open.push({ close: () => seen.forEach(socket => void socket.destroy()) })
    return { proxy: await proxyTo(port), seen, port }
  }

  const asking = (protocol: string) =>
    `GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`

  it('a WebSocket becomes bytes both ways', async () => {
    const { proxy, seen } = await upgradable()
    const client = connect(proxy.port, '127.0.0.1')
    let received = ''
    client.on('data', chunk => {
      received += chunk
    })
    client.write(asking('websocket'))
    await until(() => received.includes('hello /chat'), 'the upstream spoke')
    expect(received).toMatch(/^HTTP\/1\.1 101 /)
    client.write('ping')
    await until(() => received.includes('you said ping'), 'the upstream answered')
    client.destroy()
    await until(() => seen.every(socket => socket.destroyed), 'the upstream connection ended too')
  })

  it('a target that refuses a WebSocket’s connection is passed over, and counted', async () => {
    const { seen, port } = await upgradable()
    const passive = { unhealthy: { tcp_failures: 1 } }
    const dead = await closedPort()
    const proxy = await startProxy(kong39, targetsAt([dead, port], { healthchecks: { passive } }))
    open.push(proxy)
    for (let turn = 0; turn < 2; turn++) {
      const client = connect(proxy.port, '127.0.0.1')
      client.write(asking('websocket'))
      const [first] = await once(client, 'data')
      expect(String(first)).toMatch(/^HTTP\/1\.1 101 /)
      client.destroy()
    }
    expect(seen).toHaveLength(2)
    expect(proxy.plane.healthOf('u')?.targets.get(`t${dead}`)?.health).toBe('UNHEALTHY')
  })

  it('an idle WebSocket ends after the read timeout', async () => {
    const { port } = await upgradable()
    const { port: proxy } = await proxyTo(port, { read_timeout: 100 })
    const client = connect(proxy, '127.0.0.1')
    client.write(asking('websocket'))
    client.resume()
    await once(client, 'close')
    expect(client.bytesRead).toBeGreaterThan(100)
  })

  it('ignores upgrades to other protocols, which would bypass the plugins', async () => {
    const { proxy, seen } = await upgradable()
    const [answer] = readAnswers(await sendRaw(proxy.port, asking('h2c'), 300), 'GET')
    expect(answer?.status).toBe(200)
    expect(answer?.body).toBe('plain')
    expect(seen).toEqual([])
  })
})
