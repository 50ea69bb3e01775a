/**
 * Sets that plugins fill while they work, 2.8's workspaces, and what else stands beside the kinds that state
 * files know.
 */
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { pluginSchema, pluginsAt } from '../../src/entities/plugin-registry.ts'
import type { Gateway } from '../../src/gateway/gateway.ts'
import type { GatewayOptions } from '../../src/gateway/options.ts'
import { ask } from '../support/ask.ts'
import { startBareGateway } from '../support/bare-gateway.ts'
import { certificate } from '../support/client-certificate.ts'

const kong28 = { major: 2, minor: 8, text: '2.8.5' }
const kong39 = { major: 3, minor: 9, text: '3.9.1' }

const started: Gateway[] = []
afterEach(() => Promise.all(started.splice(0).map(gateway => gateway.close())))

async function start(options: Pick<GatewayOptions, 'version'> & Partial<GatewayOptions>) {
  const gateway = await startBareGateway(options, { pluginSchema, pluginsAt })
  started.push(gateway)
  return {
    close: gateway.close,
    send: async (method: string, at: string, body?: object) => {
      const { status, json } = await ask(gateway.admin, method, at, body)
      return { status, json }
    },
  }
}

describe.each([
  ['2.8', kong28],
  ['3.9', kong39],
] as const)('Kong %s', (_text, version) => {
  it('keeps tokens below their credential and service, and lets them go with these', async () => {
    const { send } = await start({ version })
    await send('PUT', '/services/s', { host: 'a.example' })
    await send('PUT', '/consumers/c', {})
    const { json: credential } = await send('POST', '/consumers/c/oauth2', { name: 'app' })
    const below = `/oauth2/${credential['client_id']}/oauth2_tokens`
    const made = await send('POST', below, { expires_in: 10, service: { name: 's' }, ttl: 100 })
    expect(made.status).toBe(201)
    expect(made.json).toMatchObject({
      credential: { id: credential['id'] },
      token_type: 'bearer',
      access_token: expect.stringMatching(/^[A-Za-z0-9]{32}$/),
      refresh_token: null,
      ttl: 99,
    })
    const one = `/oauth2_tokens/${made.json['access_token']}`
    expect((await send('GET', one)).json).toMatchObject({ id: made.json['id'] })
    expect((await send('GET', `${one}/credential`)).json).toMatchObject({
      client_id: credential['client_id'],
    })
    expect((await send('GET', `${one}/service`)).json).toMatchObject({ name: 's' })
    expect((await send('GET', '/services/s/oauth2_tokens')).json['data']).toHaveLength(1)
    expect(
      (await send('POST', '/oauth2_tokens', { credential: { id: credential['id'] } })).json,
    ).toMatchObject({
      fields: { expires_in: 'required field missing' },
    })
    await send('DELETE', `/oauth2/${credential['id']}`)
    expect((await send('GET', one)).status).toBe(404)
  })

  it('keeps sessions by their own id and the texts of acme', async () => {
    const { send } = await start({ version })
    expect((await send('PUT', '/sessions/abc', { data: 'x', expires: 5 })).json).toMatchObject({
      session_id: 'abc',
    })
    expect((await send('POST', '/sessions', { session_id: 'abc' })).status).toBe(409)
    const stored = await send('POST', '/acme_storage', { key: 'a', value: 'b' })
    expect((await send('GET', `/acme_storage/${stored.json['id']}`)).json).toMatchObject({
      key: 'a',
      value: 'b',
    })
    expect((await send('GET', '/acme_storage/a')).json).toMatchObject({
      message: `invalid primary key: '{id="expected a valid UUID"}'`,
    })
  })

  it('has no certificates from authorities, and says so', async () => {
    const { send } = await start({ version })
    expect((await send('GET', '/acme/certificates')).status).toBe(404)
    await send('POST', '/plugins', { name: 'acme', config: { account_email: 'a@b.c', tos_accepted: true } })
    expect(await send('GET', '/acme/certificates')).toEqual({ status: 200, json: { data: {} } })
    expect(await send('GET', '/acme/certificates/a.example')).toEqual({
      status: 404,
      json: { message: 'Certificate for host a.examplenot found in storage' },
    })
    expect((await send('POST', '/acme', {})).json).toEqual({
      message: 'host must be provided and containing a single domain',
    })
  })
})

describe('CA certificates that a service trusts', () => {
  const attempt = async (version: typeof kong39) => {
    const { send } = await start({ version })
    const { json: ca } = await send('POST', '/ca_certificates', { cert: certificate })
    const { json: service } = await send('POST', '/services', {
      url: 'https://a.example',
      ca_certificates: [ca['id']],
    })
    return {
      ca: ca['id'],
      service: service['id'],
      gone: await send('DELETE', `/ca_certificates/${ca['id']}`),
    }
  }

  it('stay in 3.9', async () => {
    const { ca, service, gone } = await attempt(kong39)
    expect(gone).toEqual({
      status: 400,
      json: {
        message: `ca certificate ${ca} is still referenced by services (id = ${service})`,
        name: 'referenced by others',
        code: 19,
      },
    })
  })

  it('go in 2.8', async () => {
    expect((await attempt(kong28)).gone.status).toBe(204)
  })
})

describe('workspaces of 2.8', () => {
  it('are kept', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'deck-workspaces-'))
    try {
      const first = await start({ version: kong28, dataDir })
      const { json } = await first.send('POST', '/workspaces', { name: 'mine', comment: 'c' })
      const before = await first.send('GET', '/workspaces')
      await started.pop()?.close()
      const { send } = await start({ version: kong28, dataDir })
      expect(await send('GET', '/workspaces')).toEqual(before)
      expect((await send('GET', '/workspaces/mine')).json).toEqual(json)
      expect((before.json['data'] as unknown[]).length).toBe(2)
      expect((await send('POST', '/workspaces', { name: 'services' })).json['fields']).toEqual({
        name: expect.stringMatching(/^must not be one of: workspaces, consumers/),
      })
    } finally {
      await Promise.all(started.splice(0).map(gateway => gateway.close()))
      rmSync(dataDir, { recursive: true })
    }
  })

  it('are none in 3.9', async () => {
    const { send } = await start({ version: kong39 })
    expect((await send('GET', '/workspaces')).status).toBe(404)
  })
})

describe.each([
  ['2.8', kong28],
  ['3.9', kong39],
] as const)('what must fit something else, Kong %s', (_text, version) => {
  it('protocols of a plugin and of its route or its service', async () => {
    const { send } = await start({ version })
    await send('PUT', '/services/s', { host: 'a.example' })
    const { json: route } = await send('PUT', '/routes/r', {
      protocols: ['tcp'],
      destinations: [{ port: 1 }],
    })
    const plugin = { name: 'ip-restriction', config: { allow: ['1.1.1.1'] } }
    const onRoute = { ...plugin, route: { id: route['id'] } }
    const { json: refused } = await send('POST', '/plugins', { ...onRoute, protocols: ['http'] })
    expect(refused['fields']).toEqual({ protocols: "must match the associated route's protocols" })
    const { json: made } = await send('POST', '/plugins', onRoute)
    expect((await send('PATCH', `/plugins/${made['id']}`, { enabled: false })).status).toBe(200)
    expect((await send('PATCH', `/plugins/${made['id']}`, { protocols: ['http'] })).status).toBe(400)
    const onService = '/services/s/plugins'
    expect((await send('POST', onService, { ...plugin, protocols: ['http'] })).status).toBe(201)
    await send('PUT', '/routes/of-s', { protocols: ['grpc'], paths: ['/'], service: { name: 's' } })
    const { json: late } = await send('POST', onService, { name: 'key-auth', protocols: ['http'] })
    expect(late['fields']).toEqual({
      protocols: "must match the protocols of at least one route pointing to this Plugin's service",
    })
  })

  it('a password and whose it is: both are said, or none', async () => {
    const { send } = await start({ version })
    const { json: one } = await send('PUT', '/consumers/one', {})
    const { json: other } = await send('PUT', '/consumers/other', {})
    const { json: made } = await send('POST', '/consumers/one/basic-auth', { username: 'u', password: 'p' })
    const at = `/basic-auths/${made['id']}`
    for (const half of [{ password: 'q' }, { consumer: { id: other['id'] } }]) {
      expect((await send('PATCH', at, half)).json['fields']).toEqual({
        '@entity': ["all or none of these fields must be set: 'password', 'consumer.id'"],
      })
    }
    expect((await send('PATCH', at, { username: 'v' })).status).toBe(200)
    expect((await send('PATCH', '/consumers/one/basic-auth/v', { password: 'q' })).status).toBe(200)
    expect((await send('PATCH', at, { password: 'q', consumer: { id: one['id'] } })).status).toBe(200)
    expect((await send('POST', '/basic-auths', { username: 'w', password: 'p' })).json['fields']).toEqual({
      consumer: 'required field missing',
      '@entity': ["all or none of these fields must be set: 'password', 'consumer.id'"],
    })
  })
})

describe('keys of 3.9', () => {
  it('hold what a JSON Web Key may hold', async () => {
    const { send } = await start({ version: kong39 })
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k' }
    const post = (content: object) =>
      send('POST', '/keys', { name: 'k', kid: 'k', jwk: JSON.stringify(content) })
    const own = async (content: object) => (await post(content)).json['fields']
    expect(await own({ ...jwk, kid: 'other' })).toEqual({
      '@entity': ['kid in jwk.kid must be equal to keys.kid'],
    })
    expect(await own({ kid: 'k' })).toEqual({ '@entity': ['could not load JWK, likely not a valid key'] })
    expect(await own({ ...jwk, more: 1 })).toEqual({ '@entity': ['Validation error: more: unknown field'] })
    expect((await post(jwk)).status).toBe(201)
  })
})
