/** oauth2: each grant, over TLS, against a whole gateway; and what its tokens open. */
import { createHash } from 'node:crypto'
import { request } from 'node:https'
import { describe, expect, it } from 'vitest'
import { startGateway } from '../../src/gateway/gateway.ts'
import { ask } from '../support/ask.ts'
import { startEchoBackend } from '../support/echo-backend.ts'
import { arrived, closing, type Echo } from '../support/plugged-proxy.ts'
import { bothKongs, kong39 } from '../support/proxy-sets.ts'
import { until } from '../support/until.ts'

interface TokenResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly json: Record<string, unknown>
}

type Arguments = Readonly<Record<string, string>>

/** A form, posted over TLS. */
const post = (proxy: string, path: string, form: Arguments, headers: Arguments = {}) =>
  new Promise<TokenResponse>((resolve, reject) => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const options = {
      method: 'POST',
      headers: { ...type, ...headers },
      rejectUnauthorized: false,
      agent: false,
    }
    const asked = request(proxy + path, options, response => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, json: JSON.parse(body) }),
      )
    })
    asked.on('error', reject).end(new URLSearchParams(form).toString())
  })

const everyGrant = {
  scopes: ['read', 'write'],
  provision_key: 'pk',
  enable_authorization_code: true,
  enable_implicit_grant: true,
  enable_client_credentials: true,
  enable_password_grant: true,
}

const start = async (version: typeof kong39, config: object = {}, application: object = {}) => {
  const backend = closing(await startEchoBackend({ name: 'b' }))
  const port = { port: 0 }
  const gateway = closing(
    await startGateway({ version, adminListen: port, proxyListen: port, proxyTlsListen: port }),
  )
  const make = async (path: string, body: object) => {
    const made = await ask(gateway.admin, 'POST', path, body)
    expect([made.status, made.json['message']]).toEqual([201, undefined])
    return made.json
  }
  const url = `http://127.0.0.1:${backend.port}`
  await make('/services', { name: 's', url })
  await make('/services/s/routes', { name: 'r', paths: ['/'] })
  await make('/services', { name: 'other', url })
  await make('/services/other/routes', { paths: ['/other'] })
  await make('/consumers', { username: 'c' })
  await make('/consumers/c/oauth2', {
    name: 'app',
    client_id: 'app',
    client_secret: 'shh',
    redirect_uris: ['https://app.example/back?x=1', 'https://app.example/other'],
    ...application,
  })
  for (const service of ['s', 'other'])
    await make(`/services/${service}/plugins`, { name: 'oauth2', config: { ...everyGrant, ...config } })
  const tls = gateway.proxyTls ?? ''
  const client = { client_id: 'app', client_secret: 'shh' }
  return {
    gateway,
    make,
    token: (form: Arguments, headers: Arguments = {}) => post(tls, '/oauth2/token', form, headers),
    authorize: (form: Arguments) => post(tls, '/oauth2/authorize', { client_id: 'app', ...form }),
    client,
    come: (token: string, path = '/') =>
      fetch(gateway.proxy + path, { headers: { authorization: `Bearer ${token}` } }),
  }
}

const user = { provision_key: 'pk', authenticated_userid: 'joe' }

describe('grants', () => {
  it.each(bothKongs)('%s: of a client for itself', async (_name, version) => {
    const { token, client, come, gateway } = await start(version)
    const response = await token({ ...client, grant_type: 'client_credentials', scope: 'read', state: 's' })
    expect(response.status).toBe(200)
    expect(response.headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' })
    expect(response.json).toEqual({
      access_token: expect.stringMatching(/^[A-Za-z0-9]{32}$/),
      token_type: 'bearer',
      expires_in: 7200,
      state: 's',
    })
    const text = String(response.json['access_token'])
    const seen = (await (await come(text)).json()) as Echo
    expect(arrived(seen, 'x-consumer-username')).toEqual(['c'])
    expect(arrived(seen, 'x-credential-identifier')).toEqual(['app'])
    expect(arrived(seen, 'x-authenticated-scope')).toEqual(['read'])
    expect(arrived(seen, 'x-authenticated-userid')).toEqual([])
    expect((await come(text, '/other')).status).toBe(401)
    const { json } = await ask(gateway.admin, 'GET', `/oauth2_tokens/${text}`)
    expect(json).toMatchObject({
      access_token: text,
      expires_in: 7200,
      scope: 'read',
      ttl: expect.any(Number),
    })
  })

  it.each(bothKongs)('%s: of a code, which is good once', async (_name, version) => {
    const { token, client, authorize, come } = await start(version)
    const granted = await authorize({ ...user, response_type: 'code', state: 'a b' })
    expect(granted.status).toBe(200)
    const place = new URL(String(granted.json['redirect_uri']))
    expect(place.href).toMatch(/^https:\/\/app\.example\/back\?code=\w{32}&state=a%20b&x=1$/)
    const code = place.searchParams.get('code') ?? ''
    const form = { ...client, grant_type: 'authorization_code', code }
    const response = await token(form)
    expect(response.json).toMatchObject({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
    })
    const seen = (await (await come(String(response.json['access_token']))).json()) as Echo
    expect(arrived(seen, 'x-authenticated-userid')).toEqual(['joe'])
    expect(await token(form)).toMatchObject({ status: 400, json: { error_description: 'Invalid code' } })
  })

  it('of a code with a proof', async () => {
    const { token, authorize } = await start(kong39, {}, { client_type: 'public', client_secret: undefined })
    const form = { ...user, response_type: 'code' }
    expect((await authorize(form)).json['redirect_uri']).toContain(
      'error_description=code_challenge%20is%20required%20for%20public%20clients',
    )
    const verifier = 'v'.repeat(43)
    const code_challenge = createHash('sha256').update(verifier).digest('base64url')
    const granted = await authorize({ ...form, code_challenge, code_challenge_method: 'S256' })
    const code = new URL(String(granted.json['redirect_uri'])).searchParams.get('code') ?? ''
    const taking = { client_id: 'app', grant_type: 'authorization_code', code }
    const said = async (more: Arguments) => (await token({ ...taking, ...more })).json['error_description']
    expect(await said({})).toBe('code_verifier is required for PKCE authorization requests')
    expect(await said({ code_verifier: 'short' })).toBe('code_verifier must be between 43 and 128 characters')
    expect(await said({ code_verifier: 'w'.repeat(43) })).toBe('Invalid code')
    expect((await token({ ...taking, code_verifier: verifier })).status).toBe(200)
  })

  it('implicit: the token stands behind #', async () => {
    const { authorize, come } = await start(kong39)
    const granted = await authorize({ ...user, response_type: 'token', scope: 'write' })
    const place = new URL(String(granted.json['redirect_uri']))
    expect(place.search).toBe('?x=1')
    const response = new URLSearchParams(place.hash.slice(1))
    expect(response.get('token_type')).toBe('bearer')
    expect(response.has('refresh_token')).toBe(false)
    expect((await come(response.get('access_token') ?? '')).status).toBe(200)
  })

  it.each([false, true])('of a password, and refreshed after that (the same again: %s)', async again => {
    const { token, client, come } = await start(kong39, { reuse_refresh_token: again })
    const first = await token({ ...client, ...user, grant_type: 'password', scope: 'read' })
    expect(first.status).toBe(200)
    const refreshing = {
      ...client,
      grant_type: 'refresh_token',
      refresh_token: String(first.json['refresh_token']),
    }
    const second = await token(refreshing)
    expect(second.status).toBe(200)
    expect(second.json['refresh_token'] === first.json['refresh_token']).toBe(again)
    expect((await come(String(first.json['access_token']))).status).toBe(401)
    expect((await come(String(second.json['access_token']))).status).toBe(200)
    expect((await token(refreshing)).status).toBe(again ? 200 : 400)
  })

  it('knows a secret by its hash, and a client by its header', async () => {
    const { token } = await start(kong39, {}, { hash_secret: true })
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
    const form = { grant_type: 'client_credentials' }
    expect((await token(form, basic('app:shh'))).status).toBe(200)
    const wrong = await token(form, basic('app:no'))
    expect([wrong.status, wrong.headers['www-authenticate']]).toEqual([401, 'Basic realm="OAuth2.0"'])
    expect(wrong.json).toEqual({
      error: 'invalid_client',
      error_description: 'Invalid client authentication',
    })
    expect((await token(form, basic('nobody:shh'))).status).toBe(400)
  })
})

describe('what is not granted', () => {
  it('says why', async () => {
    const { token, authorize, client, gateway } = await start(kong39, { mandatory_scope: true })
    const tokens = async (form: Arguments) => Object.values((await token({ ...client, ...form })).json)
    const itself = { grant_type: 'client_credentials' }
    expect(await tokens({ grant_type: 'magic' })).toEqual(['unsupported_grant_type', 'Invalid grant_type'])
    expect(await tokens(itself)).toEqual(['invalid_scope', 'You must specify a scope'])
    expect(await tokens({ ...itself, scope: 'read own' })).toEqual([
      'invalid_scope',
      '"own" is an invalid scope',
    ])
    expect(await tokens({ ...itself, client_secret: 'x' })).toEqual([
      'invalid_client',
      'Invalid client authentication',
    ])
    expect(await tokens({ ...itself, authenticated_userid: 'joe' })).toEqual([
      'invalid_provision_key',
      'Invalid provision_key',
    ])
    expect(await tokens({ grant_type: 'password', provision_key: 'pk' })).toEqual([
      'invalid_authenticated_userid',
      'Missing authenticated_userid parameter',
    ])
    expect(await tokens({ grant_type: 'refresh_token', refresh_token: 'x' })).toEqual([
      'invalid_request',
      'Invalid refresh_token',
    ])
    const bare = await authorize({ response_type: 'code' })
    expect([bare.status, bare.json['error']]).toEqual([400, 'invalid_provision_key'])
    const sent = await authorize({ ...user, response_type: 'code', redirect_uri: 'https://evil.example' })
    expect(sent.status).toBe(400)
    expect(sent.json['redirect_uri']).toMatch(
      /^https:\/\/app\.example\/back\?error=invalid_request&error_desc/,
    )
    const plain = await fetch(`${gateway.proxy}/oauth2/token`, { method: 'POST' })
    expect([plain.status, await plain.json()]).toEqual([
      400,
      { error: 'access_denied', error_description: 'You must use HTTPS' },
    ])
    const got = await fetch(`${gateway.proxy}/oauth2/token/`)
    expect([got.status, got.headers.get('www-authenticate')]).toEqual([
      405,
      'Bearer error="invalid_method" error_description="The HTTP method GET is invalid for the token endpoint"',
    ])
  })
})

describe('a node without a database', () => {
  it('cannot make tokens, and says so in its log', async () => {
    const port = { port: 0 }
    const logged: string[] = []
    const gateway = closing(
      await startGateway({
        version: kong39,
        adminListen: port,
        proxyListen: port,
        proxyTlsListen: port,
        database: 'off',
        declarativeConfig: JSON.stringify({
          _format_version: '3.0',
          services: [
            {
              name: 's',
              url: 'http://127.0.0.1:1',
              routes: [{ name: 'r', paths: ['/'] }],
              plugins: [{ name: 'oauth2', config: everyGrant }],
            },
          ],
          consumers: [
            { username: 'c', oauth2_credentials: [{ name: 'app', client_id: 'app', client_secret: 'shh' }] },
          ],
        }),
        log: line => logged.push(line),
      }),
    )
    const form = { grant_type: 'client_credentials', client_id: 'app', client_secret: 'shh' }
    const response = await post(gateway.proxyTls ?? '', '/oauth2/token', form)
    expect([response.status, response.json['message']]).toEqual([500, 'An unexpected error occurred'])
    expect(logged.join()).toContain("cannot create 'oauth2_tokens' entities when not using a database")
  })
})

describe('who comes in', () => {
  it.each(bothKongs)('%s: says what is wrong', async (name, version) => {
    const { come, gateway, token, client, make } = await start(version, { token_expiration: 1 })
    const realm = name === '2.8' ? ' realm="service"' : ''
    const missing = await fetch(gateway.proxy)
    expect([missing.status, missing.headers.get('www-authenticate')]).toEqual([401, `Bearer${realm}`])
    expect(await missing.json()).toEqual({
      error: 'invalid_request',
      error_description: 'The access token is missing',
    })
    const wrong = await come('none')
    const expired = 'The access token is invalid or has expired'
    expect(wrong.headers.get('www-authenticate')).toBe(
      `Bearer${realm} error="invalid_token" error_description="${expired}"`,
    )
    const response = await token({ ...client, grant_type: 'client_credentials' })
    const text = String(response.json['access_token'])
    expect((await come(text)).status).toBe(200)
    await until(async () => (await come(text)).status === 401, 'the token expires')
    expect(await (await come(text)).json()).toEqual({ error: 'invalid_token', error_description: expired })
    const { json } = await ask(gateway.admin, 'GET', '/consumers/c/oauth2/app')
    await make('/oauth2_tokens', { credential: { id: json['id'] }, access_token: 'global', expires_in: 0 })
    expect(await (await come('global')).json()).toMatchObject({
      error_description: expect.stringContaining('The access token is global'),
    })
  })

  it('with a token among the arguments, which the upstream need not see', async () => {
    const { gateway, token, client } = await start(kong39, { hide_credentials: true })
    const response = await token({ ...client, grant_type: 'client_credentials' })
    const text = String(response.json['access_token'])
    const inQuery = (await (await fetch(`${gateway.proxy}/?b=2&access_token=${text}&a=1`)).json()) as Echo
    expect(inQuery.path).toBe('/?a=1&b=2')
    const body = new URLSearchParams({ access_token: text, kept: '1' })
    const inForm = (await (await fetch(gateway.proxy, { method: 'POST', body })).json()) as Echo
    expect(inForm.body).toBe('kept=1')
    const headers = { authorization: `bearer ${text}` }
    const inHeader = (await (await fetch(gateway.proxy, { headers })).json()) as Echo
    expect(arrived(inHeader, 'authorization')).toEqual([])
  })

  it('everywhere, with a token of a client whose plugins share their credentials', async () => {
    const { come, token, client } = await start(kong39, { global_credentials: true })
    const response = await token({ ...client, grant_type: 'client_credentials' })
    const text = String(response.json['access_token'])
    expect([(await come(text)).status, (await come(text, '/other')).status]).toEqual([200, 200])
  })

  it('lets an anonymous consumer in where that is allowed, without headers that only the gateway may set', async () => {
    const { gateway, make } = await start(kong39, { anonymous: 'anon' })
    await make('/consumers', { username: 'anon' })
    const headers = { 'X-Authenticated-UserId': 'root', 'X-Authenticated-Scope': 'all' }
    const seen = (await (await fetch(gateway.proxy, { headers })).json()) as Echo
    expect(arrived(seen, 'x-anonymous-consumer')).toEqual(['true'])
    expect(arrived(seen, 'x-authenticated-userid')).toEqual([])
    expect(arrived(seen, 'x-authenticated-scope')).toEqual([])
  })
})
