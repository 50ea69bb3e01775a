/**
 * Clients that come over TLS: the certificate they are shown, the HTTP they speak, and what routes make of
 * it.
 */
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { request } from 'node:https'
import { type ConnectionOptions, connect, type PeerCertificate } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority, type Pair } from '../support/certificates.ts'
import { type EchoBackend, startEchoBackend } from '../support/echo-backend.ts'
import { kong28, kong39, type Wanted } from '../support/proxy-sets.ts'
import { type RunningProxy, serviceAt, startProxy } from '../support/running-proxy.ts'

const authority = await createAuthority()
const exact = await authority.sign('a.example')
const wide = await authority.sign('*.example')

const certificates = (pairs: Readonly<Record<string, Pair>>): Wanted => ({
  certificate: Object.entries(pairs).map(([id, { cert, key }]) => ({ id, cert, key })),
  sni: Object.keys(pairs).map(name => ({ id: `sni-${name}`, name, certificate: { id: name } })),
})

let backend: EchoBackend
const open: { close(): unknown }[] = []

beforeAll(async () => {
  backend = await startEchoBackend({ name: 'b' })
})
afterAll(() => backend.close())
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function proxyWith(wanted: Wanted = {}, version = kong39): Promise<RunningProxy> {
  const proxy = await startProxy(version, { ...serviceAt(backend.port), ...wanted })
  open.push(proxy)
  return proxy
}

async function shown(
  { tlsPort }: RunningProxy,
  servername?: string,
  options: ConnectionOptions = {},
): Promise<PeerCertificate> {
  const socket = connect({
    port: tlsPort,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    ...(servername && { servername }),
    ...options,
  })
  await once(socket, 'secureConnect')
  const certificate = socket.getPeerCertificate()
  socket.destroy()
  return certificate
}

async function ask({ tlsPort }: RunningProxy, path = '/', servername = 'a.example', headers = {}) {
  const sent = request({
    port: tlsPort,
    host: '127.0.0.1',
    path,
    servername,
    headers,
    rejectUnauthorized: false,
    agent: false,
  })
  sent.end()
  const [response] = await once(sent, 'response')
  let text = ''
  for await (const chunk of response) text += chunk
  return { status: response.statusCode as number, headers: response.headers, text }
}

async function askHttp2({ tlsPort }: RunningProxy, headers: Record<string, string>, body?: Buffer) {
  const session = connectHttp2(`https://localhost:${tlsPort}`, { rejectUnauthorized: false })
  try {
    const stream = session.request({
      ':path': '/',
      ':method': body === undefined ? 'GET' : 'POST',
      ...headers,
    })
    stream.end(body)
    const [answer] = await once(stream, 'response')
    let text = ''
    for await (const chunk of stream) text += chunk
    return { status: Number(answer[':status']), headers: answer as Record<string, unknown>, text }
  } finally {
    session.close()
  }
}

const seenBy = (text: string): Record<string, string> => Object.fromEntries(JSON.parse(text).headers)

describe('the certificate shown', () => {
  it('is one for localhost where none was configured', async () => {
    const proxy = await proxyWith()
    expect((await shown(proxy)).subject.CN).toBe('localhost')
    expect((await shown(proxy, 'a.example')).subject.CN).toBe('localhost')
  })

  it('is that of the name asked for, and of a wildcard where no name fits', async () => {
    const proxy = await proxyWith(certificates({ 'www.a.example': exact, '*.a.example': wide }))
    expect((await shown(proxy, 'www.a.example')).subject.CN).toBe('a.example')
    expect((await shown(proxy, 'other.a.example')).subject.CN).toBe('*.example')
    expect((await shown(proxy, 'a.example')).subject.CN).toBe('localhost')
  })

  it('is that of the name asked for, though the default one has another kind of key', async () => {
    const proxy = await proxyWith(certificates({ 'a.example': await authority.sign('rsa.example', 'rsa') }))
    expect((await shown(proxy, 'a.example')).subject.CN).toBe('rsa.example')
    expect((await shown(proxy, 'a.example', { maxVersion: 'TLSv1.2' })).subject.CN).toBe('rsa.example')
    expect((await shown(proxy)).subject.CN).toBe('localhost')
  })

  it('is the alternative one for clients of its kind', async () => {
    const rsa = await authority.sign('rsa.example', 'rsa')
    const wanted = certificates({ 'a.example': rsa })
    const alternative = wanted['certificate']?.map(one => ({
      ...one,
      cert_alt: exact.cert,
      key_alt: exact.key,
    }))
    const proxy = await proxyWith({ ...wanted, certificate: alternative ?? [] })
    const byCipher = async (kind: 'RSA' | 'ECDSA') => {
      const ciphers = `ECDHE-${kind}-AES128-GCM-SHA256`
      return (await shown(proxy, 'a.example', { ciphers, maxVersion: 'TLSv1.2' })).subject.CN
    }
    expect(await byCipher('RSA')).toBe('rsa.example')
    expect(await byCipher('ECDSA')).toBe('a.example')
  })

  it('is another one as soon as it has changed', async () => {
    const proxy = await proxyWith(certificates({ 'a.example': exact }))
    expect((await shown(proxy, 'a.example')).subject.CN).toBe('a.example')
    proxy.configure({ ...serviceAt(backend.port), ...certificates({ 'a.example': wide }) })
    expect((await shown(proxy, 'a.example')).subject.CN).toBe('*.example')
    proxy.configure(serviceAt(backend.port))
    expect((await shown(proxy, 'a.example')).subject.CN).toBe('localhost')
  })
})

describe('HTTP/1.1 over TLS', () => {
  it('reaches the upstream, with the protocol in a header', async () => {
    const proxy = await proxyWith()
    const { status, text } = await ask(proxy)
    expect(status).toBe(200)
    expect(seenBy(text)).toMatchObject({
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Port': String(proxy.tlsPort),
    })
  })

  it('finds routes for https alone, which are refused or sent on without TLS', async () => {
    const routes = [426, 301, 308].map(status => ({
      paths: [`/${status}`],
      protocols: ['https'],
      https_redirect_status_code: status,
      service: { id: 's' },
    }))
    const proxy = await proxyWith({ route: routes })
    expect((await ask(proxy, '/426')).status).toBe(200)
    const plain = (path: string) => fetch(proxy.url + path, { redirect: 'manual' })
    expect((await plain('/426')).status).toBe(426)
    const moved = await plain('/301/x?y=1')
    expect(moved.status).toBe(301)
    expect(moved.headers.get('location')).toBe('https://127.0.0.1/301/x?y=1')
    expect((await plain('/308')).status).toBe(308)
  })

  it('finds routes for http alone too, as Kong does', async () => {
    const proxy = await proxyWith({ route: [{ paths: ['/'], protocols: ['http'], service: { id: 's' } }] })
    expect((await ask(proxy)).status).toBe(200)
  })

  it.each([kong28, kong39])(
    'finds routes by the name asked for, which plain clients need not say ($text)',
    async version => {
      const routes = ['a.example', 'b.example'].map(name => ({
        id: name,
        paths: ['/'],
        snis: [name],
        protocols: ['http', 'https'],
        service: { id: name },
      }))
      const service = ['a.example', 'b.example'].map(id => ({
        id,
        host: '127.0.0.1',
        port: backend.port,
        path: `/${id}`,
      }))
      const proxy = await proxyWith({ service, route: routes }, version)
      expect(JSON.parse((await ask(proxy, '/', 'a.example')).text).path).toBe('/a.example')
      expect(JSON.parse((await ask(proxy, '/', 'b.example')).text).path).toBe('/b.example')
      expect((await ask(proxy, '/', 'c.example')).status).toBe(404)
      expect((await fetch(proxy.url)).status).toBe(200)
    },
  )
})

describe('HTTP/2 over TLS', () => {
  it('reaches an HTTP/1.1 upstream with one Host and one Cookie', async () => {
    const proxy = await proxyWith()
    const { status, headers, text } = await askHttp2(proxy, {
      ':authority': 'h2.example',
      cookie: 'a=1',
      'x-one': '1',
    })
    expect(status).toBe(200)
    expect(seenBy(text)).toMatchObject({
      'X-Forwarded-Host': 'h2.example',
      Via: '2 kong/3.9.1',
      cookie: 'a=1',
      'x-one': '1',
    })
    expect(headers['via']).toBe('1.1 kong/3.9.1')
    expect(headers['connection']).toBeUndefined()
  })

  it('carries bodies both ways, also without a length', async () => {
    const proxy = await proxyWith()
    const body = Buffer.alloc(300_000, 'x')
    const { text } = await askHttp2(proxy, { 'content-type': 'text/plain' }, body)
    expect(JSON.parse(text).body.length).toBe(body.length)
  })

  it('gets the gateway’s own answers too', async () => {
    const proxy = await proxyWith({ route: [] })
    const { status, text } = await askHttp2(proxy, {})
    expect(status).toBe(404)
    expect(JSON.parse(text).message).toBe('no Route matched with those values')
  })

  it('keeps headers that come more than once', async () => {
    const proxy = await proxyWith()
    const { headers } = await askHttp2(proxy, { ':path': '/?hdr=Set-Cookie:a=1&hdr=Set-Cookie:b=2' })
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2'])
  })

  it('sees a response that broke off as broken', async () => {
    const proxy = await proxyWith()
    const session = connectHttp2(`https://localhost:${proxy.tlsPort}`, { rejectUnauthorized: false })
    open.push(session)
    const stream = session.request({ ':path': '/?size=50000000' })
    await once(stream, 'response')
    const broken = once(stream, 'error')
    stream.resume()
    await backend.kill()
    expect(await broken).toMatchObject([{ code: 'ERR_HTTP2_STREAM_ERROR' }])
    await backend.restart()
  })
})
