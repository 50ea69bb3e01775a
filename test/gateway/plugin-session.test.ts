/** session: cookies instead of credentials, their lifetime, and the headers about them. */
import { describe, expect, it, vi } from 'vitest'
import { startGateway } from '../../src/gateway/gateway.ts'
import { ask } from '../support/ask.ts'
import { startEchoBackend } from '../support/echo-backend.ts'
import { arrived, closing, type Echo, plugin, startPlugged } from '../support/plugged-proxy.ts'
import { bothKongs, kong28, kong39, type Wanted } from '../support/proxy-sets.ts'

const people: Wanted = {
  consumer: [
    { id: 'c', username: 'c' },
    { id: 'a', username: 'anon' },
  ],
  'key-auth': [{ id: 'kc', key: 'key-c', consumer: { id: 'c' } }],
}

describe('session', () => {
  const withSession = (config: object = {}): Wanted => ({
    ...people,
    plugin: [plugin('session', { secret: 's', ...config }), plugin('key-auth', { anonymous: 'anon' })],
  })
  const cookieIn = (response: Response) => response.headers.get('set-cookie') ?? ''

  it.each(bothKongs)('%s: who had a key is known by the cookie', async (_name, version) => {
    const { ask, echo } = await startPlugged(version, withSession())
    const first = await ask('/?apikey=key-c')
    expect(cookieIn(first)).toMatch(/^session=[\w-]+; Path=\/; SameSite=Strict; Secure; HttpOnly$/)
    const [cookie = ''] = cookieIn(first).split(';')
    expect(cookie).not.toContain('key-c')
    const seen = await echo('/', { headers: { cookie } })
    expect(arrived(seen, 'x-consumer-username')).toEqual(['c'])
    expect(arrived(seen, 'x-credential-identifier')).toEqual(['kc'])
    expect(cookieIn(await ask('/', { headers: { cookie } }))).toBe('')
    const forged = `${cookie.slice(0, -2)}xx`
    expect(arrived(await echo('/', { headers: { cookie: forged } }), 'x-consumer-username')).toEqual(['anon'])
  })

  it('ends with its time, and is renewed before', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const { ask, echo } = await startPlugged(
        kong39,
        withSession({ rolling_timeout: 100, idling_timeout: 0 }),
      )
      const [cookie = ''] = cookieIn(await ask('/?apikey=key-c')).split(';')
      vi.setSystemTime(Date.now() + 80_000)
      expect(cookieIn(await ask('/', { headers: { cookie } }))).toMatch(/^session=/)
      vi.setSystemTime(Date.now() + 20_000)
      expect(arrived(await echo('/', { headers: { cookie } }), 'x-consumer-username')).toEqual(['c'])
      vi.setSystemTime(Date.now() + 1000)
      expect(arrived(await echo('/', { headers: { cookie } }), 'x-consumer-username')).toEqual(['anon'])
    } finally {
      vi.useRealTimers()
    }
  })

  it('3.9 keeps a session after the browser closes if `remember` is set', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1) })
    try {
      const { ask, echo } = await startPlugged(
        kong39,
        withSession({ remember: true, remember_rolling_timeout: 10_000, rolling_timeout: 100 }),
      )
      const [, lasting = ''] = (await ask('/?apikey=key-c')).headers.getSetCookie()
      expect(lasting).toMatch(
        /^remember=[\w-]+; Path=\/; SameSite=Strict; Secure; HttpOnly; Expires=Thu, 01 Jan 2026 02:46:40 GMT; Max-Age=10000$/,
      )
      const [cookie = ''] = lasting.split(';')
      vi.setSystemTime(Date.now() + 9000_000)
      expect(arrived(await echo('/', { headers: { cookie } }), 'x-consumer-username')).toEqual(['c'])
      const names = (await ask('/', { headers: { cookie } })).headers
        .getSetCookie()
        .map(one => one.split('=')[0])
      expect(names).toEqual(['remember', 'session'])
      const left = await ask('/?session_logout=1', { method: 'DELETE', headers: { cookie } })
      expect(left.headers.getSetCookie()).toEqual([
        'session=; Path=/; SameSite=Strict; Secure; HttpOnly; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0',
        'remember=; Path=/; SameSite=Strict; Secure; HttpOnly; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0',
      ])
      vi.setSystemTime(Date.now() + 1001_000)
      expect(arrived(await echo('/', { headers: { cookie } }), 'x-consumer-username')).toEqual(['anon'])
    } finally {
      vi.useRealTimers()
    }
  })

  it('3.9 sends configured headers about the session', async () => {
    const { ask } = await startPlugged(
      kong39,
      withSession({
        audience: 'app',
        request_headers: ['subject', 'audience', 'timeout'],
        response_headers: ['id', 'rolling-timeout', 'idling-timeout', 'absolute-timeout'],
      }),
    )
    const first = await ask('/?apikey=key-c')
    const ends = (response: Response) =>
      ['rolling', 'idling', 'absolute'].map(one => response.headers.get(`session-${one}-timeout`))
    expect(ends(first)).toEqual(['3600', '900', '86400'])
    expect(first.headers.get('session-id')).toMatch(/^[\w-]{43}$/)
    const second = await ask('/', { headers: { cookie: cookieIn(first).split(';')[0] ?? '' } })
    expect(ends(second).every(end => Number(end) > 0)).toBe(true)
    const seen = (await second.json()) as Echo
    expect(arrived(seen, 'session-subject')).toEqual(['c'])
    expect(arrived(seen, 'session-audience')).toEqual(['app'])
    expect(Number(arrived(seen, 'session-timeout')[0])).toBeGreaterThan(890)
  })

  it('3.9 writes the flags of its cookies in its own order', async () => {
    const config = {
      cookie_domain: 'a.example',
      cookie_same_site: 'None',
      cookie_secure: false,
      cookie_path: '/p',
    }
    const { ask } = await startPlugged(kong39, withSession(config))
    expect(cookieIn(await ask('/?apikey=key-c'))).toMatch(
      /; Domain=a\.example; Path=\/p; SameSite=None; Secure; HttpOnly$/,
    )
  })

  it('is left by the query, or by the body', async () => {
    const { ask } = await startPlugged(kong28, withSession())
    const [cookie = ''] = cookieIn(await ask('/?apikey=key-c')).split(';')
    for (const [path, body] of [
      ['/?session_logout=1', new URLSearchParams()],
      ['/', new URLSearchParams({ session_logout: '1' })],
    ] as const) {
      const left = await ask(path, { method: 'POST', headers: { cookie }, body })
      expect([left.status, await left.text()]).toEqual([200, ''])
      expect(cookieIn(left)).toContain('session=; Expires=Thu, 01 Jan 1970 00:00:01 GMT')
    }
    expect((await ask('/?session_logout=1', { headers: { cookie } })).status).toBe(200)
  })
})

describe('sessions that are kept', () => {
  it.each(bothKongs)('%s: are in the Admin API, and end there', async (_name, version) => {
    const backend = closing(await startEchoBackend({ name: 'b' }))
    const port = { port: 0 }
    const gateway = closing(await startGateway({ version, adminListen: port, proxyListen: port }))
    const make = (path: string, body: object) => ask(gateway.admin, 'POST', path, body)
    await make('/services', { name: 's', url: `http://127.0.0.1:${backend.port}` })
    await make('/services/s/routes', { paths: ['/'] })
    await make('/consumers', { username: 'c' })
    await make('/consumers/c/key-auth', { key: 'k' })
    const { json: anon } = await make('/consumers', { username: 'anon' })
    await make('/plugins', { name: 'key-auth', config: { anonymous: anon['id'] } })
    const made = await make('/plugins', { name: 'session', config: { secret: 's', storage: 'kong' } })
    expect(made.status).toBe(201)
    const kept = async () =>
      (await ask(gateway.admin, 'GET', '/sessions')).json['data'] as Record<string, unknown>[]
    const who = async (cookie: string) =>
      arrived(
        (await (await fetch(gateway.proxy, { headers: { cookie } })).json()) as Echo,
        'x-consumer-username',
      )
    const first = await fetch(gateway.proxy, { headers: { apikey: 'k' } })
    const [cookie = ''] = (first.headers.get('set-cookie') ?? '').split(';')
    await vi.waitFor(async () => expect(await kept()).toHaveLength(1))
    const [row] = await kept()
    expect(row).toMatchObject({
      session_id: expect.any(String),
      expires: expect.any(Number),
      ttl: expect.any(Number),
    })
    expect(cookie).not.toContain(String(row?.['data']))
    expect(await who(cookie)).toEqual(['c'])
    const leave = await fetch(`${gateway.proxy}/?session_logout=1`, { method: 'DELETE', headers: { cookie } })
    expect(leave.status).toBe(200)
    await vi.waitFor(async () => expect(await kept()).toEqual([]))
    expect(await who(cookie)).toEqual(['anon'])
  })
})
