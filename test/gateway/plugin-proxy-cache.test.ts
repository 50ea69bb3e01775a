/**
 * proxy-cache: what is kept and for how long, what clients and upstreams may wish, and what the Admin API
 * shows of it.
 */
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DataPlane, PluginAnswer } from '../../src/gateway/data-plane.ts'
import { type Plugged, plugin, refusalOf, startPlugged } from '../support/plugged-proxy.ts'
import { kong28, kong39, type Wanted } from '../support/proxy-sets.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1, 12) })
})
afterEach(() => {
  vi.useRealTimers()
})

const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000)

const cached = (config: object): Wanted => ({
  plugin: [{ id: 'p', ...plugin('proxy-cache', { strategy: 'memory', cache_ttl: 10, ...config }) }],
})

/** What became of the request, as the header tells it. */
const statusOf =
  ({ ask }: Plugged) =>
  async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const response = await ask(path, { method, headers })
    await response.text()
    return response.headers.get('x-cache-status') ?? String(response.status)
  }

describe('what is kept', () => {
  it('is of the wanted methods, statuses and types', async () => {
    const status = statusOf(
      await startPlugged(
        kong39,
        cached({
          request_method: ['GET', 'POST'],
          response_code: [200, 404],
          content_type: ['application/*', 'text/plain;a=1'],
        }),
      ),
    )
    const twice = async (path: string, method = 'GET') => [
      await status(path, {}, method),
      await status(path, {}, method),
    ]
    expect(await twice('/a')).toEqual(['Miss', 'Hit'])
    expect(await twice('/a', 'POST')).toEqual(['Miss', 'Hit'])
    expect(await twice('/a', 'PUT')).toEqual(['Bypass', 'Bypass'])
    expect(await twice('/?status=404')).toEqual(['Miss', 'Hit'])
    expect(await twice('/?status=500')).toEqual(['Bypass', 'Bypass'])
    expect(await twice('/?type=text/plain')).toEqual(['Bypass', 'Bypass'])
    expect(await twice('/?type=TEXT/plain; a=1')).toEqual(['Miss', 'Hit'])
  })

  it('2.8 wants the very type', async () => {
    const status = statusOf(await startPlugged(kong28, cached({ content_type: ['application/json'] })))
    expect([await status('/'), await status('/')]).toEqual(['Miss', 'Hit'])
    const charset = '/?type=application/json;charset=utf-8'
    expect([await status(charset), await status(charset)]).toEqual(['Bypass', 'Bypass'])
  })

  it('varies by arguments and headers, and by case unless configured otherwise', async () => {
    const config = { vary_query_params: ['a'], vary_headers: ['x-v'], ignore_uri_case: true }
    const status = statusOf(await startPlugged(kong39, cached(config)))
    expect(await status('/p?a=1&b=1')).toBe('Miss')
    expect(await status('/P?b=2&a=1')).toBe('Hit')
    expect(await status('/p?a=2')).toBe('Miss')
    expect(await status('/p?a=1', { 'x-v': '1' })).toBe('Miss')
    expect(await status('/p?a=1', { 'X-V': '1' })).toBe('Hit')
  })

  it.each([
    ['2.8', kong28, 'md5'],
    ['3.9', kong39, 'sha256'],
  ])('%s: the key has the names as they are configured', async (_name, version, algorithm) => {
    const config = { vary_headers: ['X-B', 'x_a'], vary_query_params: ['q'] }
    const { ask } = await startPlugged(version, cached(config))
    const { headers } = await ask('/p?z=1&q=2&q=1', { headers: { 'x-a': '1', 'x-b': '2' } })
    const text = 'r|GET|GET /p|q=1,2|X-B=2:x_a=1'
    expect(headers.get('x-cache-key')).toBe(createHash(algorithm).update(text).digest('hex'))
  })

  it('is kept for ever where it shall be stored for no time', async () => {
    const status = statusOf(await startPlugged(kong39, cached({ storage_ttl: 0 })))
    expect(await status('/')).toBe('Miss')
    later(9)
    expect(await status('/')).toBe('Hit')
    later(100_000)
    expect(await status('/')).toBe('Refresh')
  })

  it('is stale after cache_ttl, and refreshed as long as it is stored', async () => {
    const status = statusOf(await startPlugged(kong39, cached({ storage_ttl: 100 })))
    expect(await status('/')).toBe('Miss')
    later(11)
    expect([await status('/'), await status('/')]).toEqual(['Refresh', 'Hit'])
    later(101)
    expect(await status('/')).toBe('Miss')
  })

  it('leaves out of the hit what belongs to one answer', async () => {
    const { ask } = await startPlugged(kong39, {
      plugin: [...(cached({})['plugin'] ?? []), plugin('rate-limiting', { minute: 5 })],
    })
    await (await ask('/?hdr=X-Kept:1')).text()
    const { headers } = await ask('/?hdr=X-Kept:1')
    expect(headers.get('x-kept')).toBe('1')
    expect(headers.get('x-ratelimit-remaining-minute')).toBe('3')
  })

  it('sends only the configured headers, unless the client sends Kong-Debug', async () => {
    const responseHeaders = { age: false, 'X-Cache-Status': false, 'X-Cache-Key': false }
    const { ask } = await startPlugged(kong39, cached({ response_headers: responseHeaders }))
    await (await ask('/')).text()
    const plain = await ask('/')
    const debugged = await ask('/', { headers: { 'kong-debug': '1' } })
    const names = ['age', 'x-cache-status', 'x-cache-key']
    expect(names.map(name => plain.headers.has(name))).toEqual([false, false, false])
    expect(names.map(name => debugged.headers.has(name))).toEqual([true, true, true])
  })
})

describe('Cache-Control', () => {
  const controlled = async () => {
    const plugged = await startPlugged(kong39, cached({ cache_control: true, cache_ttl: 300 }))
    return { ...plugged, status: statusOf(plugged) }
  }
  const saying = (value: string) => `/?hdr=Cache-Control:${value}`

  it('of the upstream decides whether and how long', async () => {
    const { status } = await controlled()
    for (const value of ['no-store', 'no-cache', 'private', 'max-age=0', 'public'])
      expect([await status(saying(value)), await status(saying(value))], value).toEqual(['Bypass', 'Bypass'])
    expect([await status(saying('max-age=5')), await status(saying('max-age=5'))]).toEqual(['Miss', 'Hit'])
    expect(await status(saying('max-age=1, s-maxage=100'))).toBe('Miss')
    later(6)
    expect(await status(saying('max-age=5'))).toBe('Miss')
    expect(await status(saying('max-age=1, s-maxage=100'))).toBe('Hit')
  })

  it('may be said by Expires', async () => {
    const { status } = await controlled()
    const path = `/?hdr=Expires:${new Date(Date.now() + 5000).toUTCString()}`
    expect([await status(path), await status(path)]).toEqual(['Miss', 'Hit'])
    const odd = `/?hdr=Expires:${new Date(Date.now() + 5000).toISOString()}`
    expect([await status(odd), await status(odd)]).toEqual(['Bypass', 'Bypass'])
  })

  it('of the client is heard', async () => {
    const { ask, status } = await controlled()
    const path = saying('max-age=50')
    expect(await status(path, { 'cache-control': 'no-store' })).toBe('Bypass')
    expect(await status(path, { 'cache-control': 'only-if-cached' })).toBe('504')
    expect(await status(path)).toBe('Miss')
    later(10)
    expect(await status(path, { 'cache-control': 'only-if-cached' })).toBe('Hit')
    expect(await status(path, { 'cache-control': 'max-age=10' })).toBe('Hit')
    expect(await status(path, { 'cache-control': 'min-fresh=40' })).toBe('Hit')
    expect(await status(path, { 'cache-control': 'min-fresh=41' })).toBe('Refresh')
    later(10)
    expect(await status(path, { 'cache-control': 'max-age=9' })).toBe('Refresh')
    const odd = await ask(path, { headers: { 'cache-control': 'max-stale' } })
    expect(await refusalOf(odd)).toEqual([500, 'An unexpected error occurred'])
  })
})

describe('the Admin API', () => {
  const endpoint = (plane: DataPlane, path: string) => {
    const handlers = plane.pluginEndpoints?.find(one => one.path === path)?.handlers
    const none = (): PluginAnswer => ({ status: 405 })
    return { get: handlers?.GET ?? none, remove: handlers?.DELETE ?? none }
  }

  it('shows what is kept, and throws it away', async () => {
    const plugged = await startPlugged(kong39, cached({}))
    const { proxy, ask } = plugged
    const first = await ask('/a')
    const body = await first.text()
    const cache_key = first.headers.get('x-cache-key') ?? ''
    const one = endpoint(proxy.plane, '/proxy-cache/{cache_key}')
    const ofPlugin = endpoint(proxy.plane, '/proxy-cache/{plugin_id}/caches/{cache_key}')
    const shown = {
      status: 200,
      json: {
        status: 200,
        body,
        body_len: body.length,
        headers: {
          connection: 'keep-alive',
          'content-type': 'application/json',
          'content-length': String(body.length),
          'X-Backend': 'b',
          'X-Cache-Key': cache_key,
          'X-Cache-Status': 'Miss',
        },
        req_body: '',
        timestamp: Date.now() / 1000,
        ttl: 10,
        version: 1,
      },
    }
    expect(one.get({ cache_key })).toEqual(shown)
    expect(ofPlugin.get({ cache_key, plugin_id: 'p' })).toEqual(shown)
    expect(ofPlugin.get({ cache_key, plugin_id: 'other' }).status).toBe(404)
    expect([one.remove({ cache_key }).status, one.remove({ cache_key }).status]).toEqual([204, 404])
    expect(one.get({ cache_key }).status).toBe(404)
    const status = statusOf(plugged)
    expect([await status('/a'), await status('/a')]).toEqual(['Miss', 'Hit'])
    expect(ofPlugin.remove({ cache_key, plugin_id: 'p' }).status).toBe(204)
    expect([await status('/a'), await status('/b')]).toEqual(['Miss', 'Miss'])
    expect(endpoint(proxy.plane, '/proxy-cache').remove({}).status).toBe(204)
    expect([await status('/a'), await status('/b')]).toEqual(['Miss', 'Miss'])
  })

  it('knows nothing where no proxy-cache is configured', async () => {
    const { proxy } = await startPlugged(kong39, {})
    const one = endpoint(proxy.plane, '/proxy-cache/{cache_key}')
    expect([one.get({ cache_key: 'x' }).status, one.remove({ cache_key: 'x' }).status]).toEqual([404, 404])
  })
})
