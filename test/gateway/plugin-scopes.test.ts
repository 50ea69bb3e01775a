/**
 * Which configuration of a plugin runs, in which order plugins do, and what is left of them where no route
 * is found.
 */
import { describe, expect, it } from 'vitest'
import { startGateway } from '../../src/gateway/gateway.ts'
import { ask } from '../support/ask.ts'
import { closing, plugin, refusalOf, startPlugged } from '../support/plugged-proxy.ts'
import { bothKongs, kong28, kong39, type Wanted } from '../support/proxy-sets.ts'

const scopes = {
  global: {},
  service: { service: { id: 's' } },
  route: { route: { id: 'r' } },
  consumer: { consumer: { id: 'c' } },
  'route and service': { route: { id: 'r' }, service: { id: 's' } },
  'service and consumer': { service: { id: 's' }, consumer: { id: 'c' } },
  'route and consumer': { route: { id: 'r' }, consumer: { id: 'c' } },
  'all three': { route: { id: 'r' }, service: { id: 's' }, consumer: { id: 'c' } },
} as const

type Scope = keyof typeof scopes

const people: Wanted = {
  consumer: [{ id: 'c', username: 'c' }],
  'key-auth': [{ key: 'k', consumer: { id: 'c' } }],
}

const terminating = (scope: Scope, more: object = {}) =>
  plugin('request-termination', { status_code: 418, message: scope }, { ...scopes[scope], ...more })

describe('the most specific configuration wins', () => {
  it.each(bothKongs)('%s', async (_name, version) => {
    const order: Scope[] = [
      'all three',
      'route and consumer',
      'service and consumer',
      'route and service',
      'consumer',
      'route',
      'service',
      'global',
    ]
    const { proxy, backend } = await startPlugged(version, {})
    for (const [index, wanted] of order.entries()) {
      proxy.configure({
        ...people,
        service: [{ id: 's', host: '127.0.0.1', port: backend.port }],
        route: [{ id: 'r', paths: ['/'], service: { id: 's' } }],
        plugin: [plugin('key-auth', {}), ...order.slice(index).map(scope => terminating(scope))],
      })
      expect(await refusalOf(await fetch(`${proxy.url}/?apikey=k`)), wanted).toEqual([418, wanted])
    }
  })

  it('one that is switched off counts for nothing', async () => {
    const { ask: get } = await startPlugged(kong39, {
      plugin: [terminating('route', { enabled: false }), terminating('global')],
    })
    expect(await refusalOf(await get('/'))).toEqual([418, 'global'])
  })

  it('one for other protocols than HTTP does not run', async () => {
    const { ask: get } = await startPlugged(kong39, {
      plugin: [plugin('ip-restriction', { deny: ['127.0.0.1'] }, { protocols: ['tcp', 'tls'] })],
    })
    expect((await get('/')).status).toBe(200)
  })
})

describe('the order of plugins', () => {
  /** key-auth says 401, acl 403, so the status tells which came first. */
  it.each([
    ['2.8', kong28, 'ip-restriction', 401],
    ['3.9', kong39, 'ip-restriction', 401],
    ['2.8', kong28, 'bot-detection', 403],
    ['3.9', kong39, 'bot-detection', 403],
  ] as const)('%s %s', async (...[, version, name, status]) => {
    const config = name === 'ip-restriction' ? { deny: ['127.0.0.1'] } : { deny: ['.'] }
    const { ask: get } = await startPlugged(version, {
      plugin: [plugin('key-auth', {}), plugin(name, config)],
    })
    expect((await get('/')).status).toBe(status)
  })

  it.each([
    ['2.8', kong28, null],
    ['3.9', kong39, 'mine'],
  ] as const)('%s: correlation-id after or before the others', async (...[, version, expected]) => {
    const { proxy, ask: get } = await startPlugged(version, {
      plugin: [
        plugin('correlation-id', { header_name: 'x-cid' }),
        plugin('request-termination', { status_code: 200, echo: true }),
      ],
    })
    const response = await get('/', { headers: { 'x-cid': '' } })
    const { request } = (await response.json()) as { request: { headers: Record<string, string> } }
    // In 2.8 request-termination comes first.
    if (expected === null) expect(request.headers['x-cid']).toBe('')
    else expect(request.headers['x-cid']).toMatch(/#1$/)
    expect(proxy.logged).toEqual([])
  })
})

describe('where no route is found', () => {
  it.each(bothKongs)('%s: plugins without a scope still see the answer', async (_name, version) => {
    const { proxy } = await startPlugged(version, {})
    proxy.configure({
      service: [{ id: 's', host: '127.0.0.1', port: 9 }],
      route: [{ id: 'r', paths: ['/r'], service: { id: 's' } }],
      plugin: [
        plugin('response-transformer', { add: { headers: ['x-global:1', 'x-route:no'] } }),
        plugin('cors', {}, { route: { id: 'r' } }),
      ],
    })
    const { status, headers } = await fetch(`${proxy.url}/none`)
    expect([status, headers.get('x-global'), headers.get('access-control-allow-origin')]).toEqual([
      404,
      '1',
      null,
    ])
  })
})

describe('what plugins add to the Admin API', () => {
  it('is listed, answered and refused as the rest of it', async () => {
    const [adminListen, proxyListen] = [{ port: 0 }, { port: 0 }]
    const gateway = closing(await startGateway({ version: kong39, adminListen, proxyListen }))
    const { admin } = gateway
    const { json } = await ask(admin, 'GET', '/endpoints')
    expect(json['data']).toEqual(
      expect.arrayContaining([
        '/metrics',
        '/proxy-cache',
        '/proxy-cache/{cache_key}',
        '/proxy-cache/{plugin_id}/caches/{cache_key}',
      ]),
    )
    const metrics = await ask(admin, 'GET', '/metrics')
    expect([metrics.status, metrics.headers.get('content-type')]).toEqual([200, 'text/plain; charset=UTF-8'])
    expect(metrics.text).toContain('# TYPE kong_node_info gauge\n')
    expect((await ask(admin, 'GET', '/proxy-cache')).json).toEqual({ message: 'Method not allowed' })
    expect((await ask(admin, 'DELETE', '/proxy-cache')).status).toBe(204)
    const missing = await ask(admin, 'GET', '/proxy-cache/none')
    expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8'])
    const node = (await ask(admin, 'GET', '/')).json['node_id']
    expect(metrics.text).toContain(`kong_node_info{node_id="${node}",version="3.9.1"} 1`)
  })
})
