/**
 * rate-limiting and response-ratelimiting: who shares a counter, which headers tell of it, and what is said
 * when it is used up.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { askPlainly } from '../support/ask.ts'
import { arrived, type Echo, plugin, refusalOf, startPlugged } from '../support/plugged-proxy.ts'
import { bothKongs, kong39, type Wanted } from '../support/proxy-sets.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 15, 12, 0, 30) })
})
afterEach(() => {
  vi.useRealTimers()
})

const later = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds)

const people: Wanted = {
  consumer: [
    { id: 'c', username: 'c' },
    { id: 'd', username: 'd' },
  ],
  'key-auth': [
    { id: 'c1', key: 'c1', consumer: { id: 'c' } },
    { id: 'c2', key: 'c2', consumer: { id: 'c' } },
    { id: 'd1', key: 'd1', consumer: { id: 'd' } },
  ],
}

const limitHeaders = ({ headers }: Response) =>
  Object.fromEntries(
    [...headers]
      .filter(([name]) => /ratelimit|retry-after/.test(name))
      .map(([name, value]) => [name, Number(value)]),
  )

describe('rate-limiting', () => {
  it('tells of the window with the least left, and of the longer where two have as much', async () => {
    const { ask } = await startPlugged(kong39, {
      plugin: [plugin('rate-limiting', { minute: 2, hour: 2, day: 9 })],
    })
    expect(limitHeaders(await ask('/'))).toEqual({
      'x-ratelimit-limit-minute': 2,
      'x-ratelimit-remaining-minute': 1,
      'x-ratelimit-limit-hour': 2,
      'x-ratelimit-remaining-hour': 1,
      'x-ratelimit-limit-day': 9,
      'x-ratelimit-remaining-day': 8,
      'ratelimit-limit': 2,
      'ratelimit-remaining': 1,
      'ratelimit-reset': 3570,
    })
  })

  it.each([
    ['second', 1],
    ['minute', 30],
    ['hour', 3570],
    ['day', 43_170],
    ['month', 30 * 86_400 - 14 * 86_400 - 43_230],
    ['year', 365 * 86_400 - 14 * 86_400 - 43_230],
  ])('a limit a %s', async (window, reset) => {
    const { ask } = await startPlugged(kong39, { plugin: [plugin('rate-limiting', { [window]: 1 })] })
    expect((await ask('/')).status).toBe(200)
    const refused = await ask('/')
    expect(limitHeaders(refused)).toMatchObject({ 'retry-after': reset, 'ratelimit-reset': reset })
    expect(await refusalOf(refused)).toEqual([429, 'API rate limit exceeded'])
  })

  it.each([
    ['second', 1000],
    ['minute', 30_000],
    ['hour', 3_570_000],
    ['day', 43_170_000],
  ])('a window of a %s ends when the next begins, and not before', async (window, left) => {
    const { ask } = await startPlugged(kong39, { plugin: [plugin('rate-limiting', { [window]: 2 })] })
    const next = async () => (await ask('/')).status
    expect([await next(), await next(), await next()]).toEqual([200, 200, 429])
    later(left - 1)
    expect(await next()).toBe(429)
    later(1)
    expect([await next(), await next(), await next()]).toEqual([200, 200, 429])
  })

  it.each(bothKongs)('%s: a refused request uses nothing up, in no window', async (_name, version) => {
    const { ask } = await startPlugged(version, { plugin: [plugin('rate-limiting', { minute: 1, hour: 3 })] })
    const next = async () => {
      const answer = await ask('/')
      return [answer.status, limitHeaders(answer)['x-ratelimit-remaining-hour']]
    }
    expect(await next()).toEqual([200, 2])
    for (let refused = 0; refused < 5; refused++) expect(await next()).toEqual([429, 2])
    later(60_000)
    expect(await next()).toEqual([200, 1])
    expect(await next()).toEqual([429, 1])
    later(60_000)
    expect(await next()).toEqual([200, 0])
    later(60_000)
    expect(await next()).toEqual([429, 0])
    later(3_600_000)
    expect(await next()).toEqual([200, 2])
  })

  it('3.9 hides client headers and uses the configured error', async () => {
    const config = { minute: 1, error_code: 503, error_message: 'later', hide_client_headers: true }
    const { ask } = await startPlugged(kong39, { plugin: [plugin('rate-limiting', config)] })
    expect(limitHeaders(await ask('/'))).toEqual({})
    const refused = await ask('/')
    expect(limitHeaders(refused)).toEqual({})
    expect(await refusalOf(refused)).toEqual([503, 'later'])
  })

  /** How many of the requests pass a limit of one. */
  async function passed(config: object, requests: readonly (readonly [string, Record<string, string>])[]) {
    const { ask } = await startPlugged(kong39, {
      ...people,
      plugin: [plugin('key-auth', {}), plugin('rate-limiting', { minute: 1, ...config })],
    })
    const statuses: number[] = []
    for (const [path, headers] of requests) statuses.push((await ask(path, { headers })).status)
    return statuses.filter(status => status === 200).length
  }
  const threeKeys = ['c1', 'c2', 'd1'].map(apikey => ['/', { apikey }] as const)

  it('counts by consumer, credential, address, service, header or path', async () => {
    expect(await passed({ limit_by: 'consumer' }, threeKeys)).toBe(2)
    expect(await passed({ limit_by: 'credential' }, threeKeys)).toBe(3)
    expect(await passed({ limit_by: 'ip' }, threeKeys)).toBe(1)
    expect(await passed({ limit_by: 'service' }, threeKeys)).toBe(1)
    const apikey = 'c1'
    const byHeader = [{ 'x-a': '1' }, { 'x-a': '2' }, { 'x-a': '1' }, {}].map(
      one => ['/', { apikey, ...one } as Record<string, string>] as const,
    )
    expect(await passed({ limit_by: 'header', header_name: 'X-A' }, byHeader)).toBe(3)
    const byPath = ['/a', '/a', '/b', '/c'].map(path => [path, { apikey }] as const)
    expect(await passed({ limit_by: 'path', path: '/a' }, byPath)).toBe(2)
  })

  it.each(bothKongs)('%s: the path counts as it came in 2.8, normalised in 3.9', async (name, version) => {
    const config = { minute: 1, limit_by: 'path', path: '/a' }
    const { proxy, ask } = await startPlugged(version, { plugin: [plugin('rate-limiting', config)] })
    await ask('/a')
    const raw = await askPlainly(`${proxy.url}//a`, 'GET', {})
    expect(raw.status).toBe(name === '2.8' ? 200 : 429)
  })

  it('3.9 stumbles over a status that is no error', async () => {
    const config = { minute: 1, error_code: 302, error_message: 'away' }
    const { ask } = await startPlugged(kong39, { plugin: [plugin('rate-limiting', config)] })
    await ask('/')
    expect(await refusalOf(await ask('/'))).toEqual([500, 'An unexpected error occurred'])
  })

  it('says once in the log that it counts alone', async () => {
    const wanted = { plugin: [plugin('rate-limiting', { minute: 1, policy: 'cluster' })] }
    const { ask, proxy } = await startPlugged(kong39, wanted)
    await ask('/')
    expect(proxy.logged).toEqual([expect.stringContaining('policy cluster')])
  })
})

describe('response-ratelimiting', () => {
  const limited = (config: object = {}): Wanted => ({
    plugin: [
      plugin('response-ratelimiting', { limits: { video: { minute: 3 }, image: { hour: 1 } }, ...config }),
    ],
  })

  it.each(bothKongs)('%s counts what the upstream says was used', async (name, version) => {
    const { ask } = await startPlugged(version, limited())
    const response = await ask('/?hdr=X-Kong-Limit:video=2, image=1')
    expect(response.headers.get('x-kong-limit')).toBeNull()
    expect(limitHeaders(response)).toEqual({
      'x-ratelimit-limit-video-minute': 3,
      'x-ratelimit-remaining-video-minute': 1,
      'x-ratelimit-limit-image-hour': 1,
      'x-ratelimit-remaining-image-hour': 0,
      ...(name === '3.9' && { 'x-ratelimit-remaining-video': 3, 'x-ratelimit-remaining-image': 1 }),
    })
    const seen = (await response.json()) as Echo
    expect(arrived(seen, 'x-ratelimit-remaining-video')).toEqual(name === '2.8' ? ['3'] : [])
  })

  it('turns the response that uses up more than there is into a 429 without a body', async () => {
    const { ask } = await startPlugged(kong39, limited())
    const use = (what: string) => ask(`/?hdr=X-Kong-Limit:${what}`)
    expect((await use('video=3')).status).toBe(200)
    const over = await use('video=1')
    expect([over.status, await over.text()]).toEqual([429, ''])
    expect((await ask('/')).status).toBe(200)
    expect((await use('image=1')).status).toBe(200)
    later(30_000)
    expect((await use('video=1')).status).toBe(200)
  })

  it('refuses immediately if configured', async () => {
    const { ask } = await startPlugged(kong39, limited({ block_on_first_violation: true }))
    await ask('/?hdr=X-Kong-Limit:image=1')
    expect(await refusalOf(await ask('/'))).toEqual([429, "API rate limit exceeded for 'image'"])
  })

  it('looks at the first of several headers, and writes hyphens for underscores', async () => {
    const { ask } = await startPlugged(kong39, {
      plugin: [plugin('response-ratelimiting', { limits: { my_video: { minute: 3 } } })],
    })
    const { headers } = await ask('/?hdr=X-Kong-Limit:my_video=1&hdr=X-Kong-Limit:my_video=2')
    expect(headers.get('x-ratelimit-limit-my-video-minute')).toBe('3')
    expect(headers.get('x-ratelimit-remaining-my-video-minute')).toBe('2')
  })

  it('3.9 tells nothing of the limits before the one that refuses', async () => {
    const { ask } = await startPlugged(kong39, limited({ block_on_first_violation: true }))
    await ask('/?hdr=X-Kong-Limit:image=1')
    expect(limitHeaders(await ask('/'))).toEqual({})
  })

  it('takes what is no number, or of no limit, for nothing', async () => {
    const { ask } = await startPlugged(kong39, limited({ header_name: 'X-Own', hide_client_headers: true }))
    const response = await ask('/?hdr=X-Own:video=x, other=1, =, video')
    expect([response.status, response.headers.get('x-own')]).toEqual([200, null])
    expect(response.headers.get('x-ratelimit-limit-video-minute')).toBeNull()
  })
})
