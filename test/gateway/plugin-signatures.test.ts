/** jwt and hmac-auth: signed parts, algorithms, and the errors for an invalid signature. */
import { constants, createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { arrived, plugin, refusalOf, startPlugged } from '../support/plugged-proxy.ts'
import { bothKongs, kong28, kong39, type Wanted } from '../support/proxy-sets.ts'

const now = Date.UTC(2026, 0, 1, 12)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now })
})
afterEach(() => {
  vi.useRealTimers()
})

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

type Sign = (text: string) => Buffer

const hs256 =
  (secret: string): Sign =>
  text =>
    createHmac('sha256', secret).update(text).digest()

function tokenOf(claims: object, signer: Sign, header: object = { alg: 'HS256', typ: 'JWT' }): string {
  const text = `${part(header)}.${part(claims)}`
  return `${text}.${signer(text).toString('base64url')}`
}

const holder: Wanted = { consumer: [{ id: 'c', username: 'c' }] }

const withJwt = (config: object, secret: object = {}): Wanted => ({
  ...holder,
  'jwt-auth': [{ id: 'j', key: 'me', secret: 'shh', consumer: { id: 'c' }, ...secret }],
  plugin: [plugin('jwt', config)],
})

const good = tokenOf({ iss: 'me' }, hs256('shh'))
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

describe('jwt', () => {
  it.each(bothKongs)('%s takes a token from the header, the query or a cookie', async (_name, version) => {
    const { echo } = await startPlugged(version, withJwt({ cookie_names: ['token'] }))
    for (const seen of [
      await echo('/', bearer(good)),
      await echo(`/?jwt=${good}`),
      await echo('/', { headers: { cookie: `a=b; token=${good}` } }),
    ]) {
      expect(arrived(seen, 'x-consumer-username')).toEqual(['c'])
      expect(arrived(seen, 'x-credential-identifier')).toEqual(['me'])
    }
  })

  it.each(bothKongs)('%s says what is wrong with a token', async (name, version) => {
    const { ask } = await startPlugged(version, withJwt({}))
    const said = async (token: string) => refusalOf(await ask('/', bearer(token)))
    expect(await refusalOf(await ask('/'))).toEqual([401, 'Unauthorized'])
    expect(await said('no')).toEqual([401, 'Bad token; invalid JSON'])
    expect(await said(tokenOf({ iss: 'me' }, hs256('shh'), { alg: 'none' }))).toEqual([
      401,
      'Bad token; invalid alg',
    ])
    expect(await said(tokenOf({}, hs256('shh')))).toEqual([401, "No mandatory 'iss' in claims"])
    expect(await said(tokenOf({ iss: '' }, hs256('shh')))).toEqual([401, "Invalid 'iss' in claims"])
    expect(await said(tokenOf({ iss: 'you' }, hs256('shh')))).toEqual([
      401,
      "No credentials found for given 'iss'",
    ])
    expect(await said(tokenOf({ iss: 'me' }, hs256('shh'), { alg: 'HS384' }))).toEqual([
      401,
      'Invalid algorithm',
    ])
    expect(await said(tokenOf({ iss: 'me' }, hs256('no')))).toEqual([401, 'Invalid signature'])
    const { headers } = await ask('/', bearer('no'))
    expect(headers.get('www-authenticate')).toBe(name === '2.8' ? null : 'Bearer error="invalid_token"')
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
  })

  it('reads the configured key claim in the header of the token too', async () => {
    const { ask } = await startPlugged(kong39, withJwt({ key_claim_name: 'kid' }))
    const token = tokenOf({}, hs256('shh'), { alg: 'HS256', kid: 'me' })
    expect((await ask('/', bearer(token))).status).toBe(200)
  })

  it.each([
    ['2.8', kong28, 200],
    ['3.9', kong39, 401],
  ] as const)('%s: two tokens', async (name, version, status) => {
    const { ask } = await startPlugged(version, withJwt({}))
    const other = tokenOf({ iss: 'me', n: 1 }, hs256('shh'))
    const response = await ask(`/?jwt=${good}`, bearer(other))
    expect(response.status).toBe(status)
    if (name === '3.9') expect(await refusalOf(response)).toEqual([401, 'Multiple tokens provided'])
    expect((await ask(`/?jwt=${good}`, bearer(good))).status).toBe(200)
    expect(await refusalOf(await ask(`/?jwt=${good}&jwt=${other}`))).toEqual([
      401,
      'Multiple tokens provided',
    ])
    expect(await refusalOf(await ask('/?jwt'))).toEqual([401, 'Unrecognizable token'])
  })

  it('checks the configured time claims', async () => {
    const { ask } = await startPlugged(
      kong39,
      withJwt({ claims_to_verify: ['exp', 'nbf'], maximum_expiration: 100 }),
    )
    const seconds = now / 1000
    const said = async (claims: object) => {
      const response = await ask('/', bearer(tokenOf({ iss: 'me', ...claims }, hs256('shh'))))
      return response.status === 200 ? 200 : response.json()
    }
    expect(await said({ exp: seconds + 1, nbf: seconds })).toBe(200)
    expect(await said({})).toEqual({ exp: 'must be a number', nbf: 'must be a number' })
    expect(await said({ exp: seconds, nbf: seconds + 1 })).toEqual({
      exp: 'token expired',
      nbf: 'token not valid yet',
    })
    expect(await said({ exp: seconds + 101, nbf: 0 })).toEqual({ exp: 'exceeds maximum allowed expiration' })
  })

  it.each(bothKongs)('%s: base64 is of secrets; 2.8 takes public keys for it too', async (name, version) => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const rsa_public_key = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const secret = { algorithm: 'RS256', rsa_public_key, secret: null }
    const { ask } = await startPlugged(version, withJwt({ secret_is_base64: true }, secret))
    const header = { alg: 'RS256', typ: 'JWT' }
    const token = tokenOf({ iss: 'me' }, text => sign('sha256', Buffer.from(text), privateKey), header)
    const answer = await ask('/', bearer(token))
    if (name === '3.9') expect(answer.status).toBe(200)
    else expect(await refusalOf(answer)).toEqual([401, 'Invalid key/secret'])
  })

  it.each(bothKongs)('%s: tokens are in the alphabet of URLs; 2.8 reads both', async (name, version) => {
    const { ask } = await startPlugged(version, withJwt({}))
    const signed = `${part({ alg: 'HS256' })}.${part({ iss: 'me', a: '>>>???' }).replaceAll('-', '+').replaceAll('_', '/')}`
    expect(signed).toMatch(/[+/]/)
    const answer = await ask('/', bearer(`${signed}.${hs256('shh')(signed).toString('base64url')}`))
    if (name === '2.8') expect(answer.status).toBe(200)
    else expect(await refusalOf(answer)).toEqual([401, 'Bad token; invalid JSON'])
  })

  it('reads base64 secrets if configured', async () => {
    const secret = Buffer.from('shh').toString('base64')
    const { ask } = await startPlugged(kong39, withJwt({ secret_is_base64: true }, { secret }))
    expect((await ask('/', bearer(good))).status).toBe(200)
  })

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const p521 = generateKeyPairSync('ec', { namedCurve: 'P-521' })
  const ed = generateKeyPairSync('ed25519')
  const pem = ({ publicKey }: { readonly publicKey: KeyObject }) =>
    publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const raw = { dsaEncoding: 'ieee-p1363' } as const
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }

  it.each<readonly [string, string, Sign]>([
    ['RS256', pem(rsa), text => sign('sha256', Buffer.from(text), rsa.privateKey)],
    ['RS512', pem(rsa), text => sign('sha512', Buffer.from(text), rsa.privateKey)],
    ['PS256', pem(rsa), text => sign('sha256', Buffer.from(text), { key: rsa.privateKey, ...padding })],
    ['ES256', pem(p256), text => sign('sha256', Buffer.from(text), { key: p256.privateKey, ...raw })],
    ['ES512', pem(p521), text => sign('sha512', Buffer.from(text), { key: p521.privateKey, ...raw })],
    ['EdDSA', pem(ed), text => sign(null, Buffer.from(text), ed.privateKey)],
  ])('%s', async (algorithm, rsa_public_key, signer) => {
    const { ask } = await startPlugged(kong39, withJwt({}, { algorithm, rsa_public_key }))
    const token = tokenOf({ iss: 'me' }, signer, { alg: algorithm })
    expect((await ask('/', bearer(token))).status).toBe(200)
    const [header, , signature] = token.split('.')
    const changed = [header, part({ iss: 'me', admin: true }), signature].join('.')
    expect(await refusalOf(await ask('/', bearer(changed)))).toEqual([401, 'Invalid signature'])
  })

  it('is an error where a signature has not the length of its algorithm', async () => {
    const { ask, proxy } = await startPlugged(
      kong39,
      withJwt({}, { algorithm: 'ES256', rsa_public_key: pem(p256) }),
    )
    const token = tokenOf({ iss: 'me' }, () => Buffer.from('short'), { alg: 'ES256' })
    expect((await ask('/', bearer(token))).status).toBe(500)
    expect(proxy.logged.join()).toContain('Signature must be 64 bytes.')
  })
})

describe('hmac-auth', () => {
  const withHmac = (config: object): Wanted => ({
    ...holder,
    'hmac-auth': [{ id: 'h', username: 'joe', secret: 'shh', consumer: { id: 'c' } }],
    plugin: [plugin('hmac-auth', config)],
  })
  const date = new Date(now).toUTCString()

  /** Signs the lines; `headers` names what they are of. */
  function signed(headers: string, lines: readonly string[], algorithm = 'hmac-sha256', user = 'joe') {
    const signature = createHmac(algorithm.replace('hmac-', ''), 'shh')
      .update(lines.join('\n'))
      .digest('base64')
    return `hmac username="${user}", algorithm="${algorithm}", headers="${headers}", signature="${signature}"`
  }

  it.each(bothKongs)('%s takes what is signed rightly', async (name, version) => {
    const { echo } = await startPlugged(version, withHmac({}))
    const lines = [`date: ${date}`, 'GET /a?b=1 HTTP/1.1']
    const seen = await echo('/a?b=1', {
      headers: { date, authorization: signed('date request-line', lines) },
    })
    expect(arrived(seen, 'x-credential-identifier')).toEqual(['joe'])
    expect(arrived(seen, 'x-credential-username')).toEqual(name === '2.8' ? ['joe'] : [])
  })

  it('signs what draft 7 calls the request target, with any of its algorithms', async () => {
    const { ask } = await startPlugged(kong39, withHmac({ hide_credentials: true }))
    for (const algorithm of ['hmac-sha1', 'hmac-sha384', 'hmac-sha512']) {
      const lines = [`x-date: ${date}`, '@request-target: get /a', 'x-missing:']
      const authorization = signed('x-date @request-target x-missing', lines, algorithm)
      expect((await ask('/a', { headers: { 'x-date': date, authorization } })).status).toBe(200)
    }
  })

  it.each(bothKongs)('%s says what is wrong', async (name, version) => {
    const { ask } = await startPlugged(
      version,
      withHmac({ enforce_headers: ['date'], algorithms: ['hmac-sha256'] }),
    )
    const said = async (headers: Record<string, string>) => refusalOf(await ask('/', { headers }))
    const right = signed('date', [`date: ${date}`])
    expect(await said({})).toEqual([401, 'Unauthorized'])
    const undated =
      'HMAC signature cannot be verified, a valid date or x-date header is required for HMAC Authentication'
    expect(await said({ authorization: right })).toEqual([401, undated])
    const old = new Date(now - 301_000).toUTCString()
    expect(await said({ date: old, authorization: signed('date', [`date: ${old}`]) })).toEqual([401, undated])
    const unverified = [401, 'HMAC signature cannot be verified']
    expect(await said({ date, authorization: 'hmac nonsense' })).toEqual(unverified)
    expect(await said({ date, authorization: signed('x', ['x:']) })).toEqual(unverified)
    expect(await said({ date, authorization: signed('date', [`date: ${date}`], 'hmac-sha1') })).toEqual(
      unverified,
    )
    const other = signed('date', [`date: ${date}`], 'hmac-sha256', 'jane')
    expect(await said({ date, authorization: other })).toEqual(unverified)
    const changed = signed('date', ['date: other'])
    expect(await said({ date, authorization: changed })).toEqual([401, 'HMAC signature does not match'])
    const { headers } = await ask('/')
    expect(headers.get('www-authenticate')).toBe(name === '2.8' ? null : 'hmac')
  })

  it('checks the digest of the body if configured', async () => {
    const { ask } = await startPlugged(kong39, withHmac({ validate_request_body: true }))
    const authorization = signed('date', [`date: ${date}`])
    const digest = `SHA-256=${createHash('sha256').update('body').digest('base64')}`
    const post = async (headers: Record<string, string>, body = 'body') =>
      (await ask('/', { method: 'POST', headers: { date, authorization, ...headers }, body })).status
    expect(await post({ digest })).toBe(200)
    expect(await post({ digest }, 'other')).toBe(401)
    expect(await post({})).toBe(401)
    expect((await ask('/', { headers: { date, authorization } })).status).toBe(200)
  })
})
