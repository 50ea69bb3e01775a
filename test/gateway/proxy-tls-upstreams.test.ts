/**
 * Services behind TLS: who is trusted, what the gateway shows of itself, and how it tells that there is no
 * connection.
 */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createServer, type Server } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority } from '../support/certificates.ts'
import { kong28, kong39, type Wanted } from '../support/proxy-sets.ts'
import { type RunningProxy, startProxy } from '../support/running-proxy.ts'
import { until } from '../support/until.ts'

const root = await createAuthority('root')
const middle = await root.below('middle')
const lowest = await middle.below('lowest')
const own = await root.sign('upstream.example')
const far = await lowest.sign('upstream.example')
const client = await root.sign('gateway')
const other = await createAuthority('other')

/** Tells who asked, and by which name. */
const tlsFacts = ({ socket }: IncomingMessage) => {
  const { servername, authorized, getPeerCertificate } = socket as TLSSocket & { servername: string | false }
  return JSON.stringify({ servername, authorized, client: getPeerCertificate.call(socket).subject?.CN })
}

async function start(pair: { cert: string; key: string }): Promise<Server> {
  const server = createServer(
    { ...pair, ca: root.cert, requestCert: true, rejectUnauthorized: false },
    (request, response) => response.end(tlsFacts(request)),
  )
  server.on('upgrade', (request, socket) =>
    socket.end(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n${tlsFacts(request)}`,
    ),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

const portOf = (server: Server) => (server.address() as AddressInfo).port

let near: Server
let distant: Server
const open: RunningProxy[] = []

beforeAll(async () => {
  near = await start(own)
  distant = await start({ cert: far.cert + lowest.cert + middle.cert, key: far.key })
})
afterAll(() => {
  for (const server of [near, distant]) {
    server.closeAllConnections()
    server.close()
  }
})
afterEach(async () => {
  for (const proxy of open.splice(0)) await proxy.close()
})

const entities = (service: object, more: Wanted = {}): Wanted => ({
  service: [{ id: 's', protocol: 'https', host: 'u', retries: 0, ...service }],
  upstream: [{ id: 'u', name: 'u', host_header: 'upstream.example', ...more['upstream']?.[0] }],
  target: [{ id: 't', target: `127.0.0.1:${portOf(near)}`, upstream: { id: 'u' } }],
  route: [{ id: 'r', paths: ['/'], service: { id: 's' } }],
  certificate: [{ id: 'client', cert: client.cert, key: client.key }],
  'ca-certificate': [
    { id: 'root', cert: root.cert },
    { id: 'other', cert: other.cert },
  ],
  ...Object.fromEntries(Object.entries(more).filter(([kind]) => kind !== 'upstream')),
})

async function proxyTo(service: object, more: Wanted = {}, version = kong39): Promise<RunningProxy> {
  const proxy = await startProxy(version, entities(service, more))
  open.push(proxy)
  return proxy
}

async function answer(service: object, more: Wanted = {}, version = kong39) {
  const { url } = await proxyTo(service, more, version)
  const response = await fetch(url)
  const text = await response.text()
  return { status: response.status, text, seen: response.status === 200 ? JSON.parse(text) : undefined }
}

const distantTarget = (): Wanted => ({
  target: [{ id: 't', target: `127.0.0.1:${portOf(distant)}`, upstream: { id: 'u' } }],
})

describe('a service behind TLS', () => {
  it('is asked for by the name in its Host header, and not checked unless that is wished', async () => {
    expect((await answer({})).seen).toMatchObject({ servername: 'upstream.example' })
    expect((await answer({ host: '127.0.0.1', port: portOf(near) })).seen).toMatchObject({
      servername: false,
    })
  })

  it.each([kong28, kong39])(
    'is trusted where one of its authorities signed its certificate ($text)',
    async version => {
      const verified = { tls_verify: true, ca_certificates: ['other', 'root'] }
      expect((await answer(verified, {}, version)).status).toBe(200)
      const distrusted = await answer({ tls_verify: true, ca_certificates: ['other'] }, {}, version)
      expect(distrusted.status).toBe(502)
      expect(distrusted.text).toContain('An invalid response was received from the upstream server')
    },
  )

  it('is not trusted without authorities', async () => {
    expect((await answer({ tls_verify: true })).status).toBe(502)
  })

  it('has to be who it is asked for', async () => {
    const named = { upstream: [{ host_header: 'else.example' }] }
    expect((await answer({ tls_verify: true, ca_certificates: ['root'] }, named)).status).toBe(502)
    expect((await answer({ tls_verify: false }, named)).status).toBe(200)
  })

  it.each([
    [null, 502],
    [1, 502],
    [2, 200],
  ])('may have %o certificates between its own and the trusted one', async (tls_verify_depth, status) => {
    const service = {
      tls_verify: true,
      ca_certificates: ['root'],
      ...(tls_verify_depth && { tls_verify_depth }),
    }
    expect((await answer(service, distantTarget())).status).toBe(status)
  })

  it('is shown a client certificate: its own, or its upstream’s', async () => {
    const shown = { client_certificate: { id: 'client' } }
    expect((await answer({})).seen).toMatchObject({ authorized: false })
    expect((await answer(shown)).seen).toMatchObject({ authorized: true, client: 'gateway' })
    expect((await answer({}, { upstream: [shown] })).seen).toMatchObject({ client: 'gateway' })
  })

  it('is probed with the client certificate of its upstream', async () => {
    const active = { type: 'https', https_verify_certificate: false, healthy: { interval: 0.05 } }
    const shown = { client_certificate: { id: 'client' }, healthchecks: { active } }
    const clients = new Set<string | undefined>()
    const note = (request: IncomingMessage) => clients.add(JSON.parse(tlsFacts(request)).client)
    near.on('request', note)
    await proxyTo({}, { upstream: [shown] })
    await until(() => clients.size > 0, 'a probe came')
    near.off('request', note)
    expect([...clients]).toEqual(['gateway'])
  })

  it('gets a new connection when its settings change', async () => {
    const proxy = await proxyTo({})
    expect((await fetch(proxy.url)).status).toBe(200)
    proxy.configure(entities({ tls_verify: true, ca_certificates: ['other'] }))
    expect((await fetch(proxy.url)).status).toBe(502)
    proxy.configure(entities({ tls_verify: true, ca_certificates: ['root'] }))
    expect((await fetch(proxy.url)).status).toBe(200)
  })

  it('is checked for WebSockets too', async () => {
    const ask = async (service: object) => {
      const { port } = await proxyTo(service)
      const socket = connect(port, '127.0.0.1')
      socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
      const [first] = await once(socket, 'data')
      socket.destroy()
      return String(first).split('\r\n', 1)[0]
    }
    expect(await ask({ tls_verify: true, ca_certificates: ['root'] })).toBe(
      'HTTP/1.1 101 Switching Protocols',
    )
    expect(await ask({ tls_verify: true, ca_certificates: ['other'] })).toBe('HTTP/1.1 502 Bad Gateway')
  })

  it('that speaks no TLS is a bad gateway', async () => {
    const { createServer: createPlain } = await import('node:http')
    const plain = createPlain((_request, response) => response.end('plain'))
    plain.listen(0, '127.0.0.1')
    await once(plain, 'listening')
    const { port } = plain.address() as AddressInfo
    expect((await answer({ host: '127.0.0.1', port })).status).toBe(502)
    plain.close()
  })
})
