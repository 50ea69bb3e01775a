/** Whatever is sent to the Admin API is answered: with no 500, and without keeping anybody waiting. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { type Gateway, startGateway } from '../../src/gateway/gateway.ts'
import { ask } from '../support/ask.ts'
import { anyPort } from '../support/bare-gateway.ts'
import { certificate, privateKey } from '../support/client-certificate.ts'
import { fieldsOfAll, oddRequests, sendOdd } from '../support/odd-requests.ts'

const runs = 1500

describe.each(['2.8', '3.9'])('Kong %s', version => {
  let gateway: Gateway
  let port: number
  let paths: string[]

  beforeAll(async () => {
    const parsed = parseVersion(version)
    if (parsed === undefined) throw new Error(version)
    gateway = await startGateway({ ...anyPort, version: parsed })
    port = Number(new URL(gateway.admin).port)
    paths = (await ask(gateway.admin, 'GET', '/endpoints')).json['data'] as string[]
    const { json } = await ask(gateway.admin, 'POST', '/services', { name: 'toString', host: 'h' })
    await ask(gateway.admin, 'POST', '/routes', { name: '~', paths: ['/a'], service: { id: json['id'] } })
    await ask(gateway.admin, 'POST', '/upstreams', { name: 'constructor' })
    await ask(gateway.admin, 'POST', '/consumers', { username: ';' })
    await ask(gateway.admin, 'POST', '/certificates', { cert: certificate, key: privateKey, snis: ['x'] })
  })

  afterAll(() => gateway.close())

  test('answers any request', async () => {
    const requests = oddRequests(paths, fieldsOfAll, `127.0.0.1:${port}`)
    await fc.assert(
      fc.asyncProperty(requests, async request => {
        // This gateway speaks to no certificate authority, and says so with the status that Kong has for it.
        fc.pre(!/^POST \/+acme[ ?/]/.test(request))
        const { status, text } = await sendOdd(port, request)
        const isAnswered = status >= 100 && status !== 500
        expect(isAnswered, `${request.slice(0, 500)}\n${text.slice(0, 500)}`).toBe(true)
      }),
      { numRuns: runs },
    )
    expect((await ask(gateway.admin, 'GET', '/status')).status).toBe(200)
  })

  test('answers OPTIONS as it answers GET where the path itself is wrong', async () => {
    for (const path of ['/certificates/;/snis', '/certificates/%ff/snis', '/certificates/nobody/snis']) {
      const [get, options] = await Promise.all(
        ['GET', 'OPTIONS'].map(method => ask(gateway.admin, method, path)),
      )
      expect(options?.status, path).toBe(get?.status)
      expect(options?.json, path).toEqual(get?.json)
    }
  })

  test('answers CONNECT, and a method of a body without a type', async () => {
    const host = `Host: 127.0.0.1:${port}\r\nConnection: close`
    const connect = await sendOdd(port, `CONNECT h.example:443 HTTP/1.1\r\n${host}\r\n\r\n`)
    expect(connect.status).toBe(version === '2.8' ? 400 : 405)
    const query = await sendOdd(port, `QUERY /services HTTP/1.1\r\n${host}\r\nContent-Length: 2\r\n\r\n{}`)
    expect(query.status).toBe(405)
  })
})
