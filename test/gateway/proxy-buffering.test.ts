/**
 * What waits on its way until there is more of it, and what a route's `request_buffering` and
 * `response_buffering` change.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Version } from '../../src/entities/language/define.ts'
import { kong28, kong39 } from '../support/proxy-sets.ts'
import { type RunningProxy, serviceAt, startProxy } from '../support/running-proxy.ts'
import { until } from '../support/until.ts'

const open: { close(): unknown }[] = []

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function start(version: Version, listener: RequestListener, route = {}): Promise<RunningProxy> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const wanted = serviceAt((server.address() as AddressInfo).port)
  const routes = wanted['route']?.map(one => ({ ...one, ...route })) ?? []
  const proxy = await startProxy(version, { ...wanted, route: routes })
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  open.push({ close }, proxy)
  return proxy
}

describe('requests', () => {
  /** The bytes that the upstream received so far, and the announced length. */
  function collector() {
    const seen = { body: '', isAsked: false, length: '' as string | undefined }
    const listener: RequestListener = (incoming, response) => {
      seen.isAsked = true
      seen.length = incoming.headers['content-length']
      incoming.on('data', chunk => {
        seen.body += chunk
      })
      incoming.on('end', () => response.end())
    }
    return { seen, listener }
  }

  const post = (port: number, headers = {}) =>
    request({ port, host: '127.0.0.1', method: 'POST', headers: { Expect: '100-continue', ...headers } })

  it.each([kong28, kong39])(
    'are sent on when they are whole, chunks with their length ($text)',
    async version => {
      const { seen, listener } = collector()
      const { port } = await start(version, listener)
      const sent = post(port)
      await once(sent, 'continue')
      sent.write('first')
      await new Promise(resolve => setTimeout(resolve, 50))
      expect(seen.isAsked).toBe(false)
      sent.end('last')
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      expect(response.resume().statusCode).toBe(200)
      expect(seen).toEqual({ body: 'firstlast', isAsked: true, length: '9' })
    },
  )

  it('that are long stream, whole', async () => {
    const { seen, listener } = collector()
    const { port } = await start(kong39, listener)
    const piece = Buffer.alloc(100_000, 'x')
    const sent = post(port)
    for (let turn = 0; turn < 30; turn++) sent.write(piece)
    await until(() => seen.body.length > 0, 'the first of it arrived')
    sent.end('last')
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    expect(response.resume().statusCode).toBe(200)
    expect(seen.length).toBeUndefined()
    expect(seen.body.length).toBe(3_000_004)
    expect(seen.body.endsWith('xlast')).toBe(true)
  })

  it.each([{}, { 'Content-Length': 9 }])(
    'without buffering each piece goes on as it comes: %j',
    async headers => {
      const { seen, listener } = collector()
      const { port } = await start(kong39, listener, { request_buffering: false })
      const sent = post(port, headers)
      sent.write('first')
      await until(() => seen.body === 'first', 'the first piece arrived')
      sent.end('last')
      const [response] = (await once(sent, 'response')) as [IncomingMessage]
      expect(response.resume().statusCode).toBe(200)
      expect(seen.body).toBe('firstlast')
    },
  )

  it('may be left in the middle', async () => {
    const { seen, listener } = collector()
    const proxy = await start(kong39, listener)
    const sent = post(proxy.port).on('error', () => {})
    await once(sent, 'continue')
    sent.write('first')
    sent.destroy()
    expect((await fetch(proxy.url, { method: 'POST', body: 'whole' })).status).toBe(200)
    expect(seen.body).toBe('whole')
    expect(proxy.logged).toEqual([])
  })
})

describe('responses', () => {
  const length = { 'Content-Length': '10' }

  /** Sends half of the body, and the rest when `finish` is called. */
  function halves(headers: Readonly<Record<string, string>>) {
    const held = { finish: () => {}, asked: 0 }
    const listener: RequestListener = (_incoming, response) => {
      response.writeHead(200, headers)
      response.write('first')
      held.asked += 1
      held.finish = () => response.end('last.')
    }
    return { held, listener }
  }

  type Seen = readonly [head: boolean, piece: string]

  /** What came of an answer that is not at its end: as much as is expected, or in some time. */
  async function firstPiece(port: number, expected?: Seen): Promise<Seen> {
    const sent = request({ port, host: '127.0.0.1' }).on('error', () => {})
    sent.end()
    let [isThere, piece] = [false, '']
    sent.on('response', response => {
      isThere = true
      response.on('data', chunk => {
        piece += chunk
      })
    })
    if (expected === undefined) await new Promise(resolve => setTimeout(resolve, 150))
    else await until(() => isThere === expected[0] && piece === expected[1], 'it came')
    sent.destroy()
    return [isThere, piece]
  }

  it('of a known length wait until there is some of them', async () => {
    const { held, listener } = halves(length)
    const { port, url } = await start(kong39, listener)
    expect(await firstPiece(port)).toEqual([false, ''])
    const whole = fetch(url)
    await until(() => held.asked === 2, 'the upstream was asked again')
    held.finish()
    expect(await (await whole).text()).toBe('firstlast.')
  })

  it('of a known length come in large pieces', async () => {
    const piece = 'x'.repeat(3000)
    const { port } = await start(kong39, (_incoming, response) => {
      response.writeHead(200, { 'Content-Length': '9000' })
      response.write(piece)
      setTimeout(() => response.write(piece), 20)
    })
    const both = [true, piece + piece] as const
    expect(await firstPiece(port, both)).toEqual(both)
  })

  it.each<[string, Version, object, Record<string, string>]>([
    ['as the route says', kong39, { response_buffering: false }, length],
    ['as the upstream says', kong39, {}, { ...length, 'X-Accel-Buffering': 'no' }],
    ['chunks never wait', kong28, {}, {}],
  ])('do not wait, %s', async (_why, version, route, headers) => {
    const { listener } = halves(headers)
    const { port } = await start(version, listener, route)
    expect(await firstPiece(port, [true, 'first'])).toEqual([true, 'first'])
  })

  it('without buffering have their head sent at once', async () => {
    const { port } = await start(
      kong39,
      (_incoming, response) => {
        response.writeHead(200, length)
        response.flushHeaders()
      },
      { response_buffering: false },
    )
    expect(await firstPiece(port, [true, ''])).toEqual([true, ''])
  })

  it('X-Accel headers of upstreams are not sent to clients', async () => {
    const { url } = await start(kong39, (_incoming, response) => {
      response.setHeader('X-Accel-Expires', '5')
      response.setHeader('X-Other', 'a')
      response.end()
    })
    const { headers } = await fetch(url)
    expect([headers.get('x-accel-expires'), headers.get('x-other')]).toEqual([null, 'a'])
  })
})
