/**
 * Router flavours of 3.9 by traffic: routes are made over the Admin API, and the backend tells which of them
 * a request came by.
 */
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RouterFlavor } from '../../src/entities/expressions/router-flavors.ts'
import { type Gateway, startGateway } from '../../src/gateway/gateway.ts'
import { ask } from '../support/ask.ts'
import { anyPort } from '../support/bare-gateway.ts'

let backend: Server
let gateway: Gateway

const kong39 = { major: 3, minor: 9, text: '3.9' }

/** Node's `fetch` sends no Host header of ours. */
function get(path: string, headers: IncomingHttpHeaders = {}, method = 'GET'): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(
      gateway.proxy + path,
      { headers, method, setHost: headers.host === undefined },
      response => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', chunk => {
          text += chunk
        })
        response.on('end', () => resolve(response.statusCode === 200 ? text : String(response.statusCode)))
      },
    )
    sent.on('error', reject)
    sent.end()
  })
}

/** A route by the name of its service, whose path begins with that name. */
async function route(name: string, fields: Readonly<Record<string, unknown>>): Promise<void> {
  const { port } = backend.address() as AddressInfo
  await ask(gateway.admin, 'PUT', `/services/${name}`, { host: '127.0.0.1', port, path: `/${name}` })
  const made = await ask(gateway.admin, 'PUT', `/routes/${name}`, { service: { name }, ...fields })
  expect(made.status, made.text).toBe(200)
}

function withFlavor(routerFlavor: RouterFlavor): void {
  beforeAll(async () => {
    backend = createServer((incoming, response) => response.end(incoming.url))
    await new Promise<void>(resolve => backend.listen(0, '127.0.0.1', resolve))
    gateway = await startGateway({ ...anyPort, version: kong39, routerFlavor })
  })
  afterAll(async () => {
    await gateway.close()
    backend.closeAllConnections()
    await new Promise(resolve => backend.close(resolve))
  })
  beforeEach(async () => {
    const { json } = await ask(gateway.admin, 'GET', '/routes')
    for (const { id } of json['data'] as { id: string }[]) await ask(gateway.admin, 'DELETE', `/routes/${id}`)
  })
}

describe('expressions', () => {
  withFlavor('expressions')

  it.each<[expression: string, path: string, headers: IncomingHttpHeaders, found: string]>([
    ['http.path == "/a"', '/a', {}, '/r'],
    ['http.path == "/a"', '/ab', {}, '404'],
    ['http.path ^= "/a"', '/ab', {}, '/r/b'],
    ['http.path =^ "/b"', '/a/b', {}, '/r/b'],
    ['http.path ~ r#"^/x(\\d+)$"#', '/x12', {}, '/r'],
    ['http.path ~ "^/x(\\\\d+)$"', '/xy', {}, '404'],
    ['http.path contains "mid"', '/a-mid-b', {}, '/r/a-mid-b'],
    ['http.path ^= "/ü"', '/%C3%BC/1', {}, '/r/1'],
    ['lower(http.path) == "/a"', '/A', {}, '/r'],
    ['http.method == "GET" && http.path != "/no"', '/yes', {}, '/r/yes'],
    ['http.method == "POST"', '/a', {}, '404'],
    ['http.host == "a.example"', '/a', { host: 'a.example:81' }, '/r/a'],
    ['http.host =^ ".example"', '/a', { host: 'a.example' }, '/r/a'],
    ['net.port == 81', '/a', { host: 'a.example:81' }, '/r/a'],
    ['net.dst.port != 81', '/a', { host: 'a.example:81' }, '404'],
    ['net.dst.port > 80 && net.dst.port <= 81', '/a', { host: 'a.example:81' }, '/r/a'],
    ['http.headers.x_a == "b"', '/a', { 'X-A': 'b' }, '/r/a'],
    ['http.headers.x_a != "b"', '/a', {}, '404'],
    ['http.headers.x_a == "b"', '/a', { 'X-A': ['b', 'c'] }, '404'],
    ['any(http.headers.x_a) == "c"', '/a', { 'X-A': ['b', 'c'] }, '/r/a'],
    ['any(lower(http.headers.x_a)) == "c"', '/a', { 'X-A': ['b', 'C'] }, '/r/a'],
    ['http.queries.q == "a b"', '/?q=a+b', {}, '/r?q=a+b'],
    ['http.queries.q == ""', '/?q', {}, '/r?q'],
    ['any(http.queries.q) == "2"', '/?q=1&q=%32', {}, '/r?q=1&q=%32'],
    ['http.path.segments.0 == "a"', '/a/b', {}, '/r/a/b'],
    ['http.path.segments.1_2 == "b/c"', '/a/b/c/d', {}, '/r/a/b/c/d'],
    ['http.path.segments.1_2 == "b/c"', '/a/b', {}, '404'],
    ['http.path.segments.len == 2', '/a/b/', {}, '/r/a/b/'],
    ['net.protocol == "http"', '/a', {}, '/r/a'],
    ['tls.sni == "a"', '/a', {}, '404'],
    ['net.src.ip in 127.0.0.0/8', '/a', {}, '/r/a'],
    ['net.src.ip not in 127.0.0.0/8', '/a', {}, '404'],
    ['net.dst.ip == 127.0.0.1', '/a', {}, '/r/a'],
    ['!(http.path ^= "/a")', '/b', {}, '/r/b'],
    ['!(http.path ^= "/a")', '/a', {}, '404'],
  ])('%s: %s %o → %s', async (expression, path, headers, found) => {
    await route('r', { expression })
    expect(await get(path, headers)).toBe(found)
  })

  it('|| binds more closely than &&', async () => {
    await route('r', { expression: 'http.path == "/a" || http.path == "/b" && http.method == "GET"' })
    expect(await get('/a', {}, 'POST')).toBe('404')
    expect(await get('/a')).toBe('/r')
  })

  it('the higher priority first, and expressions before routes written otherwise', async () => {
    await route('low', { expression: 'http.path ^= "/"', priority: 1 })
    await route('high', { expression: 'http.path ^= "/a"', priority: 2 })
    await route('plain', { paths: ['/a/b'], methods: ['GET'] })
    expect(await get('/a/b')).toBe('/high/b')
    await ask(gateway.admin, 'DELETE', '/routes/high')
    expect(await get('/a/b')).toBe('/low/a/b')
    await ask(gateway.admin, 'DELETE', '/routes/low')
    expect(await get('/a/b')).toBe('/plain')
  })

  it('routes written otherwise may match addresses too, and weigh more for it', async () => {
    await route('any', { paths: ['/a'] })
    await route('elsewhere', { paths: ['/a'], sources: [{ ip: '10.0.0.0/8' }, { port: 1 }] })
    expect(await get('/a')).toBe('/any')
    await route('here', { paths: ['/a'], sources: [{ ip: '10.0.0.0/8' }, { ip: '127.0.0.1' }] })
    expect(await get('/a')).toBe('/here')
    const port = Number(new URL(gateway.proxy).port)
    await route('there', { paths: ['/a'], sources: [{ ip: '127.0.0.0/8' }], destinations: [{ port }] })
    expect(await get('/a')).toBe('/there')
  })

  it('an https route matches over http, so that the client is redirected', async () => {
    await route('secure', { expression: 'http.path ^= "/"', protocols: ['https'] })
    expect(await get('/a')).toBe('426')
    await route('plain', { expression: 'http.path ^= "/"', protocols: ['http'], priority: 1 })
    expect(await get('/a')).toBe('/plain/a')
  })
})

describe('traditional', () => {
  withFlavor('traditional')

  it('knows path_handling v1, which the other routers ignore', async () => {
    await route('v1', { paths: ['/r'], path_handling: 'v1' })
    expect(await get('/rx')).toBe('/v1x')
  })

  it('prefers a host to headers, those to a path, and that to a method, where as much is said', async () => {
    await route('method', { methods: ['GET'], headers: { x: ['1'] } })
    await route('path', { paths: ['/a/b'], methods: ['GET'] })
    await route('host', { hosts: ['*.example'], methods: ['GET'] })
    expect(await get('/a/b')).toBe('/path')
    expect(await get('/a/b', { x: '1' })).toBe('/method/a/b')
    expect(await get('/a/b', { x: '1', host: 'a.example' })).toBe('/host/a/b')
  })

  it('takes no wildcard in SNIs, and no expressions', async () => {
    const post = (fields: unknown) => ask(gateway.admin, 'POST', '/routes', fields)
    expect((await post({ protocols: ['https'], snis: ['*.example'] })).status).toBe(400)
    expect((await post({ paths: ['/'], expression: 'http.path == "/"' })).json['fields']).toEqual({
      expression: 'unknown field',
    })
  })
})

describe('traditional_compatible', () => {
  withFlavor('traditional_compatible')

  it('weighs each path of a route by itself, and ignores v1', async () => {
    await route('first', { paths: ['/a', '/long/path'] })
    await route('second', { paths: ['/a/b'], path_handling: 'v1' })
    expect(await get('/a/b')).toBe('/second')
    expect(await get('/a/bx')).toBe('/second/x')
  })
})
