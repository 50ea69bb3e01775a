/**
 * What an Admin API says beside entities: statuses, headers, bodies it cannot read, pages of lists, the
 * clock.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Gateway } from '../../src/gateway/gateway.ts'
import { realSurroundings } from '../../src/gateway/store/surroundings.ts'
import { ask, askRaw } from '../support/ask.ts'
import { startBareGateway } from '../support/bare-gateway.ts'

const three = { major: 3, minor: 9, text: '3.9' }
const two = { major: 2, minor: 8, text: '2.8' }

describe('the Admin API over HTTP', () => {
  let gateway: Gateway
  let old: Gateway
  let later = 0
  beforeAll(async () => {
    const around = { ...realSurroundings, now: () => Date.now() + later }
    gateway = await startBareGateway({ version: three }, { around })
    old = await startBareGateway({ version: two })
  })
  afterAll(async () => {
    await gateway.close()
    await old.close()
  })

  it('signs every answer as the version it plays', async () => {
    const answer = await ask(gateway.admin, 'GET', '/services')
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      server: 'kong/3.9.1',
      'access-control-allow-origin': '*',
      'access-control-allow-credentials': 'true',
      'content-type': 'application/json; charset=utf-8',
    })
    expect(Number(answer.headers.get('x-kong-admin-latency'))).toBeGreaterThanOrEqual(0)
    const before = await ask(old.admin, 'GET', '/services')
    expect(before.headers.get('server')).toBe('kong/2.8.5')
    expect(before.headers.get('access-control-allow-credentials')).toBeNull()
  })

  it('says where it listens, and counts what comes', async () => {
    const { configuration } = (await ask(gateway.admin, 'GET', '/')).json
    const { hostname, port } = new URL(gateway.admin)
    expect(configuration).toMatchObject({
      admin_listeners: [{ listener: `${hostname}:${port}`, ip: hostname, port: Number(port), ssl: false }],
    })
    const requests = async () => {
      const { server } = (await ask(gateway.admin, 'GET', '/status')).json
      return (server as Record<string, number>)['total_requests'] ?? 0
    }
    const before = await requests()
    await ask(gateway.admin, 'GET', '/services')
    expect(await requests()).toBe(before + 2)
  })

  it.each([
    ['GET', '/nope', 404, 'Not found'],
    ['OPTIONS', '/targets', 404, 'Not found'],
    ['PUT', '/services', 405, 'Method not allowed'],
    ['POST', '/services/x', 405, 'Method not allowed'],
  ])('%s %s is %i', async (method, path, status, message) => {
    const answer = await ask(
      gateway.admin,
      method,
      path,
      method === 'PUT' || method === 'POST' ? {} : undefined,
    )
    expect([answer.status, answer.json]).toEqual([status, { message }])
  })

  it('lists the methods of an endpoint', async () => {
    const answer = await ask(gateway.admin, 'OPTIONS', '/services/x')
    expect(answer.status).toBe(204)
    expect(answer.headers.get('allow')).toBe('DELETE, GET, HEAD, OPTIONS, PATCH, PUT')
    expect(answer.headers.get('access-control-allow-headers')).toBe('Content-Type')
  })

  it('lets browsers send the headers that they ask for', async () => {
    const answer = await fetch(`${gateway.admin}/services`, {
      method: 'OPTIONS',
      headers: { Origin: 'http://localhost:5173', 'Access-Control-Request-Headers': 'content-type, x-mine' },
    })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://localhost:5173')
    expect(answer.headers.get('access-control-allow-headers')).toBe('content-type, x-mine')
  })

  it.each([
    ['application/json', '{', 400],
    ['application/json', '', 400],
    ['application/json', '{"host":"h"} x', 400],
    ['application/json', 'null', 400],
    ['application/json', '[1]', 400],
    ['application/json', '{"host":"h","retries":0x5}', 201],
    ['text/plain', 'x', 415],
    ['multipart/form-data', 'no boundary', 400],
    ['multipart/form-data; boundary=x', 'garbage', 400],
    ['application/json', `{"host":"${'h'.repeat(11 * 2 ** 20)}"}`, 413],
  ])('a body of type %s like %.20s is answered %i, not with a break-down', async (type, body, status) => {
    const answer = await askRaw(gateway.admin, 'POST', '/services', body, type)
    expect(answer.status, answer.text).toBe(status)
  })

  it('answers an unknown method and an invalid path', async () => {
    expect(await raw(gateway.admin, 'FOO /services HTTP/1.1')).toContain('405')
    expect(await raw(gateway.admin, 'FOO /nope HTTP/1.1')).toContain('404 Not Found')
    expect(await raw(gateway.admin, 'TRACE /nope HTTP/1.1')).toContain('<h1>405 Not Allowed</h1>')
    expect(await raw(gateway.admin, 'GET /services/%zz HTTP/1.1')).toContain('400 Bad Request')
    expect(await raw(gateway.admin, 'GET //services HTTP/1.1')).toContain('404')
  })

  it('pages through a list without losing or repeating anything', async () => {
    for (let n = 0; n < 7; n++) await ask(gateway.admin, 'PUT', `/consumers/page-${n}`, { tags: ['paged'] })
    const seen: string[] = []
    let next: unknown = '/consumers?size=3&tags=paged'
    while (typeof next === 'string') {
      const { json } = await ask(gateway.admin, 'GET', next)
      seen.push(...(json['data'] as { username: string }[]).map(one => one.username))
      next = json['next']
    }
    expect(seen.toSorted()).toEqual(Array.from({ length: 7 }, (_, n) => `page-${n}`))
  })

  it('answers a request under way before it closes, and then ends the connection', async () => {
    const closing = await startBareGateway({ version: three })
    const { hostname, port } = new URL(closing.admin)
    const socket = connect(Number(port), hostname)
    const body = '{"name":"last","host":"h"}'
    const head = ['POST /services HTTP/1.1', 'Host: localhost', 'Content-Type: application/json']
    const rest = ['Expect: 100-continue', `Content-Length: ${body.length}`]
    socket.write(`${[...head, ...rest].join('\r\n')}\r\n\r\n`)
    expect(String(await once(socket, 'data'))).toContain('100 Continue')
    const closed = closing.close(60_000)
    socket.write(body)
    const answer = String(await once(socket, 'data'))
    await closed
    expect(answer).toMatch(/^HTTP\/1\.1 201 Created\r\n/)
    expect(answer).toContain('\r\nConnection: close\r\n')
  })

  it('lets a key die when its time is over', async () => {
    await ask(gateway.admin, 'PUT', '/consumers/mortal', {})
    const made = await ask(gateway.admin, 'POST', '/consumers/mortal/key-auth', { key: 'short', ttl: 10 })
    expect(made.json['ttl']).toBe(9)
    expect((await ask(gateway.admin, 'GET', '/key-auths/short')).status).toBe(200)
    later += 10_001
    expect((await ask(gateway.admin, 'GET', '/key-auths/short')).status).toBe(404)
  })
})

/** One line as it is; the answer up to the closed connection. */
function raw(admin: string, line: string): Promise<string> {
  const { hostname, port } = new URL(admin)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let answer = ''
    socket.on('data', chunk => {
      answer += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
    socket.write(`${line}\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
  })
}
