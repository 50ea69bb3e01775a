/**
 * The client against servers that behave, and such that do not. Real sockets, no waiting: pauses between
 * tries are fractions of a second.
 */
import { createServer as createTlsServer } from 'node:https'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type AdminClient, createClient } from '../../src/admin-client/client.ts'
import { listAll } from '../../src/admin-client/list.ts'
import type { ClientSettings } from '../../src/admin-client/settings.ts'
import { readVersion } from '../../src/admin-client/version.ts'
import { AdminApiError, ConnectionError } from '../../src/errors.ts'
import { certificate, privateKey } from '../support/client-certificate.ts'
import { answers, babble, json, listen, reset, serve, silence } from '../support/client-server.ts'

async function clientOf(address: string, settings: Partial<ClientSettings> = {}): Promise<AdminClient> {
  const client = await createClient({ address, timeoutSeconds: 5, ...settings })
  onTestFinished(() => client.close())
  return client
}

const failureOf = (work: Promise<unknown>): Promise<Error & { hint?: string }> =>
  work.then(
    () => new Error('it worked'),
    error => error,
  )

describe('tries again', () => {
  it.each([429, 500, 502, 503, 504])('after HTTP status %i', async status => {
    const server = await serve(answers(json(status, { message: 'later' }), json(200, { ok: true })))
    const client = await clientOf(server.address)
    expect(await client.put('/services/a', { name: 'a' })).toEqual({ ok: true })
    expect(client.retries()).toBe(1)
    expect(server.asked.map(({ body }) => body)).toEqual(['{"name":"a"}', '{"name":"a"}'])
  })

  it('after a connection that breaks', async () => {
    const server = await serve(answers(reset, json(200, {})))
    const client = await clientOf(server.address)
    await client.delete('/services/a')
    expect(client.retries()).toBe(1)
  })

  it('not for a POST, unless it changes nothing', async () => {
    const server = await serve(answers(json(503, { message: 'later' }), json(200, {})))
    const client = await clientOf(server.address)
    const error = await failureOf(client.post('/upstreams/u/targets', {}))
    expect(error).toBeInstanceOf(AdminApiError)
    const again = await serve(answers(json(503, { message: 'later' }), json(200, {})))
    await (await clientOf(again.address)).post('/schemas/services/validate', {}, 'question')
    expect(again.asked).toHaveLength(2)
  })

  it('not after an answer that is final', async () => {
    const server = await serve(
      json(400, { message: 'no', name: 'schema violation', fields: { host: 'bad' } }),
    )
    const client = await clientOf(server.address)
    const error = await failureOf(client.put('/services/a', {}))
    expect(error).toMatchObject({
      status: 400,
      kongMessage: 'no',
      kongName: 'schema violation',
      fields: { host: 'bad' },
    })
    expect(error.message).toBe('HTTP status 400 (message: "no")')
    expect(server.asked).toHaveLength(1)
  })

  it('not when the server asks for more patience than there is time', async () => {
    const server = await serve(json(503, { message: 'busy' }, { 'retry-after': '3600' }))
    const client = await clientOf(server.address)
    expect(await failureOf(client.get('/services'))).toMatchObject({ status: 503 })
    expect(server.asked).toHaveLength(1)
  })
})

describe('says what is wrong', () => {
  it('at once where no server listens', async () => {
    const client = await clientOf('http://127.0.0.1:1')
    const error = await failureOf(readVersion(client))
    expect(error).toBeInstanceOf(ConnectionError)
    expect(error.message).toBe(
      'reading Kong version: making HTTP request: Get "http://127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused',
    )
    expect(error.hint).toContain('--kong-addr')
    expect(client.retries()).toBe(0)
  })

  it('not for the time in which this process did something else', async () => {
    const server = await serve(json(200, { version: '3.9.1' }))
    const client = await clientOf(server.address, { timeoutSeconds: 2 })
    const asked = client.get('/')
    await new Promise(resolve => setImmediate(resolve))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500)
    expect(await asked).toEqual({ version: '3.9.1' })
    expect(client.retries()).toBe(0)
  })

  it('where there is no answer in time', async () => {
    const server = await serve(silence)
    const client = await clientOf(server.address, { timeoutSeconds: 0.2 })
    const error = await failureOf(client.get('/services'))
    expect(error.message).toContain('no response within 0.2 s')
    expect(error.hint).toContain('--timeout')
  })

  it('where the port speaks something else than HTTP', async () => {
    const server = await serve(babble)
    const error = await failureOf((await clientOf(server.address)).get('/'))
    expect(error.message).toContain('does not speak HTTP')
  })

  it('where a web page answers', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>\n<h1>Hello</h1></html>')
    })
    const error = await failureOf(readVersion(await clientOf(server.address)))
    expect(error.message).toContain('the response is not JSON (text/html): <html> <h1>Hello</h1></html>')
    expect(error.hint).toContain('8001')
  })

  it('where the proxy answers instead of the Admin API', async () => {
    const server = await serve(json(404, { message: 'no Route matched with those values' }))
    const error = await failureOf(readVersion(await clientOf(server.address)))
    expect(error.message).toBe(
      'reading Kong version: HTTP status 404 (message: "no Route matched with those values")',
    )
    expect(error.hint).toContain('check --kong-addr')
  })

  it('where no version is named, or a strange one', async () => {
    const silent = await clientOf((await serve(json(200, { hello: 'world' }))).address)
    expect((await failureOf(readVersion(silent))).message).toContain('has no version')
    const strange = await clientOf((await serve(json(200, { version: 'banana' }))).address)
    expect((await failureOf(readVersion(strange))).message).toBe(
      'parsing Kong version: unknown Kong version "banana"',
    )
  })

  it('where a redirect would take the token elsewhere', async () => {
    const other = await serve(json(200, {}))
    const server = await serve((_request, response) => {
      response.writeHead(302, { location: `${other.address}/` }).end()
    })
    const client = await clientOf(server.address, { token: 'secret' })
    const error = await failureOf(client.get('/'))
    expect(error.message).toContain(`a redirect to ${other.address}/`)
    expect(other.asked).toEqual([])
  })

  it('where plain HTTP is spoken to a TLS client', async () => {
    const server = await serve(json(200, {}))
    const error = await failureOf((await clientOf(server.address.replace('http:', 'https:'))).get('/'))
    expect(error.message).toContain('does not speak TLS')
    expect(error.hint).toContain('http://')
  })
})

describe('sends', () => {
  it('headers, the token above a header of its name, and who it is', async () => {
    const server = await serve(json(200, {}))
    const client = await clientOf(`${server.address}//`, {
      headers: { 'x-team': 'a', 'kong-admin-token': 'old' },
      token: 'new',
      userAgent: 'deck/1',
    })
    await client.get('/services', { size: 1000, tags: 'a,b' })
    expect(server.asked[0]).toMatchObject({
      url: '/services?size=1000&tags=a%2Cb',
      headers: { 'x-team': 'a', 'kong-admin-token': 'new', 'user-agent': 'deck/1' },
    })
  })

  it('paths below the workspace, but for the root', async () => {
    const server = await serve(json(200, {}))
    const client = await clientOf(server.address, { workspace: 'team' })
    await client.get('/')
    await client.get('/services')
    await client.within('').get('/services')
    expect(server.asked.map(({ url }) => url)).toEqual(['/', '/team/services', '/services'])
  })

  it('one request after the other over one connection', async () => {
    const sockets = new Set<unknown>()
    const server = await serve((request, response) => {
      sockets.add(request.socket)
      response.end('{}')
    })
    const client = await clientOf(server.address)
    for (const path of ['/a', '/b', '/c']) await client.get(path)
    expect(sockets.size).toBe(1)
  })
})

it('has no complaint about many requests at once', async () => {
  const warnings: Error[] = []
  const note = (warning: Error) => warnings.push(warning)
  process.on('warning', note)
  onTestFinished(() => {
    process.off('warning', note)
  })
  const server = await serve(json(200, {}))
  const client = await clientOf(server.address, { signal: new AbortController().signal })
  await Promise.all(Array.from({ length: 40 }, (_, at) => client.get(`/${at}`)))
  expect(warnings).toEqual([])
})

describe('stops', () => {
  it('ends what only reads', async () => {
    const stop = new AbortController()
    const server = await serve(() => stop.abort())
    const client = await clientOf(server.address, { signal: stop.signal })
    expect((await failureOf(client.get('/services'))).message).toBe('interrupted')
  })

  it('lets a change finish, and begins none', async () => {
    const stop = new AbortController()
    const server = await serve((_request, response) => {
      stop.abort()
      response.end('{"id":"a"}')
    })
    const client = await clientOf(server.address, { signal: stop.signal })
    expect(await client.put('/services/a', {})).toEqual({ id: 'a' })
    expect((await failureOf(client.put('/services/b', {}))).message).toBe('interrupted')
    expect(server.asked).toHaveLength(1)
  })
})

it('writes what is sent and answered, without secrets, when asked to be verbose', async () => {
  const lines: string[] = []
  const server = await serve(json(200, { id: 'a', key: 'answered-secret' }))
  const client = await clientOf(server.address, {
    verbose: 1,
    log: line => lines.push(line),
    token: 'token-secret',
  })
  await client.put('/key-auths/a', { key: 'sent-secret', config: { redis_password: 'pw-secret', minute: 5 } })
  const text = lines.join('\n')
  expect(text).toContain(`> PUT ${server.address}/key-auths/a`)
  expect(text).toContain('> Kong-Admin-Token: [masked]')
  expect(text).toContain('"minute":5')
  expect(text).toContain('< 200 OK')
  expect(text).not.toContain('secret')
})

describe('over TLS', () => {
  async function secureServer(): Promise<string> {
    const server = createTlsServer({ cert: certificate, key: privateKey }, (_request, response) =>
      response.end('{}'),
    )
    return `https://127.0.0.1:${await listen(server)}`
  }

  it('refuses a certificate of an unknown authority, and says how to trust it', async () => {
    const error = await failureOf((await clientOf(await secureServer())).get('/'))
    expect(error.hint).toContain('--ca-cert-file')
  })

  it('takes it with --tls-skip-verify, or with its authority and name', async () => {
    const address = await secureServer()
    expect(await (await clientOf(address, { tls: { skipVerify: true } })).get('/')).toEqual({})
    const tls = { ca: certificate, serverName: 'gateway.test' }
    expect(await (await clientOf(address, { tls })).get('/')).toEqual({})
    const wrongName = await failureOf((await clientOf(address, { tls: { ca: certificate } })).get('/'))
    expect(wrongName.hint).toContain('--tls-server-name')
  })
})

describe('reads whole lists', () => {
  it('following the offset', async () => {
    const server = await serve(
      answers(
        json(200, { data: [{ id: '1' }], offset: 'x y' }),
        json(200, { data: [{ id: '2' }], offset: null }),
      ),
    )
    const client = await clientOf(server.address)
    expect(await listAll(client, '/services', ['a', 'b'])).toEqual([{ id: '1' }, { id: '2' }])
    expect(server.asked.map(({ url }) => url)).toEqual([
      '/services?size=1000&tags=a%2Cb',
      '/services?offset=x+y&size=1000&tags=a%2Cb',
    ])
  })

  it('and not for ever', async () => {
    const server = await serve(json(200, { data: [], offset: 'again' }))
    expect((await failureOf(listAll(await clientOf(server.address), '/services'))).message).toContain(
      'the pages of the list repeat',
    )
  })

  it('and no more than a list', async () => {
    const server = await serve(json(200, { data: {} }))
    expect((await failureOf(listAll(await clientOf(server.address), '/services'))).message).toContain(
      'not a list',
    )
  })
})
