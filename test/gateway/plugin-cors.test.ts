/** cors: the CORS headers for browsers. */
import { expect, it } from 'vitest'
import { askPlainly } from '../support/ask.ts'
import { plugin, startPlugged } from '../support/plugged-proxy.ts'
import { kong28, kong39 } from '../support/proxy-sets.ts'

async function startCors(config: object, version = kong39) {
  const { proxy } = await startPlugged(version, { plugin: [plugin('cors', config)] })
  const corsHeaders = (headers: NodeJS.Dict<string | string[]>) =>
    Object.fromEntries(
      Object.entries(headers).filter(([name]) => name.startsWith('access-control') || name === 'vary'),
    )
  return {
    get: async (origin?: string, path = '/') =>
      corsHeaders(
        (await askPlainly(proxy.url + path, 'GET', origin === undefined ? {} : { origin })).headers,
      ),
    preflight: async (origin: string, more: Record<string, string> = {}) => {
      const headers = { origin, 'access-control-request-method': 'PUT', ...more }
      const answer = await askPlainly(proxy.url, 'OPTIONS', headers)
      return { status: answer.status, body: answer.body, ...corsHeaders(answer.headers) }
    },
  }
}

it('allows all by default', async () => {
  const { get, preflight } = await startCors({})
  expect(await get('http://x.example')).toEqual({ 'access-control-allow-origin': '*' })
  expect(await get()).toEqual({ 'access-control-allow-origin': '*' })
  expect(await preflight('http://x.example', { 'access-control-request-headers': 'x-a, x-b' })).toEqual({
    status: 200,
    body: '',
    'access-control-allow-origin': '*',
    'access-control-allow-headers': 'x-a, x-b',
    'access-control-allow-methods': 'GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT',
  })
})

it('3.9 says once that a preflight answer varies', async () => {
  const { preflight } = await startCors({ origins: ['*', 'http://a.example'], credentials: true })
  expect(await preflight('http://x.example')).toMatchObject({
    vary: 'Origin',
    'access-control-allow-origin': 'http://x.example',
    'access-control-allow-credentials': 'true',
  })
})

it('adds its headers to a preflight request that another plugin answered', async () => {
  const { proxy } = await startPlugged(kong39, {
    plugin: [plugin('cors', { exposed_headers: ['X-E'] }), plugin('bot-detection', { deny: ['evil'] })],
  })
  const headers = { origin: 'http://x.example', 'access-control-request-method': 'PUT', 'user-agent': 'evil' }
  const answer = await askPlainly(proxy.url, 'OPTIONS', headers)
  expect(answer.status).toBe(403)
  expect(answer.headers['access-control-allow-origin']).toBe('*')
  expect(answer.headers['access-control-expose-headers']).toBe('X-E')
})

it('names who asks where credentials are allowed to all', async () => {
  const { get } = await startCors({ credentials: true })
  expect(await get('http://x.example')).toEqual({
    vary: 'Origin',
    'access-control-allow-origin': 'http://x.example',
    'access-control-allow-credentials': 'true',
  })
  expect(await get()).toEqual({ 'access-control-allow-origin': '*' })
})

it('allows one always, and one of several where it asks', async () => {
  const one = await startCors({ origins: ['http://a.example'] })
  expect(await one.get('http://b.example')).toEqual({
    vary: 'Origin',
    'access-control-allow-origin': 'http://a.example',
  })
  const two = await startCors({ origins: ['http://a.example:80', 'b.example'] })
  expect(await two.get('http://a.example')).toMatchObject({
    'access-control-allow-origin': 'http://a.example',
  })
  expect(await two.get('https://a.example')).toEqual({ vary: 'Origin' })
  expect(await two.get('b.example')).toMatchObject({ 'access-control-allow-origin': 'b.example' })
})

it('reads expressions, of the whole origin where they have a colon, else of its host', async () => {
  const { get } = await startCors({ origins: ['(.*\\.)?a\\.example', 'https?://b\\.example:\\d+'] })
  const allowed = async (origin: string) => (await get(origin))['access-control-allow-origin']
  expect(await allowed('http://x.a.example:81')).toBe('http://x.a.example:81')
  expect(await allowed('http://xa.example')).toBeUndefined()
  expect(await allowed('https://b.example:99')).toBe('https://b.example:99')
  expect(await allowed('https://b.example')).toBeUndefined()
  expect(await allowed('http://a.example.evil')).toBeUndefined()
})

it.each([
  ['2.8', kong28, undefined],
  ['3.9', kong39, '*'],
] as const)('%s: a star among others', async (_name, version, allowed) => {
  const { get } = await startCors({ origins: ['http://a.example', '*'] }, version)
  expect((await get('http://b.example'))['access-control-allow-origin']).toBe(allowed)
})

it('tells all that is configured, once each', async () => {
  const { get, preflight } = await startCors({
    origins: ['http://a.example'],
    methods: ['GET', 'PUT'],
    headers: ['x-a', 'x-b'],
    exposed_headers: ['x-e', 'x-f'],
    credentials: true,
    max_age: 5,
    private_network: true,
  })
  expect(await preflight('http://a.example', { 'access-control-request-private-network': 'true' })).toEqual({
    status: 200,
    body: '',
    vary: 'Origin',
    'access-control-allow-origin': 'http://a.example',
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers': 'x-a,x-b',
    'access-control-allow-methods': 'GET,PUT',
    'access-control-allow-private-network': 'true',
    'access-control-max-age': '5',
  })
  expect(await get('http://a.example', '/?hdr=Vary:Accept&hdr=Access-Control-Allow-Origin:*')).toEqual({
    vary: 'Accept, Origin',
    'access-control-allow-origin': 'http://a.example',
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'x-e,x-f',
  })
})

it('forwards preflight requests to the upstream if configured', async () => {
  const { preflight } = await startCors({ preflight_continue: true })
  const { status, body, ...headers } = await preflight('http://a.example')
  expect([status, JSON.parse(body).method, headers]).toEqual([200, 'OPTIONS', {}])
})

it('tells of refusals of other plugins too', async () => {
  const { proxy } = await startPlugged(kong39, { plugin: [plugin('cors', {}), plugin('key-auth', {})] })
  const { status, headers } = await askPlainly(proxy.url, 'GET', { origin: 'http://a.example' })
  expect([status, headers['access-control-allow-origin']]).toEqual([401, '*'])
})
