/**
 * The plugins at work where recordings do not reach: what is odd in a request, windows that end, what is
 * kept and for how long.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type EchoBackend, startEchoBackend } from '../support/echo-backend.ts'
import { kong39, type Wanted } from '../support/proxy-sets.ts'
import { type RunningProxy, serviceAt, startProxy } from '../support/running-proxy.ts'

const open: { close(): Promise<void> }[] = []

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1, 12, 0, 30) })
})

afterEach(async () => {
  vi.useRealTimers()
  for (const one of open.splice(0).reverse()) await one.close()
})

const plugin = (name: string, config: object, scope: object = {}) => ({ name, config, ...scope })

async function start(wanted: Wanted): Promise<{ proxy: RunningProxy; backend: EchoBackend }> {
  const backend = await startEchoBackend({ name: 'b' })
  const proxy = await startProxy(kong39, { ...serviceAt(backend.port), ...wanted })
  open.push(backend, proxy)
  return { proxy, backend }
}

/** What the backend says that arrived. */
const echoOf = async (response: Response) =>
  (await response.json()) as { readonly path: string; readonly headers: unknown; readonly body: string }

const later = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds)

describe('rate-limiting', () => {
  it('starts a new count when the window on the clock is over', async () => {
    const { proxy } = await start({ plugin: [plugin('rate-limiting', { minute: 2 })] })
    const statuses = async (times: number) => {
      const all: number[] = []
      for (let turn = 0; turn < times; turn++) all.push((await fetch(proxy.url)).status)
      return all
    }
    expect(await statuses(3)).toEqual([200, 200, 429])
    later(29_000)
    expect(await statuses(1)).toEqual([429])
    later(1000)
    expect(await statuses(1)).toEqual([200])
  })

  it('goes on counting when the configuration changes', async () => {
    const wanted = { plugin: [plugin('rate-limiting', { minute: 1 })] }
    const { proxy, backend } = await start(wanted)
    expect((await fetch(proxy.url)).status).toBe(200)
    proxy.configure({ ...serviceAt(backend.port), ...wanted, consumer: [{ username: 'new' }] })
    expect((await fetch(proxy.url)).status).toBe(429)
  })
})

describe('null in place of a default', () => {
  it('is the default where a plugin needs a value', async () => {
    const { proxy } = await start({
      plugin: [
        plugin('request-size-limiting', { allowed_payload_size: null }),
        plugin('correlation-id', { header_name: null, echo_downstream: true }),
      ],
    })
    const response = await fetch(proxy.url, { method: 'POST', body: 'small' })
    expect(response.status).toBe(200)
    expect(response.headers.get('kong-request-id')).toMatch(/^[\da-f-]{36}#1$/)
  })

  it('is an empty list where a plugin looks through one', async () => {
    const nowhere = { header_names: null, uri_param_names: null, cookie_names: null }
    const { proxy } = await start({ plugin: [plugin('jwt', nowhere)] })
    const response = await fetch(`${proxy.url}?jwt=a`, { headers: { Authorization: 'Bearer a' } })
    expect(response.status).toBe(401)
  })
})

describe('key-auth', () => {
  const withKey: Wanted = {
    consumer: [{ id: 'c', username: 'c' }],
    'key-auth': [{ key: 'good', consumer: { id: 'c' } }],
    plugin: [plugin('key-auth', { hide_credentials: true, key_in_body: true })],
  }

  it('hides a key wherever it stands', async () => {
    const { proxy } = await start(withKey)
    const response = await fetch(`${proxy.url}/?a=%zz&apikey=good&b=1`, { headers: { apikey: 'good' } })
    const echo = await echoOf(response)
    expect(response.status).toBe(200)
    expect(echo.path).toBe('/?a=%25zz&b=1')
    expect(JSON.stringify(echo.headers)).not.toContain('good')
  })

  it('finds it in a form, which goes on without it', async () => {
    const { proxy } = await start(withKey)
    const body = new URLSearchParams({ apikey: 'good', z: '1' })
    expect((await echoOf(await fetch(proxy.url, { method: 'POST', body }))).body).toBe('z=1')
  })
})

describe('proxy-cache', () => {
  const cached = (config: object): Wanted => ({
    plugin: [plugin('proxy-cache', { strategy: 'memory', cache_ttl: 10, ...config })],
  })
  const status = async ({ url }: RunningProxy, path: string, init: RequestInit = {}) => {
    const response = await fetch(url + path, init)
    await response.text()
    return response.headers.get('x-cache-status')
  }

  it('answers without the upstream until the time is over', async () => {
    const { proxy, backend } = await start(cached({}))
    expect(await status(proxy, '/a')).toBe('Miss')
    later(10_000)
    expect(await status(proxy, '/a')).toBe('Hit')
    expect(backend.takeLog().length).toBe(1)
    later(1000)
    expect(await status(proxy, '/a')).toBe('Miss')
  })

  it('keeps nothing that broke off', async () => {
    const { proxy, backend } = await start(cached({}))
    await backend.kill()
    expect((await fetch(`${proxy.url}/a`)).status).toBe(502)
    await backend.restart()
    expect(await status(proxy, '/a')).toBe('Miss')
  })

  it('tells consumers apart', async () => {
    const { proxy } = await start({
      consumer: [
        { id: 'c', username: 'c' },
        { id: 'd', username: 'd' },
      ],
      'key-auth': [
        { key: 'kc', consumer: { id: 'c' } },
        { key: 'kd', consumer: { id: 'd' } },
      ],
      plugin: [plugin('key-auth', {}), ...(cached({})['plugin'] ?? [])],
    })
    const as = (apikey: string) => status(proxy, '/a', { headers: { apikey } })
    expect([await as('kc'), await as('kc'), await as('kd')]).toEqual(['Miss', 'Hit', 'Miss'])
  })
})
