/**
 * What nginx, below Kong, makes of requests and answers: whom a request asks for, which words stand beside a
 * status, what needs no body.
 */
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { answeringWith } from '../support/answering-with.ts'
import { type EchoBackend, startEchoBackend } from '../support/echo-backend.ts'
import { kong28, kong39 } from '../support/proxy-sets.ts'
import { askRaw, sendRaw } from '../support/raw-http.ts'
import { type RunningProxy, serviceAt, startProxy } from '../support/running-proxy.ts'

let backend: EchoBackend
const open: RunningProxy[] = []

beforeAll(async () => {
  backend = await startEchoBackend({ name: 'b' })
})
afterAll(() => backend.close())
afterEach(async () => {
  for (const proxy of open.splice(0)) await proxy.close()
})

async function proxyTo(port: number): Promise<RunningProxy> {
  const proxy = await startProxy(kong39, serviceAt(port))
  open.push(proxy)
  return proxy
}

describe('whom a request asks for', () => {
  const seen = async (port: number, text: string) => {
    const answer = await askRaw(port, text, 'GET')
    if (answer.status !== 200) return answer.status
    const { path, headers } = JSON.parse(answer.body)
    const received = Object.fromEntries(
      headers.map(([name, value]: [string, string]) => [name.toLowerCase(), value]),
    )
    const host = received.host === `127.0.0.1:${backend.port}` ? 'its own' : received.host
    return [path, received['x-forwarded-path'], host, received['x-forwarded-host']]
  }
  const routes = {
    service: [{ id: 's', host: '127.0.0.1' }],
    route: [
      { id: 'r', paths: ['/'], service: { id: 's' } },
      { id: 'h', hosts: ['a.example'], preserve_host: true, service: { id: 's' } },
      { id: 'k', hosts: ['kong', 'b.example'], paths: ['/none'] },
    ],
  }
  const start = async (version = kong39) => {
    const service = [{ id: 's', host: '127.0.0.1', port: backend.port }]
    const proxy = await startProxy(version, { ...routes, service })
    open.push(proxy)
    return proxy.port
  }

  it.each([
    ['GET /x HTTP/1.1\r\nHost: A.b.:81\r\n\r\n', ['/x', '/x', 'its own', 'a.b']],
    [
      'GET http://b.example:81/x HTTP/1.1\r\nHost: a.example:82\r\n\r\n',
      ['/x', '/x', 'a.example:82', 'b.example'],
    ],
    ['GET http://b.example/none HTTP/1.1\r\nHost: c\r\n\r\n', ['/none', '/none', 'its own', 'b.example']],
    ['GET /none HTTP/1.0\r\n\r\n', ['/none', '/none', 'its own', 'kong']],
    ['GET /x HTTP/1.1\r\nHost: [::1]:81\r\n\r\n', ['/x', '/x', 'its own', '[::1]']],
  ])('%j: %j', async (text, expected) => {
    expect(await seen(await start(), text)).toEqual(expected)
    expect(await seen(await start(kong28), text)).toEqual(expected)
  })

  it.each([
    ...['a..b', ':80', '.', 'a/b', ''].map(host => `GET /x HTTP/1.1\r\nHost: ${host}\r\n\r\n`),
    'GET http://a..b/ HTTP/1.1\r\nHost: a\r\n\r\n',
    ...['/..', '/a/../../b', '/a/%2e%2E/../b', '/a//../../b'].map(
      path => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`,
    ),
  ])('%j: refused', async text => {
    expect(await seen(await start(), text)).toBe(400)
  })

  it('paths may lead upwards as far as they led down', async () => {
    const port = await start()
    const path = async (sent: string) =>
      [await seen(port, `GET ${sent} HTTP/1.1\r\nHost: x\r\n\r\n`)].flat()[0]
    expect(await path('/a/../b')).toBe('/b')
    expect(await path('/a/b/../../c..d')).toBe('/c..d')
  })
})

describe('what is beyond ASCII in a path or query', () => {
  const ask = (port: number, method: string) => {
    const bytes = Buffer.from('/ä/b?c=ö').toString('latin1')
    return askRaw(port, `${method} ${bytes} HTTP/1.1\r\nHost: a\r\n\r\n`, method)
  }

  it.each(['GET', 'FOO'])('is taken unescaped, and sent on escaped: %s', async method => {
    const { port } = await proxyTo(backend.port)
    for (let turn = 0; turn < 2; turn++) {
      const answer = await ask(port, method)
      expect(answer.status).toBe(200)
      expect(JSON.parse(answer.body)).toMatchObject({ method, path: '/%C3%A4/b?c=%C3%B6' })
    }
    const head = await ask(port, 'HEAD')
    expect([head.status, head.body]).toEqual([200, ''])
  })

  it('leaves what is no character refused', async () => {
    const { port } = await proxyTo(backend.port)
    const answer = await askRaw(port, 'GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n', 'GET')
    expect(answer.status).toBe(400)
  })
})

describe('answers without a body', () => {
  it.each([true, false])('may tell the length of one (the upstream closes: %s)', async isLast => {
    const server = await answeringWith(
      'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 5\r\n\r\n',
      isLast,
    )
    const proxy = await proxyTo((server.address() as AddressInfo).port)
    for (let turn = 0; turn < 3; turn++) {
      const answer = await askRaw(proxy.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'HEAD')
      expect(answer.status).toBe(304)
      expect(answer.headers).toContainEqual(['ETag', '"a"'])
    }
    proxy.configure({})
    server.close()
  })
})

describe('the words beside a status', () => {
  const lineOf = async (port: number, request: string) =>
    (await sendRaw(port, `${request}\r\nHost: a\r\nConnection: close\r\n\r\n`, 5000)).split('\r\n', 1)[0]

  it('are the upstream’s', async () => {
    const server = await answeringWith('HTTP/1.1 404 Nothing Here\r\nContent-Length: 0\r\n\r\n')
    const { port } = await proxyTo((server.address() as AddressInfo).port)
    expect(await lineOf(port, 'GET / HTTP/1.1')).toBe('HTTP/1.1 404 Nothing Here')
    server.close()
  })

  it('are nginx’s where the gateway answers', async () => {
    const proxy = await startProxy(kong39, {
      service: [{ id: 's', host: '127.0.0.1', port: 1, retries: 0 }],
      route: [
        { id: 'r', paths: ['/dead'], service: { id: 's' } },
        { id: 'n', paths: ['/nobody'] },
        { id: 't', paths: ['/secure'], protocols: ['https'], https_redirect_status_code: 302 },
        { id: 'u', paths: ['/up'], protocols: ['https'] },
      ],
    })
    open.push(proxy)
    expect(await lineOf(proxy.port, 'GET /none HTTP/1.1')).toBe('HTTP/1.1 404 Not Found')
    expect(await lineOf(proxy.port, 'GET /dead HTTP/1.1')).toBe('HTTP/1.1 502 Bad Gateway')
    expect(await lineOf(proxy.port, 'GET /nobody HTTP/1.1')).toBe(
      'HTTP/1.1 503 Service Temporarily Unavailable',
    )
    expect(await lineOf(proxy.port, 'GET /secure HTTP/1.1')).toBe('HTTP/1.1 302 Moved Temporarily')
    expect(await lineOf(proxy.port, 'GET /up HTTP/1.1')).toBe('HTTP/1.1 426 ')
    expect(await lineOf(proxy.port, 'TRACE / HTTP/1.1')).toBe('HTTP/1.1 405 Not Allowed')
  })
})
