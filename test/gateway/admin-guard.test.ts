/** Which web pages, and which names, may use the Admin API; clients that are no browsers notice nothing. */
import { hostname, networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Gateway, GatewayOptions } from '../../src/gateway/gateway.ts'
import { ask, askPlainly } from '../support/ask.ts'
import { startBareGateway } from '../support/bare-gateway.ts'

const versions = {
  '2.8': { major: 2, minor: 8, text: '2.8' },
  '3.9': { major: 3, minor: 9, text: '3.9' },
} as const

type Headers = Readonly<Record<string, string>>

const sharing = (headers: object): string[] =>
  Object.keys(headers).filter(name => name.startsWith('access-control-'))

const started: Gateway[] = []

async function start(options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const gateway = await startBareGateway({ version: versions['3.9'], ...options })
  started.push(gateway)
  return gateway
}

afterAll(() => Promise.all(started.map(gateway => gateway.close())))

const portOf = ({ admin }: Gateway) => new URL(admin).port

const form = { 'content-type': 'application/x-www-form-urlencoded' }

describe.each(['2.8', '3.9'] as const)('Kong %s, listening on this machine only', version => {
  let gateway: Gateway
  let number = 0
  const write = (headers: Headers) => {
    const body = `host=h&name=s${number++}`
    return askPlainly(`${gateway.admin}/services`, 'POST', { ...form, ...headers }, body)
  }
  const read = (headers: Headers, method = 'GET') => askPlainly(`${gateway.admin}/services`, method, headers)
  const count = async () => ((await ask(gateway.admin, 'GET', '/services')).json['data'] as object[]).length

  beforeAll(async () => {
    gateway = await start({ version: versions[version] })
  })

  test.each([
    ['http://evil.example'],
    ['https://evil.example'],
    ['null'],
    ['http://127.0.0.1.evil.example'],
    ['http://localhost.evil.example'],
    ['http://evillocalhost'],
    ['http://localhost@evil.example'],
    ['http://evil.example@localhost'],
    ['http://10.0.0.7'],
    ['http://[2001:db8::1]'],
    ['http://[::ffff:10.0.0.7]'],
    ['file://'],
    ['chrome-extension://abcdefgh'],
    ['localhost'],
    [''],
    ['http://localhost, http://evil.example'],
    ['http://LOCALHOST.EVIL.example'],
  ])('a page of %j changes nothing, and sees nothing', async origin => {
    const before = await count()
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'PURGE']) {
      const answer = await askPlainly(`${gateway.admin}/services/x`, method, { ...form, origin })
      expect(answer.status, method).toBe(403)
      expect(sharing(answer.headers), method).toEqual([])
      expect(JSON.parse(answer.body).message).toContain('--admin-allow-origin')
    }
    expect((await write({ origin })).status).toBe(403)
    expect(await count()).toBe(before)
    const seen = await read({ origin })
    expect([seen.status, sharing(seen.headers)]).toEqual([200, []])
    const preflight = await read(
      { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'x-a' },
      'OPTIONS',
    )
    expect([preflight.status, sharing(preflight.headers)]).toEqual([204, []])
    const unread = await askPlainly(
      `${gateway.admin}/services`,
      'POST',
      { origin, 'content-type': 'text/plain' },
      'x',
    )
    expect(sharing(unread.headers)).toEqual([])
  })

  test.each([
    ['http://localhost:8002'],
    ['http://localhost'],
    ['https://127.0.0.1:1'],
    ['http://127.1.2.3:8002'],
    ['http://[::1]:8002'],
    ['http://manager.localhost:8002'],
  ])('a page of %j is let in as Kong lets it in', async origin => {
    expect((await write({ origin })).status).toBe(201)
    const seen = await read({ origin })
    expect(seen.headers['access-control-allow-origin']).toBe(version === '2.8' ? '*' : origin)
  })

  test.each([
    ['evil.example'],
    ['evil.example:8001'],
    ['localhost.evil.example'],
    ['127.0.0.1.evil.example'],
    ['evil@localhost'],
    ['10.0.0.7'],
    ['[2001:db8::1]:8001'],
    [`${hostname()}x`],
    ['localhost/x'],
  ])('the name %j reads and changes nothing', async host => {
    for (const origin of [undefined, `http://${host}`]) {
      const headers = { host, ...(origin !== undefined && { origin }) }
      for (const answer of [await write(headers), await read(headers), await read(headers, 'OPTIONS')]) {
        expect(answer.status).toBe(403)
        expect(sharing(answer.headers)).toEqual([])
      }
      expect((await read(headers)).body).toContain('--admin-allow-host')
      const root = await askPlainly(`${gateway.admin}/`, 'GET', headers)
      expect([root.status, root.body.includes('hostname')]).toEqual([403, false])
    }
  })

  test.each([
    ['localhost'],
    ['localhost:1'],
    ['LOCALHOST:8001'],
    ['localhost.:8001'],
    ['127.0.0.1'],
    ['127.1:8001'],
    ['[::1]:8001'],
    ['0.0.0.0:8001'],
    ['kong.localhost:8001'],
    [''],
  ])('the name %j is one of this machine', async host => {
    expect((await read({ host })).status).toBe(200)
    expect((await write({ host })).status).toBe(201)
  })

  test('what is no browser says nothing of pages, and is answered as before', async () => {
    const answer = await write({ 'user-agent': 'curl/8.5.0', accept: '*/*' })
    expect(answer.status).toBe(201)
    expect(answer.headers['access-control-allow-origin']).toBe('*')
    expect((await write({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await write({ 'sec-fetch-site': 'none' })).status).toBe(201)
    expect((await write({ 'sec-fetch-site': 'same-origin' })).status).toBe(201)
  })
})

describe('names and pages that are allowed', () => {
  test('are let in, and no others', async () => {
    const gateway = await start({
      adminAllow: {
        origins: ['https://manager.example', 'null'],
        hosts: ['gateway.example', '*.corp.example'],
      },
    })
    const statusOf = async (headers: Headers) =>
      (await askPlainly(`${gateway.admin}/upstreams/u`, 'PUT', { ...form, ...headers }, '')).status
    expect(await statusOf({ origin: 'https://manager.example' })).toBe(200)
    expect(await statusOf({ origin: 'null' })).toBe(200)
    expect(await statusOf({ origin: 'https://manager.example:8443' })).toBe(403)
    expect(await statusOf({ origin: 'http://manager.example' })).toBe(403)
    expect(await statusOf({ host: 'gateway.example:8001' })).toBe(200)
    expect(await statusOf({ host: 'a.corp.example' })).toBe(200)
    expect(await statusOf({ host: 'corp.example' })).toBe(403)
    expect(await statusOf({ host: 'evilcorp.example' })).toBe(403)
    // A page under the very name that the Admin API is reached by.
    expect(await statusOf({ host: 'gateway.example:81', origin: 'http://gateway.example:81' })).toBe(200)
    expect(await statusOf({ host: 'gateway.example:81', origin: 'http://gateway.example:82' })).toBe(403)
    expect(await statusOf({ origin: 'http://gateway.example:81' })).toBe(403)
    const seen = await askPlainly(`${gateway.admin}/`, 'GET', { origin: 'https://manager.example' })
    expect(seen.headers['access-control-allow-origin']).toBe('https://manager.example')
  })

  test('may be all; and all names are not all pages', async () => {
    const open = await start({ adminAllow: { origins: ['*'], hosts: ['*'] } })
    const answer = await askPlainly(`${open.admin}/services`, 'GET', {
      host: 'any.example',
      origin: 'http://evil.example',
    })
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([
      200,
      'http://evil.example',
    ])
    const named = await start({ adminAllow: { origins: [], hosts: ['*'] } })
    const refused = await askPlainly(
      `${named.admin}/services`,
      'POST',
      { ...form, origin: 'http://evil.example' },
      'host=h',
    )
    expect(refused.status).toBe(403)
  })
})

describe('listening on all addresses', () => {
  test('the names and addresses of the machine are its own, and no others', async () => {
    const gateway = await start({ adminListen: { host: '0.0.0.0', port: 0 } })
    const base = `http://127.0.0.1:${portOf(gateway)}`
    const addresses = Object.values(networkInterfaces()).flatMap(list =>
      (list ?? []).map(({ address }) => address),
    )
    const own = [hostname(), hostname().toUpperCase(), ...addresses.filter(one => !one.includes('%'))]
    for (const name of own) {
      const host = name.includes(':') ? `[${name}]:8001` : `${name}:8001`
      expect((await askPlainly(`${base}/`, 'GET', { host })).status, host).toBe(200)
    }
    for (const host of ['evil.example', '192.0.2.77', `${hostname()}.evil.example`]) {
      expect((await askPlainly(`${base}/`, 'GET', { host })).status, host).toBe(403)
    }
  })
})
