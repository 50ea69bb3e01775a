/**
 * Who a request comes from: basic-auth, key-auth, acl, and several of them together. Tokens, signatures and
 * sessions have files of their own.
 */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { arrived, plugin, refusalOf, startPlugged } from '../support/plugged-proxy.ts'
import { bothKongs, kong28, kong39, type Wanted } from '../support/proxy-sets.ts'

const hashed = (password: string, consumer: string) =>
  createHash('sha1')
    .update(password + consumer)
    .digest('hex')

const people: Wanted = {
  consumer: [
    { id: 'c', username: 'c', custom_id: 'own' },
    { id: 'd', username: 'd' },
    { id: 'a', username: 'anon' },
  ],
  'key-auth': [
    { id: 'kc', key: 'key-c', consumer: { id: 'c' } },
    { id: 'kd', key: 'key-d', consumer: { id: 'd' } },
  ],
  'basic-auth': [{ id: 'bc', username: 'joe', password: hashed('pw', 'c'), consumer: { id: 'c' } }],
  'acl-group': [
    { group: 'g', consumer: { id: 'c' } },
    { group: 'h', consumer: { id: 'c' } },
    { group: 'x', consumer: { id: 'd' } },
  ],
}

const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })

describe('basic-auth', () => {
  it.each(bothKongs)('%s lets the right password pass, and tells who it was', async (name, version) => {
    const { echo } = await startPlugged(version, { ...people, plugin: [plugin('basic-auth', {})] })
    const seen = await echo('/', { headers: { ...basic('joe:pw'), 'X-Anonymous-Consumer': 'true' } })
    expect(arrived(seen, 'x-consumer-id')).toEqual(['c'])
    expect(arrived(seen, 'x-consumer-custom-id')).toEqual(['own'])
    expect(arrived(seen, 'x-credential-identifier')).toEqual(['joe'])
    expect(arrived(seen, 'x-credential-username')).toEqual(name === '2.8' ? ['joe'] : [])
    expect(arrived(seen, 'x-anonymous-consumer')).toEqual([])
    expect(arrived(seen, 'authorization')).toHaveLength(1)
  })

  it.each(bothKongs)('%s says what is wrong', async (name, version) => {
    const { ask } = await startPlugged(version, { ...people, plugin: [plugin('basic-auth', {})] })
    const realm = name === '2.8' ? 'kong' : 'service'
    const missing = await ask('/')
    expect(missing.headers.get('www-authenticate')).toBe(`Basic realm="${realm}"`)
    expect(await refusalOf(missing)).toEqual([401, 'Unauthorized'])
    for (const headers of [
      basic('joe:no'),
      basic('nobody:pw'),
      basic('nocolon'),
      { authorization: 'Basic !!' },
    ]) {
      const wrong = await ask('/', { headers })
      expect(wrong.headers.get('www-authenticate')).toBe(name === '2.8' ? null : `Basic realm="${realm}"`)
      const said = name === '2.8' ? 'Invalid authentication credentials' : 'Unauthorized'
      expect(await refusalOf(wrong)).toEqual([401, said])
    }
  })

  it('takes Proxy-Authorization first, and hides what it looked at', async () => {
    const { echo } = await startPlugged(kong39, {
      ...people,
      plugin: [plugin('basic-auth', { hide_credentials: true })],
    })
    const proxys = { 'proxy-authorization': basic('joe:pw').authorization }
    const first = await echo('/', { headers: { ...proxys, authorization: 'kept' } })
    expect(arrived(first, 'proxy-authorization')).toEqual([])
    expect(arrived(first, 'authorization')).toEqual(['kept'])
    const second = await echo('/', { headers: basic('joe:pw') })
    expect(arrived(second, 'authorization')).toEqual([])
  })

  it('3.9 names its realm', async () => {
    const { ask } = await startPlugged(kong39, {
      ...people,
      plugin: [plugin('basic-auth', { realm: 'mine' })],
    })
    expect((await ask('/')).headers.get('www-authenticate')).toBe('Basic realm="mine"')
  })
})

describe('key-auth', () => {
  it.each(bothKongs)('%s says what is wrong', async (name, version) => {
    const { ask } = await startPlugged(version, { ...people, plugin: [plugin('key-auth', {})] })
    const challenge = async (path: string) => (await ask(path)).headers.get('www-authenticate')
    expect(await refusalOf(await ask('/'))).toEqual([401, 'No API key found in request'])
    expect(await challenge('/')).toBe(name === '2.8' ? 'Key realm="kong"' : 'Key')
    expect(await refusalOf(await ask('/?apikey=a&apikey=b'))).toEqual([401, 'Duplicate API key found'])
    const said = name === '2.8' ? 'Invalid authentication credentials' : 'Unauthorized'
    expect(await refusalOf(await ask('/?apikey=no'))).toEqual([401, said])
    expect(await challenge('/?apikey=no')).toBe(name === '2.8' ? null : 'Key')
  })

  it('3.9 names its realm', async () => {
    const { ask } = await startPlugged(kong39, { plugin: [plugin('key-auth', { realm: 'mine' })] })
    expect((await ask('/')).headers.get('www-authenticate')).toBe('Key realm="mine"')
  })

  it('finds the header by its name with hyphens, and hides no key where there are several', async () => {
    const { echo, ask } = await startPlugged(kong39, {
      ...people,
      plugin: [plugin('key-auth', { key_names: ['api_key'], hide_credentials: true, anonymous: 'anon' })],
    })
    expect(arrived(await echo('/', { headers: { 'api-key': 'key-c' } }), 'x-consumer-id')).toEqual(['c'])
    const seen = await echo('/?api_key=key-c&api_key=key-d')
    expect(arrived(seen, 'x-consumer-username')).toEqual(['anon'])
    expect(seen.path).toBe('/?api_key=key-c&api_key=key-d')
    expect((await ask('/')).status).toBe(200)
  })

  it.each([
    ['/', '{"apikey":["key-c"]}', 'Duplicate API key found'],
    ['/', '{"apikey":7}', 'No API key found in request'],
    ['/?apikey', '{"apikey":"key-c"}', 'No API key found in request'],
  ])('%s with %s: %s', async (path, body, said) => {
    const { ask } = await startPlugged(kong28, {
      ...people,
      plugin: [plugin('key-auth', { key_in_body: true })],
    })
    const headers = { 'content-type': 'Application/JSON' }
    expect(await refusalOf(await ask(path, { method: 'POST', headers, body }))).toEqual([401, said])
  })

  it('lets preflight requests pass if configured', async () => {
    const { ask } = await startPlugged(kong39, { plugin: [plugin('key-auth', { run_on_preflight: false })] })
    expect((await ask('/', { method: 'OPTIONS' })).status).toBe(200)
    expect((await ask('/')).status).toBe(401)
  })

  it.each([
    ['2.8', kong28, '/?a=%20&b=1'],
    ['3.9', kong39, '/?b=1&a=+'],
  ] as const)(
    '%s hides a key, and what is left of the query is in its order',
    async (_name, version, path) => {
      const { echo } = await startPlugged(version, {
        ...people,
        plugin: [plugin('key-auth', { hide_credentials: true })],
      })
      expect((await echo('/?b=1&apikey=key-c&a=+')).path).toBe(path)
      expect((await echo('/?b=1&a=+', { headers: { apikey: 'key-c' } })).path).toBe(path)
    },
  )

  it('finds a key in a multipart body', async () => {
    const { echo } = await startPlugged(kong39, {
      ...people,
      plugin: [plugin('key-auth', { key_in_body: true, hide_credentials: true })],
    })
    const body = new FormData()
    body.append('apikey', 'key-c')
    body.append('kept', 'yes')
    const seen = await echo('/', { method: 'POST', body })
    expect(arrived(seen, 'x-consumer-username')).toEqual(['c'])
    expect(seen.body).toContain('yes')
    expect(seen.body).not.toContain('key-c')
  })

  it('reads the key only from the configured parts of a request', async () => {
    const config = { key_in_header: false, key_in_query: false, key_in_body: true }
    const { ask, echo } = await startPlugged(kong39, {
      ...people,
      plugin: [plugin('key-auth', { ...config, hide_credentials: true })],
    })
    expect((await ask('/?apikey=key-c', { headers: { apikey: 'key-c' } })).status).toBe(401)
    const seen = await echo('/', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ apikey: 'key-c', a: [1] }),
    })
    expect(seen.body).toBe('{"a":[1]}')
  })
})

describe('anonymous', () => {
  const either = [plugin('key-auth', { anonymous: 'a' }), plugin('basic-auth', { anonymous: 'anon' })]

  it.each(bothKongs)(
    '%s: one of several is enough, and who is none of them is the anonymous',
    async (_name, version) => {
      const { echo } = await startPlugged(version, { ...people, plugin: either })
      const byKey = await echo('/?apikey=key-d')
      expect(arrived(byKey, 'x-consumer-username')).toEqual(['d'])
      expect(arrived(byKey, 'x-anonymous-consumer')).toEqual([])
      const byPassword = await echo('/', { headers: basic('joe:pw') })
      expect(arrived(byPassword, 'x-consumer-username')).toEqual(['c'])
      expect(arrived(byPassword, 'x-anonymous-consumer')).toEqual([])
      const nobody = await echo('/', {
        headers: { 'X-Consumer-Username': 'c', 'X-Credential-Identifier': 'kc' },
      })
      expect(arrived(nobody, 'x-consumer-username')).toEqual(['anon'])
      expect(arrived(nobody, 'x-credential-identifier')).toEqual([])
      expect(arrived(nobody, 'x-anonymous-consumer')).toEqual(['true'])
    },
  )

  it('without it each must be content, and the last one tells who it is', async () => {
    const both = [plugin('key-auth', {}), plugin('basic-auth', {})]
    const { ask, echo } = await startPlugged(kong39, { ...people, plugin: both })
    expect((await ask('/?apikey=key-d')).status).toBe(401)
    const seen = await echo('/?apikey=key-d', { headers: basic('joe:pw') })
    expect(arrived(seen, 'x-consumer-username')).toEqual(['c'])
  })

  it('takes the place of what the client said of itself', async () => {
    const { echo } = await startPlugged(kong39, { ...people, plugin: [plugin('key-auth', {})] })
    const { headers } = await echo('/', {
      headers: { apikey: 'key-d', 'x-consumer-username': 'me', 'x-consumer-custom-id': 'me', 'x-z': '1' },
    })
    const headerPairs = headers.filter(([name]) => /^x-(consumer|cred|z)/i.test(name))
    expect(headerPairs).toEqual([
      ['x-consumer-username', 'd'],
      ['x-z', '1'],
      ['X-Consumer-ID', 'd'],
      ['X-Credential-Identifier', 'kd'],
    ])
  })

  it('is an error where there is no such consumer', async () => {
    const { ask } = await startPlugged(kong39, { plugin: [plugin('key-auth', { anonymous: 'gone' })] })
    expect(await refusalOf(await ask('/'))).toEqual([500, 'An unexpected error occurred'])
  })
})

describe('acl', () => {
  const withAcl = (config: object, auth: object = {}): Wanted => ({
    ...people,
    plugin: [plugin('key-auth', auth), plugin('acl', config)],
  })

  it('lets members pass, and tells their groups', async () => {
    const { ask, echo } = await startPlugged(kong39, withAcl({ allow: ['g'] }))
    const seen = await echo('/?apikey=key-c', { headers: { 'X-Consumer-Groups': 'forged' } })
    expect(arrived(seen, 'x-consumer-groups')).toEqual(['g, h'])
    expect(await refusalOf(await ask('/?apikey=key-d'))).toEqual([403, 'You cannot consume this service'])
  })

  it('sends an empty header for a consumer without a group, to whom nothing is denied', async () => {
    const { echo } = await startPlugged(kong39, {
      ...people,
      'acl-group': [],
      plugin: [plugin('key-auth', {}), plugin('acl', { deny: ['x'] })],
    })
    expect(arrived(await echo('/', { headers: { apikey: 'key-c' } }), 'x-consumer-groups')).toEqual([''])
  })

  it('turns members away', async () => {
    const { ask, echo } = await startPlugged(kong28, withAcl({ deny: ['x'], hide_groups_header: true }))
    expect((await ask('/?apikey=key-d')).status).toBe(403)
    expect(arrived(await echo('/?apikey=key-c'), 'x-consumer-groups')).toEqual([])
  })

  it('refuses a request without a consumer', async () => {
    const { ask } = await startPlugged(kong39, { plugin: [plugin('acl', { allow: ['g'] })] })
    expect(await refusalOf(await ask('/'))).toEqual([401, 'Unauthorized'])
  })

  it('requires a group of the anonymous consumer too', async () => {
    const { ask } = await startPlugged(kong39, withAcl({ allow: ['g'] }, { anonymous: 'anon' }))
    expect((await ask('/')).status).toBe(401)
  })
})
