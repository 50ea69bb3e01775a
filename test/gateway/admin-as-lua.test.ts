/**
 * What a client sees of the language and the database behind Kong's Admin API: lists that are read as records, numbers of fourteen
 * digits, ids that are none, and rules that look at no more than Kong's do.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Gateway } from '../../src/gateway/gateway.ts'
import { pluginSchema, pluginsAt } from '../../src/gateway/plugins/registry.ts'
import { ask, askRaw } from '../support/ask.ts'
import { startBareGateway } from '../support/bare-gateway.ts'

const versions = [
  { major: 2, minor: 8, text: '2.8.5' },
  { major: 3, minor: 9, text: '3.9.1' },
]
const id = '11111111-1111-4111-8111-111111111111'
const other = '22222222-2222-4222-8222-222222222222'

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

    it('texts with brackets are told in longer brackets', async () => {
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

    it('a plugin for a service that is told by its name finds no routes', async () => {
      const made = await ask(gateway.admin, 'POST', '/plugins', { name: 'cors' })
      const path = `/plugins/${made.json['id']}`
      const answer = await ask(gateway.admin, 'PATCH', path, { service: { name: 'here' } })
      expect(answer.json['fields']).toEqual({
        protocols: "must match the protocols of at least one route pointing to this Plugin's service",
      })
    })

    it(`TLS settings of a service with the protocol tls are ${isNew ? 'taken' : 'refused'}`, async () => {
      const service = { host: 'h', protocol: 'tls', tls_verify: true }
      const { status } = await ask(gateway.admin, 'POST', '/services', service)
      expect(status).toBe(isNew ? 201 : 400)
    })

    it('robots are told off by nginx', async () => {
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
