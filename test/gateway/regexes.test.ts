/**
 * Regular expressions of routes and plugins by traffic, with each router: what they match, what is refused,
 * and that they end.
 */
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RouterFlavor } from '../../src/entities/expressions/router-flavors.ts'
import { type Gateway, startGateway } from '../../src/gateway/gateway.ts'
import { ask } from '../support/ask.ts'
import { anyPort } from '../support/bare-gateway.ts'

const kong28 = { major: 2, minor: 8, text: '2.8' }
const kong39 = { major: 3, minor: 9, text: '3.9' }

let backend: Server
let gateway: Gateway

/** Requests that `fetch` would write otherwise. @returns the path that the backend got, or the status */
function get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    request(gateway.proxy + path, { headers }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', chunk => {
        text += chunk
      })
      response.on('end', () => resolve(response.statusCode === 200 ? text : String(response.statusCode)))
    })
      .on('error', reject)
      .end()
  })
}

async function only(route: Readonly<Record<string, unknown>>): Promise<number> {
  const { status } = await ask(gateway.admin, 'PUT', '/services/s/routes/r', route)
  return status
}

function withGateway(version: typeof kong39, routerFlavor?: RouterFlavor): void {
  beforeAll(async () => {
    backend = createServer((incoming, response) => response.end(incoming.url))
    await new Promise<void>(resolve => backend.listen(0, '127.0.0.1', resolve))
    gateway = await startGateway({ ...anyPort, version, ...(routerFlavor && { routerFlavor }) })
    const { port } = backend.address() as AddressInfo
    await ask(gateway.admin, 'PUT', '/services/s', { host: '127.0.0.1', port })
  })
  afterAll(async () => {
    await gateway.close()
    backend.closeAllConnections()
    await new Promise(resolve => backend.close(resolve))
  })
}

/** Each needs 2^40 steps where nothing bounds them. */
const endless: readonly (readonly [path: string, asked: string])[] = [
  ['/v1/(\\w+\\s?)*$', `/v1/${'a'.repeat(40)}!`],
  ['/v1/(a+)+$', `/v1/${'a'.repeat(40)}!`],
  ['/v1/(a|aa)+$', `/v1/${'a'.repeat(60)}!`],
  ['/v1/([a-z]*)*x', `/v1/${'a'.repeat(40)}!`],
  ['/v1/(.*a){25}b', `/v1/${'a'.repeat(60)}`],
  ['/v1/(\\d|\\w)+/x', `/v1/${'1'.repeat(50)}`],
  ['/v1/(?:x+x+)+y', `/v1/${'x'.repeat(50)}`],
]

describe.each<[name: string, version: typeof kong39, flavor?: RouterFlavor]>([
  ['2.8', kong28],
  ['3.9', kong39],
  ["3.9's traditional router", kong39, 'traditional'],
])('time that %s takes', (name, version, flavor) => {
  withGateway(version, flavor)
  const mark = name === '2.8' ? '' : '~'

  it.each(endless)('is short for %s', async (path, asked) => {
    expect(await only({ paths: [mark + path] })).toBe(200)
    const begin = performance.now()
    expect(await get(asked)).toBe('404')
    expect(performance.now() - begin).toBeLessThan(5000)
  })

  it('is short for regexes of headers', async () => {
    expect(await only({ paths: ['/h'], headers: { 'x-a': ['~*^(a+)+$'] } })).toBe(200)
    const begin = performance.now()
    expect(await get('/h', { 'x-a': `${'a'.repeat(60)}!` })).toBe('404')
    expect(performance.now() - begin).toBeLessThan(5000)
  })

  it('is short for regexes of plugins', async () => {
    expect(await only({ paths: ['/p'] })).toBe(200)
    const add = (plugin: string, config: object) =>
      ask(gateway.admin, 'PUT', '/services/s/plugins/7a0c5d3e-0000-4000-8000-000000000001', {
        name: plugin,
        config,
      })
    const hostile = `${'a'.repeat(60)}!`
    expect((await add('cors', { origins: ['(a+)+\\.example', 'x.example'] })).status).toBe(200)
    const begin = performance.now()
    expect(await get('/p', { origin: `http://${hostile}` })).toBe('/')
    expect((await add('bot-detection', { deny: ['^(a+)+$'] })).status).toBe(200)
    expect(await get('/p', { 'user-agent': hostile })).toBe('/')
    expect(performance.now() - begin).toBeLessThan(5000)
    await ask(gateway.admin, 'DELETE', '/services/s/plugins/7a0c5d3e-0000-4000-8000-000000000001')
  })
})

describe('3.9', () => {
  withGateway(kong39)

  it.each([
    '/users/{id}/x',
    '/a{,3}',
    '/\\q',
    '/\\e',
    '/[\\w-z]',
    '/(?=a)',
    '/(?<!a)b',
    '/(a)\\1',
    '/a(?>b)',
    '/\\Qa\\E',
    '/(',
    '/(?<n>a)(?<n>b)',
    '/\\w{1000}',
  ])('refuses ~%s', async path => {
    expect(await only({ paths: [`~${path}`] })).toBe(400)
  })

  it.each<[path: string, asked: string, result: string]>([
    ['/r4/.$', '/r4/%C3%BC', '/'],
    ['/r4/.', '/r4/%C3%BCb', '/b'],
    ['/r4/..$', '/r4/%C3%BC', '404'],
    ['/\\p{Greek}+', '/%CE%B1%CE%B2x', '/x'],
    ['/\\p{L}/', '/1/', '404'],
    ['/x/[\\w.*+-]+$', '/x/a+b', '/'],
    ['/a(?i)b', '/aBc', '/c'],
    ['/a(?i)b', '/AB', '404'],
    ['/(?x)a b', '/abc', '/c'],
    ['/[a-z&&[^b]]+', '/acb', '/b'],
    ['/u/(?<id>\\d+)', '/u/12/x', '/x'],
    ['/.', '/%FF', '404'],
    // As many characters are stripped as matched, wherever that was.
    ['/a|/b', '/x/b/c', '/b/c'],
  ])('finds by ~%s for %s: %s', async (path, asked, result) => {
    expect(await only({ paths: [`~${path}`] })).toBe(200)
    expect(await get(asked)).toBe(result)
  })

  it('reads regexes of headers in small letters', async () => {
    expect(await only({ paths: ['/'], headers: { 'x-a': ['plain', '~*^V\\d+$'] } })).toBe(200)
    expect(await get('/', { 'x-a': 'V12' })).toBe('/')
    expect(await get('/', { 'x-a': 'PLAIN' })).toBe('/')
    expect(await get('/', { 'x-a': 'v12x' })).toBe('404')
  })
})

describe.each<[name: string, version: typeof kong39, flavor?: RouterFlavor]>([
  ['2.8', kong28],
  ["3.9's traditional router", kong39, 'traditional'],
])('%s', (name, version, flavor) => {
  withGateway(version, flavor)
  const mark = name === '2.8' ? '' : '~'

  it.each<[path: string, asked: string, result: string]>([
    ['/x/[\\w.*+-]+$', '/x/a+b', '/'],
    ['/a(?i)b', '/aBc', '/c'],
    ['/a(?i)b', '/AB', '404'],
    ['/[^\\]*+]x', '/axy', '/y'],
    ['/(?x)a b', '/abc', '/c'],
    ['/\\h', '/%20b', '/b'],
    ['/(?#note)a', '/ab', '/b'],
    ['/(?P<n>a)(?P=n)', '/aab', '/b'],
    ['/(a)(?=b)', '/ab', '/b'],
    ['/(?>a|ab)c', '/abc', '404'],
    ['/a++b', '/aab', '/'],
    ['/[[:alpha:]]+', '/ab1', '/1'],
    ['/(?<!x)a', '/ab', '/b'],
    // Of alternatives only the last one is stripped, as in Kong.
    ['/a|/b', '/b/c', '/c'],
    ['/a|/b', '/a/c', '/a/c'],
  ])('finds by %s for %s: %s', async (path, asked, result) => {
    expect(await only({ paths: [mark + path] })).toBe(200)
    expect(await get(asked)).toBe(result)
  })

  it.each(['/(x', '/[a*', '/*a**', '/a{2,1}', '/(?<n'])('refuses %s', async path => {
    expect(await only({ paths: [mark + path] })).toBe(400)
  })
})

describe('groups', () => {
  const template = {
    add: { querystring: ['n:$(uri_captures[1])', 'id:$(uri_captures.id)', 'all:$(uri_captures[0])'] },
  }
  const plugin = { name: 'request-transformer', config: template }

  describe.each<[name: string, version: typeof kong39, whole: string, flavor?: RouterFlavor]>([
    ['2.8', kong28, '%2Fu%2F12%2Fx'],
    ['3.9', kong39, '%2Fu%2F12'],
    ["3.9's traditional router", kong39, '%2Fu%2F12%2Fx', 'traditional'],
  ])('of %s', (name, version, whole, flavor) => {
    withGateway(version, flavor)

    it('of a path', async () => {
      expect(await only({ paths: [`${name === '2.8' ? '' : '~'}/u/(?<id>\\d+)`] })).toBe(200)
      await ask(gateway.admin, 'POST', '/services/s/plugins', plugin)
      const [path, query] = (await get('/u/12/x')).split('?')
      expect(path).toBe('/x')
      expect(new Set(query?.split('&'))).toEqual(new Set(['n=12', 'id=12', `all=${whole}`]))
    })
  })

  describe('of expressions', () => {
    withGateway(kong39, 'expressions')

    it('of all regexes that were asked', async () => {
      const expression = 'http.path ~ r#"^/u/(\\d+)"# && http.headers.x_a ~ r#"v(?<id>\\w)"#'
      expect(await only({ expression })).toBe(200)
      await ask(gateway.admin, 'POST', '/services/s/plugins', plugin)
      const [path, query] = (await get('/u/12/x', { 'x-a': 'v7' })).split('?')
      expect(path).toBe('/x')
      // What the header's regex took replaces what the path's took by the same number.
      expect(new Set(query?.split('&'))).toEqual(new Set(['n=7', 'id=7', 'all=v7']))
    })
  })
})
