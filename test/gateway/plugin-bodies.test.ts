/**
 * Bodies and queries that plugins read: what they send on, and which bodies are too long for them to read
 * (behaviour: Kong 2.8.5, 3.9.1).
 */
import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Version } from '../../src/entities/language/define.ts'
import { plugin, startPlugged } from '../support/plugged-proxy.ts'
import { bothKongs, kong28, kong39, type Wanted } from '../support/proxy-sets.ts'

const consumer = [{ id: 'c', username: 'c' }]
const hidden: Wanted = {
  consumer,
  'key-auth': [{ id: 'k', key: 'good', consumer: { id: 'c' } }],
  plugin: [plugin('key-auth', { key_in_body: true, hide_credentials: true })],
}

/** A stream has no length: it is sent in chunks. */
const chunked = (body: string): RequestInit => ({
  body: new Blob([body]).stream(),
  duplex: 'half' as const,
})

const post = (body: string, type: string, headers: Readonly<Record<string, string>> = {}): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'Content-Type': type, ...headers },
})

describe.each(bothKongs)('key-auth of %s that looks into bodies and hides keys', (_name, version) => {
  it.each([
    ['application/json', '[{"a":1}]'],
    ['application/json', '[]'],
    ['application/json', '{ }'],
    ['application/json', '5'],
    ['application/json', 'null'],
    ['application/json', '"x"'],
    ['application/json', '{"a": '],
    ['application/json', '{ "b" : [1.0, "http://x/y", {}] , "a":1e5}'],
    ['application/json', '["apikey"]'],
    ['application/json', '[["apikey", "good"]]'],
    ['application/x-www-form-urlencoded', 'b=%2f&a=1&a&c=+'],
    ['text/plain', 'apikey=other'],
    ['multipart/form-data', 'no boundary'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
    ],
  ])('sends %s %s on as it came', async (type, body) => {
    const { echo } = await startPlugged(version, hidden)
    expect((await echo('/', post(body, type, { apikey: 'good' }))).body).toBe(body)
  })

  it('sends JSON on that is nested too deeply for Kong', async () => {
    const { echo } = await startPlugged(version, hidden)
    const body = `{"apikey":"good","x":${'['.repeat(1200)}${']'.repeat(1200)}}`
    expect((await echo('/', post(body, 'application/json', { apikey: 'good' }))).body).toBe(body)
  })

  it.each([
    ['application/json', '{"b":"x/y","apikey":"good","a":[]}', '{"b":"x/y","a":[]}'],
    ['application/json; charset=utf-8', '{"apikey": "good", "ü": "\\u007f"}', '{"ü":"\\u007f"}'],
    ['application/x-www-form-urlencoded', 'b=%2f&apikey=good&a', 'a&b=%2F'],
    ['application/json', '{"apikey":"good"}', '{}'],
  ])('takes the key out of %s %s', async (type, body, expected) => {
    const { echo } = await startPlugged(version, hidden)
    const arrived = (await echo('/', post(body, type))).body
    expect(Buffer.from(arrived, 'latin1').toString()).toBe(expected)
  })

  it('finds no key in a list, nor in what every object has', async () => {
    const { ask } = await startPlugged(version, hidden)
    for (const body of ['["good"]', '{"a":{"apikey":"good"}}', '5'])
      expect((await ask('/', post(body, 'application/json'))).status, body).toBe(401)
    const names: Wanted = {
      ...hidden,
      plugin: [plugin('key-auth', { key_in_body: true, key_names: ['0', 'toString'] })],
    }
    const other = await startPlugged(version, names)
    expect((await other.ask('/', post('["good"]', 'application/json'))).status).toBe(401)
  })
})

describe('the query after a key was taken out', () => {
  const asked = async (version: Version, query: string, headers: Readonly<Record<string, string>> = {}) => {
    const { echo } = await startPlugged(version, {
      ...hidden,
      plugin: [plugin('key-auth', { hide_credentials: true })],
    })
    return (await echo(`/${query}`, { headers })).path
  }

  it.each([
    ['?z&x=%2f[1]&y=%20a+b&apikey=good', '/?z=&x=%2F%5B1%5D&y=+a+b'],
    ['?apikey=good', '/?'],
    ['?a=1&&b&apikey=good&apikey', '/?a=1&b='],
    ['?~=*-._&a=%C3%BC&apikey=good', '/?%7E=*-._&a=%C3%BC'],
    ['?a=%FF%zz%&apikey=good', '/?a=%FF%25zz%25'],
    ['?=x&apikey=good', '/?=x'],
    ['?a=b=c&apikey=good', '/?a=b%3Dc'],
  ])('3.9 writes %s as %s', async (query, expected) => {
    const twice = query.includes('apikey&') || query.endsWith('&apikey')
    expect(await asked(kong39, query, twice ? { apikey: 'good' } : {})).toBe(expected)
  })

  it('3.9 encodes it again although the key was in a header', async () => {
    expect(await asked(kong39, '?z&x=%2f', { apikey: 'good' })).toBe('/?z=&x=%2F')
  })

  it('2.8 puts it in order', async () => {
    expect(await asked(kong28, '?z&x=%2f[1]&y=%20a+b&apikey=good')).toBe('/?x=%2F%5B1%5D&y=%20a%20b&z')
  })
})

describe.each(bothKongs)('bodies beyond nginx’s buffer in %s', (_name, version) => {
  const inJson = (length: number) => {
    const start = '{"apikey":"good","x":"'
    return `${start}${'x'.repeat(length - start.length - 2)}"}`
  }

  it.each([
    ['of 10,239 bytes is read', 10_239, false, 200],
    ['of 10,240 bytes is not', 10_240, false, 401],
    ['of a megabyte is not', 1_048_576, false, 401],
    ['of 8191 bytes in chunks is read', 8191, true, 200],
    ['of 8192 bytes in chunks is not', 8192, true, 401],
    ['of 20,000 bytes in chunks is not', 20_000, true, 401],
  ])('a body %s', async (_what, length, inChunks, status) => {
    const { ask } = await startPlugged(version, hidden)
    const plain = post(inJson(length), 'application/json')
    const answer = await ask('/', inChunks ? { ...plain, ...chunked(inJson(length)) } : plain)
    expect(answer.status).toBe(status)
  })

  it.each([
    ['with its length', false],
    ['in chunks', true],
  ])('goes on whole, %s', async (_what, inChunks) => {
    const { echo } = await startPlugged(version, hidden)
    const body = inJson(30_000)
    const plain = post(body, 'application/json', { apikey: 'good' })
    const arrived = await echo('/', inChunks ? { ...plain, ...chunked(body) } : plain)
    expect(arrived.body).toBe(body)
  })

  it('fails the digest of hmac-auth', async () => {
    const { ask } = await startPlugged(version, {
      consumer,
      'hmac-auth': [{ id: 'h', username: 'bob', secret: 's', consumer: { id: 'c' } }],
      plugin: [plugin('hmac-auth', { validate_request_body: true })],
    })
    const status = async (length: number) => {
      const body = 'x'.repeat(length)
      const date = new Date().toUTCString()
      const digest = `SHA-256=${createHash('sha256').update(body).digest('base64')}`
      const text = `date: ${date}\ndigest: ${digest}`
      const signature = createHmac('sha1', 's').update(text).digest('base64')
      const authorization = `hmac username="bob",algorithm="hmac-sha1",headers="date digest",signature="${signature}"`
      const headers = { date, digest, authorization }
      return (await ask('/', post(body, 'text/plain', headers))).status
    }
    expect(await status(10_239)).toBe(200)
    expect(await status(10_240)).toBe(401)
  })

  it('counts as empty where request-transformer adds to it, and stays where it takes something away', async () => {
    const body = inJson(12_000)
    const send = async (config: object) => {
      const { echo } = await startPlugged(version, { plugin: [plugin('request-transformer', config)] })
      return (await echo('/', post(body, 'application/json'))).body
    }
    expect(await send({ remove: { body: ['x'] } })).toBe(body)
    expect(await send({ add: { body: ['a:1/2'] } })).toBe('{"a":"1/2"}')
  })

  it('is counted whole by request-size-limiting', async () => {
    const config = { allowed_payload_size: 1, size_unit: 'megabytes' }
    const { ask } = await startPlugged(version, { plugin: [plugin('request-size-limiting', config)] })
    const send = async (length: number) => {
      const body = 'x'.repeat(length)
      return (await ask('/', { ...post(body, 'text/plain'), ...chunked(body) })).status
    }
    expect(await send(1_048_576)).toBe(200)
    expect(await send(1_048_577)).toBe(413)
  })

  it('is read where another plugin made it', async () => {
    const { echo } = await startPlugged(version, {
      plugin: [
        plugin('request-transformer', { add: { body: [`a:${'y'.repeat(11_000)}`] } }),
        plugin('request-termination', { echo: true, trigger: 'x-echo' }),
      ],
    })
    expect((await echo('/', post('{"b":1}', 'application/json'))).body.length).toBeGreaterThan(11_000)
  })
})

it('standard-webhooks refuses a body that it cannot read', async () => {
  const secret = 'the secret'
  const { ask } = await startPlugged(kong39, {
    plugin: [plugin('standard-webhooks', { secret_v1: secret })],
  })
  const status = async (length: number) => {
    const body = 'x'.repeat(length)
    const time = Math.floor(Date.now() / 1000)
    const signature = createHmac('sha256', secret).update(`id.${time}.${body}`).digest('base64')
    const headers = {
      'webhook-id': 'id',
      'webhook-timestamp': String(time),
      'webhook-signature': `v1,${signature}`,
    }
    return (await ask('/', post(body, 'text/plain', headers))).status
  }
  expect(await status(10_239)).toBe(200)
  expect(await status(10_240)).toBe(400)
})
