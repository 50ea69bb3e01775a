/**
 * What Kong's own Manager asks of an Admin API, request by request (its web components' lists, forms, cards
 * and switches): an independent client, whose requests are answered as Kong answers them.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseVersion } from '../../src/entities/language/versions.ts'
import { type Gateway, startGateway } from '../../src/gateway/gateway.ts'
import { ask, askPlainly } from '../support/ask.ts'
import { anyPort } from '../support/bare-gateway.ts'

const origin = 'http://localhost:8002'

describe.each(['2.8', '3.9'])('Kong %s', text => {
  const version = parseVersion(text)
  const isOld = text === '2.8'
  let gateway: Gateway
  let admin: string
  const call = (method: string, path: string, body?: unknown) => ask(admin, method, path, body)
  const idOf = async (method: string, path: string, body: object) =>
    String((await call(method, path, body)).json['id'])

  beforeAll(async () => {
    if (version === undefined) throw new Error('a version we wrote ourselves')
    gateway = await startGateway({ ...anyPort, version })
    admin = gateway.admin
  })

  afterAll(() => gateway.close())

  test('the root tells the version, the role, the flavor and the plugins', async () => {
    const { json } = await call('GET', '/')
    expect(json).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      configuration: { role: 'traditional', ...(isOld ? {} : { router_flavor: 'traditional_compatible' }) },
      plugins: { available_on_server: expect.any(Object), enabled_in_cluster: expect.any(Array) },
    })
  })

  test('lists ignore what they do not know, and page by `offset`', async () => {
    for (const name of ['a', 'b', 'c']) await call('POST', '/consumers', { username: name })
    const first = await call('GET', '/consumers?sort_desc=1&size=2')
    expect(first.json).toMatchObject({ data: [{}, {}], next: expect.any(String), offset: expect.any(String) })
    const offset = encodeURIComponent(String(first.json['offset']))
    const rest = await call('GET', `/consumers?sort_desc=1&size=2&offset=${offset}`)
    expect(rest.json).toMatchObject({ data: [{}], next: null })
    expect(rest.json).not.toHaveProperty('offset')
    const empty = await call('GET', '/services?sort_desc=1&size=30')
    expect(empty.text).toContain('"data":[]')
  })

  test('the filter asks for one by its name or id, and takes 404 for nothing', async () => {
    const { json } = await call('GET', '/consumers/a')
    expect(json['username']).toBe('a')
    expect((await call('GET', `/consumers/${json['id']}`)).json['username']).toBe('a')
    expect((await call('GET', '/consumers/nobody')).status).toBe(404)
    expect((await call('GET', '/services?host=h&size=1000')).json['data']).toEqual([])
  })

  test('an upstream is made of a few fields and nulls, and edited in parts', async () => {
    const body = {
      ...{ name: 'up', slots: 10000, algorithm: 'round-robin', hash_on: 'none', hash_fallback: 'none' },
      ...{ healthchecks: { threshold: 0 }, host_header: null, client_certificate: null, tags: [] },
    }
    const made = await call('POST', '/upstreams', body)
    expect(made.status).toBe(201)
    expect(made.json['healthchecks']).toMatchObject({
      active: { concurrency: 10, http_path: '/', timeout: 1 },
      passive: { healthy: { successes: 0 } },
      threshold: 0,
    })
    const active = { type: 'http', healthy: { interval: 3, successes: 1 }, unhealthy: { interval: 3 } }
    const edited = await call('PATCH', `/upstreams/${made.json['id']}`, {
      ...body,
      healthchecks: { active: { ...active, ...(isOld ? {} : { headers: {} }) }, threshold: 0 },
    })
    expect(edited.status).toBe(200)
    expect(edited.json['healthchecks']).toMatchObject({
      active: {
        ...active,
        concurrency: 10,
        http_path: '/',
        timeout: 1,
        healthy: { http_statuses: [200, 302] },
      },
      passive: { healthy: { successes: 0 } },
    })
  })

  test('a target carries its upstream, is edited, marked and deleted by id', async () => {
    const upstream = await idOf('POST', '/upstreams', {
      name: 'with-targets',
      healthchecks: { passive: { unhealthy: { http_failures: 3 } } },
    })
    const below = `/upstreams/${upstream}/targets`
    const body = { target: '127.0.0.1:1', weight: 100, tags: [], upstream: { id: upstream } }
    const target = await idOf('POST', below, body)
    expect((await call('PATCH', `${below}/${target}`, { weight: 7 })).json).toMatchObject({ weight: 7 })
    expect((await call('GET', `${below}?sort_desc=1&size=30`)).json['data']).toHaveLength(1)
    const method = isOld ? 'POST' : 'PUT'
    for (const word of ['unhealthy', 'healthy']) {
      expect((await call(method, `${below}/${target}/${word}`)).status).toBe(204)
    }
    expect((await call('DELETE', `${below}/${target}`)).status).toBe(204)
  })

  test('a service takes a URL with a port beside it, and comes back whole from its switch', async () => {
    const url = 'https://api.example:8443/v1'
    const made = await call('POST', '/services', {
      ...{
        name: 'by-url',
        url,
        retries: 5,
        connect_timeout: 60000,
        write_timeout: 60000,
        read_timeout: 60000,
      },
      ...{
        tags: [],
        client_certificate: null,
        ca_certificates: null,
        tls_verify: null,
        tls_verify_depth: null,
      },
    })
    expect(made.json).toMatchObject({ protocol: 'https', host: 'api.example', port: 8443, path: '/v1' })
    const off = await call('PATCH', `/services/${made.json['id']}`, { ...made.json, enabled: false })
    expect(off.json).toMatchObject({ id: made.json['id'], enabled: false, host: 'api.example' })
  })

  test('a route stands alone or on a service, with nulls for what it does not match', async () => {
    const unused = {
      hosts: null,
      methods: null,
      headers: null,
      snis: null,
      sources: null,
      destinations: null,
    }
    const alone = await call('POST', '/routes', {
      ...{ name: 'alone', service: null, protocols: ['https'], paths: ['/a'], tags: [], ...unused },
    })
    expect(alone.json).toMatchObject({ service: null, protocols: ['https'], hosts: null })
    const service = await idOf('POST', '/services', { name: 'of-route', host: 'h' })
    await call('POST', '/routes', { name: 'on', service: { id: service }, paths: ['/b'] })
    expect((await call('GET', `/services/${service}/routes?sort_desc=1&size=30`)).json['data']).toHaveLength(
      1,
    )
  })

  test('credentials and plugins are drawn from schemas, and made with nulls', async () => {
    const consumer = await idOf('POST', '/consumers', { username: 'with-key', custom_id: null, tags: [] })
    const key = await call('POST', `/consumers/${consumer}/key-auth`, { key: 'k', ttl: 0 })
    expect(key.json).toMatchObject({ key: 'k', ttl: null })
    for (const name of ['plugins/rate-limiting', 'keyauth_credentials']) {
      const { json } = await call('GET', `/schemas/${name}`)
      expect(json['fields']).toEqual(expect.arrayContaining([expect.any(Object)]))
    }
    const body = {
      ...{
        name: 'key-auth',
        enabled: true,
        tags: [],
        service: null,
        route: null,
        consumer: null,
        protocols: ['http'],
      },
      config: { key_names: ['apikey'] },
    }
    const { consumer: _, ...withoutConsumer } = body
    const plugin = await idOf('POST', '/plugins', withoutConsumer)
    expect((await call('GET', `/plugins/${plugin}?expand_partials=true`)).json).toMatchObject({
      name: 'key-auth',
    })
    const counts = await call('DELETE', `/plugins/${plugin}`)
    expect(counts.status).toBe(204)
  })

  test('what is refused says so in a text', async () => {
    expect((await call('POST', '/upstreams', { name: 'up' })).json['message']).toBe(
      `UNIQUE violation detected on '{name="up"}'`,
    )
    const bad = await call('POST', '/upstreams', { name: '1.2.3.4' })
    expect(bad.status).toBe(400)
    expect(bad.json['message']).toContain('schema violation (name: Invalid name')
  })

  test('a page of another origin is let in as Kong lets it in', async () => {
    const plain = await askPlainly(`${admin}/services`, 'GET', { origin })
    expect(plain.headers['access-control-allow-origin']).toBe(isOld ? '*' : origin)
    expect(plain.headers['access-control-allow-credentials']).toBe(isOld ? undefined : 'true')
    const preflight = await askPlainly(`${admin}/services/x`, 'OPTIONS', {
      origin,
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'content-type,x-team',
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': isOld ? '*' : origin,
      'access-control-allow-methods': 'DELETE, GET, HEAD, OPTIONS, PATCH, PUT',
      'access-control-allow-headers': isOld ? 'Content-Type' : 'content-type,x-team',
    })
  })
})
