/**
 * Plugins that let requests pass or not, or answer them: ip-restriction, bot-detection,
 * request-size-limiting, request-termination, correlation-id, redirect, standard-webhooks.
 */
import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { askPlainly as plain } from '../support/ask.ts'
import { arrived, type Echo, plugin, refusalOf, startPlugged } from '../support/plugged-proxy.ts'
import { bothKongs, kong28, kong39, type Wanted } from '../support/proxy-sets.ts'

const only = (name: string, config: object): Wanted => ({ plugin: [plugin(name, config)] })

describe('ip-restriction', () => {
  const said = { '2.8': 'Your IP address is not allowed', '3.9': 'IP address not allowed: 127.0.0.1' }

  it.each(bothKongs)('%s', async (name, version) => {
    const status = async (config: object) => {
      const { ask } = await startPlugged(version, only('ip-restriction', config))
      return refusalOf(await ask('/'))
    }
    const passed = [200, undefined]
    const refused = [403, said[name]]
    expect(await status({ allow: ['127.0.0.0/8', '::1'] })).toEqual(passed)
    expect(await status({ allow: ['10.0.0.1', '2001:db8::/32'] })).toEqual(refused)
    expect(await status({ deny: ['127.0.0.1'] })).toEqual(refused)
    expect(await status({ deny: ['10.0.0.0/8'], allow: ['127.0.0.1'] })).toEqual(passed)
    expect(await status({ deny: ['127.0.0.1'], allow: ['127.0.0.1'] })).toEqual(refused)
    expect(await status({ deny: ['127.0.0.1'], status: 404, message: 'gone' })).toEqual([404, 'gone'])
    const stumbled = [500, 'An unexpected error occurred']
    expect(await status({ deny: ['127.0.0.1'], status: 200, message: 'no error' })).toEqual(stumbled)
  })
})

describe('bot-detection', () => {
  it('knows bots, and what is allowed or denied beside', async () => {
    const { proxy } = await startPlugged(
      kong39,
      only('bot-detection', { allow: ['^friendly'], deny: ['evil'] }),
    )
    const status = async (agent: string | string[]) => {
      const answer = await plain(proxy.url, 'GET', agent === '' ? {} : { 'user-agent': agent })
      return answer.status === 200
        ? 200
        : [answer.status, (JSON.parse(answer.body) as { message: string }).message]
    }
    expect(await status('Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0')).toBe(200)
    expect(await status('curl/8.0')).toBe(200)
    expect(await status('')).toBe(200)
    const forbidden = [403, 'Forbidden']
    for (const agent of [
      'Twitterbot/1.0',
      'Go-http-client/1.1',
      'facebookexternalhit/1.1',
      'some evil thing',
      'Scrapy/2',
    ])
      expect(await status(agent), agent).toEqual(forbidden)
    expect(await status('friendly Twitterbot/1.0')).toBe(200)
  })
})

describe('request-size-limiting', () => {
  it('looks at the length, or reads the body where it tells none', async () => {
    const { proxy } = await startPlugged(
      kong39,
      only('request-size-limiting', { allowed_payload_size: 2, size_unit: 'kilobytes' }),
    )
    const status = async (size: number, headers: Record<string, string> = {}) =>
      (await plain(proxy.url, 'POST', headers, 'x'.repeat(size))).status
    const chunked = { 'transfer-encoding': 'chunked' }
    expect([await status(2048), await status(2049)]).toEqual([200, 413])
    expect([await status(2048, chunked), await status(2049, chunked)]).toEqual([200, 413])
    expect((await plain(proxy.url, 'GET', {})).status).toBe(200)
  })

  it('requires Content-Length if configured', async () => {
    const { proxy, ask } = await startPlugged(
      kong39,
      only('request-size-limiting', { require_content_length: true }),
    )
    expect(await refusalOf(await ask('/'))).toEqual([411, 'A valid Content-Length header is required'])
    expect((await plain(proxy.url, 'POST', { 'transfer-encoding': 'chunked' }, 'x')).status).toBe(200)
  })
})

describe('request-termination', () => {
  const answered = async (config: object, init: RequestInit = {}, path = '/') => {
    const { ask } = await startPlugged(kong39, only('request-termination', config))
    const response = await ask(path, init)
    return [response.status, response.headers.get('content-type'), await response.text()]
  }
  const json = 'application/json; charset=utf-8'

  it('sends the configured message, or the default one of the status', async () => {
    expect(
      await answered({ status_code: 418, message: 'tea' }, { headers: { accept: 'text/html' } }),
    ).toEqual([418, json, '{"message":"tea"}'])
    expect(await answered({ status_code: 502 })).toEqual([502, json, '{"message":"Bad Gateway"}'])
    expect(await answered({ status_code: 201 })).toEqual([201, null, ''])
    expect(await answered({ status_code: 418 })).toEqual([418, null, ''])
    const [status, type, page] = await answered({ status_code: 403 })
    expect([status, type]).toEqual([403, 'text/html; charset=UTF-8'])
    expect(page).toContain('<h1>403 Forbidden</h1>')
  })

  it.each(bothKongs)('%s: a 204 has no body, and no length', async (_name, version) => {
    for (const config of [{ message: 'none' }, { body: 'none', content_type: 'text/plain' }, {}]) {
      const { proxy } = await startPlugged(
        version,
        only('request-termination', { status_code: 204, ...config }),
      )
      const answer = await plain(proxy.url, 'GET', {})
      expect([answer.status, answer.body]).toEqual([204, ''])
      expect(answer.headers).not.toHaveProperty('content-length')
    }
  })

  it('gives a body as it is', async () => {
    expect(await answered({ status_code: 200, body: '<a/>', content_type: 'application/xml' })).toEqual([
      200,
      'application/xml',
      '<a/>',
    ])
  })

  it('echoes the request, and what it was matched to', async () => {
    const [, type, text] = await answered(
      { status_code: 404, echo: true },
      { method: 'POST', body: new URLSearchParams({ a: '1' }), headers: { 'x-a': 'b' } },
      '/x?q=1&q=2&f',
    )
    expect(type).toBe(json)
    expect(JSON.parse(String(text))).toMatchObject({
      message: 'Not found',
      kong: { node_id: expect.any(String), worker_pid: process.pid, hostname: expect.any(String) },
      request: {
        scheme: 'http',
        host: '127.0.0.1',
        port: expect.any(Number),
        method: 'POST',
        path: '/x',
        query: { q: ['1', '2'], f: true },
        headers: { 'x-a': 'b', 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
        body: { a: '1' },
        raw_body: 'a=1',
        uri_captures: { named: {}, unnamed: [] },
      },
      matched_route: { id: 'r' },
      matched_service: { id: 's' },
    })
  })

  it('writes slashes plainly, as Kong does', async () => {
    const { ask } = await startPlugged(
      kong39,
      only('request-termination', { status_code: 200, message: 'a/b' }),
    )
    expect(await (await ask('/')).text()).toBe('{"message":"a/b"}')
  })

  it('answers only requests that carry its trigger', async () => {
    const config = { status_code: 503, trigger: 'x-t' }
    expect((await answered(config))[0]).toBe(200)
    expect((await answered(config, { headers: { 'X-T': '1' } }))[0]).toBe(503)
    expect((await answered(config, {}, '/?x-t'))[0]).toBe(503)
  })
})

describe('correlation-id', () => {
  it('gives a request a name, the same for upstream and client', async () => {
    const { ask } = await startPlugged(
      kong39,
      only('correlation-id', { header_name: 'X-Cid', generator: 'uuid#counter', echo_downstream: true }),
    )
    const ids: string[] = []
    for (const init of [{}, {}, { headers: { 'x-cid': 'mine' } }, { headers: { 'x-cid': '' } }]) {
      const response = await ask('/', init)
      const id = response.headers.get('x-cid') ?? ''
      expect(arrived((await response.json()) as Echo, 'x-cid')).toEqual([id])
      ids.push(id)
    }
    const [first = '', second, third, fourth] = ids
    const own = first.replace(/#1$/, '')
    expect([second, third, fourth]).toEqual([`${own}#2`, 'mine', `${own}#3`])
  })

  it.each([
    ['uuid', /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/],
    ['tracker', /^127\.0\.0\.1-\d+-\d+-\d+-1-\d+\.\d{3}$/],
  ])('makes a %s, which the client need not learn', async (generator, form) => {
    const { ask } = await startPlugged(kong28, only('correlation-id', { generator }))
    const response = await ask('/')
    expect(response.headers.get('kong-request-id')).toBeNull()
    expect(arrived((await response.json()) as Echo, 'kong-request-id')[0]).toMatch(form)
  })
})

describe('correlation-id and others', () => {
  it('3.9 sends the generated id to the client even if the upstream does not get it', async () => {
    const { ask } = await startPlugged(kong39, {
      plugin: [
        plugin('correlation-id', { header_name: 'x_call', echo_downstream: true }),
        plugin('request-transformer', { remove: { headers: ['x_call'] } }),
      ],
    })
    const response = await ask('/', { headers: { x_call: 'mine' } })
    expect(arrived((await response.json()) as Echo, 'x_call')).toEqual([])
    expect(response.headers.get('x-call')).toBe('mine')
  })
})

describe('redirect', () => {
  it.each([
    [{ location: 'https://a.example/x?y=1' }, 301, 'https://a.example/x?y=1'],
    [
      { location: 'https://a.example/x?y=1', keep_incoming_path: true, status_code: 307 },
      307,
      'https://a.example/p/q?z=%20',
    ],
  ])('%o', async (config, status, location) => {
    const { ask } = await startPlugged(kong39, only('redirect', config))
    const response = await ask('/p/q?z=%20', { redirect: 'manual' })
    expect([response.status, response.headers.get('location'), await response.text()]).toEqual([
      status,
      location,
      'redirecting',
    ])
  })
})

describe('standard-webhooks', () => {
  it('lets pass what is signed and fresh', async () => {
    const { ask } = await startPlugged(
      kong39,
      only('standard-webhooks', { secret_v1: 'shh', tolerance_second: 10 }),
    )
    const now = Math.floor(Date.now() / 1000)
    const said = async (time: number, body: string, secret = 'shh') => {
      const made = createHmac('sha256', secret).update(`id.${time}.${body}`).digest('base64')
      const headers = {
        'webhook-id': 'id',
        'webhook-timestamp': String(time),
        'webhook-signature': `v1,${made}`,
      }
      return refusalOf(await ask('/', { method: 'POST', headers, body }))
    }
    const refused = [400, 'Bad request']
    expect(await said(now, 'body')).toEqual([200, undefined])
    expect(await said(now, 'body', 'other')).toEqual(refused)
    expect(await said(now - 60, 'body')).toEqual(refused)
    expect(await said(now, '')).toEqual(refused)
    expect(await refusalOf(await ask('/', { method: 'POST', body: 'body' }))).toEqual(refused)
  })
})
