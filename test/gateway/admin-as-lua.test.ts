/**
 * What a client sees of the language and the database behind Kong's Admin API: lists that are read as
 * records, numbers of fourteen digits, invalid ids, and rules that look at no more than Kong's do.
 */
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pluginSchema, pluginsAt } from '../../src/entities/plugin-registry.ts'
import type { Gateway } from '../../src/gateway/gateway.ts'
import { ask, askRaw } from '../support/ask.ts'
import { startBareGateway } from '../support/bare-gateway.ts'
import { createAuthority } from '../support/certificates.ts'

const versions = [
  { major: 2, minor: 8, text: '2.8.5' },
  { major: 3, minor: 9, text: '3.9.1' },
]
const id = '11111111-1111-4111-8111-111111111111'
const other = '22222222-2222-4222-8222-222222222222'

/** Past `fetch`, which mends types of content. */
async function askPlainly(asked: { hostname: string; port: string; type: string; body: string }) {
  const socket = connect(Number(asked.port), asked.hostname)
  const length = Buffer.byteLength(asked.body)
  socket.write(
    `POST /services HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: ${asked.type}\r\nContent-Length: ${length}\r\n\r\n${asked.body}`,
  )
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

for (const version of versions) {
  const isNew = version.major >= 3

  describe(`what Lua makes of what Kong ${version.text} is sent`, () => {
    let gateway: Gateway
    beforeAll(async () => {
      gateway = await startBareGateway({ version }, { pluginSchema, pluginsAt })
      await ask(gateway.admin, 'PUT', `/services/${id}`, { name: 'here', host: 'h' })
    })
    afterAll(() => gateway.close())

    it.each([
      ['upstreams', { name: 'u', healthchecks: ['a'] }, { healthchecks: ['unknown field'] }],
      [
        'upstreams',
        { name: 'u', healthchecks: { active: ['a', 1] } },
        { healthchecks: { active: ['unknown field', 'unknown field'] } },
      ],
      ['routes', { paths: ['/a'], service: ['a'] }, { service: ['unknown field'] }],
      [
        'plugins',
        { name: 'tcp-log', config: ['a'] },
        { config: { 1: 'unknown field', host: 'required field missing', port: 'required field missing' } },
      ],
    ])('a list in the place of a record, in %s: %j', async (set, entity, fields) => {
      const answer = await ask(gateway.admin, 'POST', `/${set}`, entity)
      expect(answer.json['fields']).toEqual(fields)
    })

    it('nothing is changed by an empty list in the place of a record', async () => {
      const made = await ask(gateway.admin, 'POST', '/plugins', { name: 'acl', config: { allow: ['a'] } })
      const changed = await ask(gateway.admin, 'PATCH', `/plugins/${made.json['id']}`, { config: [] })
      expect(changed.json['config']).toEqual(made.json['config'])
    })

    it.each([
      [{ id: null }, { id: 'required field missing' }],
      [{ id: 1 }, { id: 'expected a string' }],
      [{ id: '' }, { id: 'expected a valid UUID' }],
      [{ nonsense: 1 }, { nonsense: 'unknown field' }],
      [{}, { id: 'missing primary key' }],
    ])('a reference %j', async (service, fields) => {
      const answer = await ask(gateway.admin, 'POST', '/routes', { paths: ['/a'], service })
      expect(answer.json).toMatchObject({ code: 2, fields: { service: fields } })
    })

    it('a reference that has an id says no more than that', async () => {
      const service = { id, nonsense: 1 }
      const answer = await ask(gateway.admin, 'POST', '/routes', { paths: ['/a'], service })
      expect(answer.json['service']).toEqual({ id })
    })

    it.each([
      ['POST', '/services', { host: 'h', id: null }, 3],
      ['PUT', '/services/new', { host: 'h', id: null }, 3],
      ['PUT', `/services/${other}`, { host: 'h', id: 'x' }, 2],
      ['PUT', '/services/here', { host: 'h', id: 'x' }, 2],
      ['PATCH', '/services/here', { id: 'x' }, 2],
      ['PATCH', `/services/${id}`, { id: other }, 6],
      ['PATCH', `/services/${id}`, { id: null }, 6],
      ['PATCH', `/services/${id}`, { id }, undefined],
      ['PATCH', '/services/here', { id: other }, undefined],
    ])('%s %s with %j is refused with code %s', async (method, path, body, code) => {
      const answer = await ask(gateway.admin, method, path, body)
      expect(answer.json['code']).toBe(code)
      if (code === undefined) expect(answer.json['id']).toBe(id)
    })

    it.each([
      ['1e20', '1e+20', '1e+20'],
      ['1e-7', '1e-07', '1e-07'],
      ['9007199254740993', '9.007199254741e+15', '9007199254741000'],
      ['0.1', '0.1', '0.1'],
      ['1.0', '1', '1'],
      ['0.00002', '2e-05', '2e-05'],
    ])('the number %s has the digits that are left of it', async (given, old, since) => {
      const body = `{"name": "http-log", "config": {"http_endpoint": "http://x/", "keepalive": ${given}}}`
      const answer = await askRaw(gateway.admin, 'PUT', `/plugins/${other}`, body, 'application/json')
      expect(answer.text).toContain(`"keepalive":${isNew ? since : old},`)
    })

    it.each([
      ['01', 1],
      ['+1', 1],
      ['2.', 2],
    ])('the number %s is %i', async (text, value) => {
      const body = `{"host": "h", "retries": ${text}}`
      const answer = await askRaw(gateway.admin, 'POST', '/services', body, 'application/json')
      expect(answer.json['retries']).toBe(value)
    })

    it('texts with brackets are printed in longer brackets', async () => {
      const config = { account_email: 'a@b.com', storage_config: { shm: { shm_name: '[x]' } } }
      const answer = await ask(gateway.admin, 'POST', '/plugins', { name: 'acme', config })
      expect(answer.json['message']).toContain('shm_name = [=[failed validating: [x]]=]')
    })

    it('rules across fields are silent where there is no record', async () => {
      const answer = await ask(gateway.admin, 'POST', '/plugins', { name: 'acl', config: null })
      expect(answer.json['fields']).toEqual({
        '@entity': ["at least one of these fields must be non-empty: 'config.allow', 'config.deny'"],
        config: 'required field missing',
      })
    })

    it('a plugin for a service that is referenced by name finds no routes', async () => {
      const made = await ask(gateway.admin, 'POST', '/plugins', { name: 'cors' })
      const path = `/plugins/${made.json['id']}`
      const answer = await ask(gateway.admin, 'PATCH', path, { service: { name: 'here' } })
      expect(answer.json['fields']).toEqual({
        protocols: "must match the protocols of at least one route pointing to this Plugin's service",
      })
    })

    it.each([
      ['redirect', { location: 'x' }, { location: 'missing host in url' }, 3],
      ['tcp-log', { host: 'a b', port: 1 }, { host: 'invalid value: a b' }, 2],
      ['statsd', { host: '/' }, { host: 'invalid value: /' }, 2],
      [
        'request-transformer',
        { rename: { headers: ['a:'] } },
        { rename: { headers: ["'' is not a valid header"] } },
        2,
      ],
      [
        'oauth2',
        { enable_implicit_grant: true, scopes: ['a'], provision_key: null },
        { provision_key: 'required field missing' },
        2,
      ],
      [
        'opentelemetry',
        { traces_endpoint: 'http://x/', propagation: { default_format: 'b3', clear: ['x y'] } },
        {
          propagation: {
            clear: ["bad header name 'x y', allowed characters are A-Z, a-z, 0-9, '_', and '-'"],
          },
        },
        3,
      ],
    ])('configuration of %s: %j', async (name, config, fields, since) => {
      if (version.major < since) return
      const answer = await ask(gateway.admin, 'POST', '/plugins', { name, config })
      expect(answer.json['fields']).toEqual({ config: fields })
    })

    it('a deprecated name that is null is null by its new name', async () => {
      const config = isNew ? { minute: 1, redis_port: null } : { minute: 1, redis_host: null }
      const made = await ask(gateway.admin, 'POST', '/plugins', { name: 'rate-limiting', config })
      expect(made.json['config']).toMatchObject(isNew ? { redis: { port: null } } : { redis_host: null })
    })

    it('a short form that cannot be read', async () => {
      const config = { whitelist: ['('] }
      const answer = await ask(gateway.admin, 'POST', '/plugins', { name: 'bot-detection', config })
      // 2.8 loses the whole configuration, which its database then misses.
      expect(answer.json['code']).toBe(isNew ? 2 : 3)
    })

    it('values of a map are filled with what they lack', async () => {
      const config = { limits: { sms: { minute: 1 } } }
      const answer = await ask(gateway.admin, 'POST', '/plugins', { name: 'response-ratelimiting', config })
      const { sms } = (answer.json['config'] as { limits: { sms: unknown } }).limits
      const rest = { second: null, hour: null, day: null, month: null, year: null }
      expect(sms).toEqual(isNew ? { minute: 1, ...rest } : { minute: 1 })
    })

    it('a group is found by its name below its consumer alone', async () => {
      for (const consumer of ['one', 'two']) {
        await ask(gateway.admin, 'PUT', `/consumers/${consumer}`, {})
        const made = await ask(gateway.admin, 'POST', `/consumers/${consumer}/acls`, { group: 'all' })
        const found = await ask(gateway.admin, 'GET', `/consumers/${consumer}/acls/all`)
        expect(found.json['id']).toBe(made.json['id'])
      }
      const put = await ask(gateway.admin, 'PUT', '/consumers/two/acls/other', { group: 'named' })
      expect(put.json['group']).toBe('named')
      expect((await ask(gateway.admin, 'GET', '/consumers/two/acls/other')).status).toBe(404)
      expect((await ask(gateway.admin, 'GET', '/acls/all')).json).toMatchObject({ code: 1 })
    })

    it.each([
      ['application/json, text/plain', 201],
      ['', 415],
      ['nonsense', 415],
    ])('content of the type "%s"', async (type, status) => {
      const { hostname, port } = new URL(gateway.admin)
      const answer = await askPlainly({ hostname, port, type, body: '{"host": "h"}' })
      expect(answer).toContain(`HTTP/1.1 ${status}`)
    })

    it('HEAD where there is nothing to GET', async () => {
      const answer = await ask(gateway.admin, 'HEAD', '/schemas/services/validate')
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8'])
    })

    it('one name in a form is a list where the schema says so', async () => {
      const { cert, key } = await createAuthority()
      const type = 'application/x-www-form-urlencoded'
      const form = new URLSearchParams({ cert, key, snis: 'one.com' }).toString()
      const answer = await askRaw(gateway.admin, 'POST', '/certificates', form, type)
      expect(answer.json['snis']).toEqual(isNew ? ['one.com'] : [])
    })

    it('an invalid PEM is reported beside all other problems', async () => {
      if (!isNew) return
      const answer = await ask(gateway.admin, 'POST', '/keys', { kid: 5, pem: { public_key: 'x' } })
      expect(answer.json['fields']).toEqual({ kid: 'expected a string', pem: 'could not load public key' })
    })

    it.each([
      ['', 'length must be at least 1'],
      [5, 'expected a string'],
      ['x', expect.stringContaining('expected one of: consistent-hashing, ')],
    ])('an algorithm %j is refused, of a new upstream and of one that is there', async (algorithm, said) => {
      await ask(gateway.admin, 'PUT', '/upstreams/balanced', {})
      for (const method of ['PUT', 'PATCH']) {
        const answer = await ask(gateway.admin, method, '/upstreams/balanced', { algorithm })
        expect(answer.json['fields']).toEqual({ algorithm: said })
      }
    })

    it('nothing is behind an empty offset', async () => {
      const answer = await ask(gateway.admin, 'GET', '/services?offset=W10')
      expect(answer.json).toEqual({ data: [], next: null })
    })

    it('a list of records in a form without numbers is none', async () => {
      const form = 'protocols=tcp&sources[].ip=1.1.1.1'
      const type = 'application/x-www-form-urlencoded'
      const answer = await askRaw(gateway.admin, 'POST', '/routes', form, type)
      expect(answer.json['fields']).toEqual({ sources: 'expected a set' })
    })

    it(`TLS settings of a service with the protocol tls are ${isNew ? 'taken' : 'refused'}`, async () => {
      const service = { host: 'h', protocol: 'tls', tls_verify: true }
      const { status } = await ask(gateway.admin, 'POST', '/services', service)
      expect(status).toBe(isNew ? 201 : 400)
    })

    it('/robots.txt is answered by nginx', async () => {
      const robots = await ask(gateway.admin, 'GET', '/robots.txt')
      expect(robots.text).toBe('User-agent: *\nDisallow: /')
      expect(robots.headers.get('access-control-allow-origin')).toBeNull()
    })

    it(`nothing has the tag that nothing has: ${isNew ? 'a list' : 'a record'}`, async () => {
      const answer = await ask(gateway.admin, 'GET', '/tags/nowhere')
      expect(answer.json['data']).toEqual(isNew ? [] : {})
    })
  })
}
