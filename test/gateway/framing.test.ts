/**
 * Requests whose body may be read in two ways: refused as nginx refuses them, so that none is smuggled in
 * (nginx 1.19.9 of Kong 2.8, 1.25.3 of 3.9).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Gateway, startGateway } from '../../src/gateway/gateway.ts'
import { anyPort } from '../support/bare-gateway.ts'
import { type EchoBackend, startEchoBackend } from '../support/echo-backend.ts'
import { bothKongs, kong28, kong39 } from '../support/proxy-sets.ts'
import { readAnswers, sendRaw } from '../support/raw-http.ts'
import { type RunningProxy, serviceAt, startProxy } from '../support/running-proxy.ts'

let backend: EchoBackend
const proxies = new Map<string, RunningProxy>()
const gateways = new Map<string, Gateway>()

beforeAll(async () => {
  backend = await startEchoBackend({ name: 'b' })
  for (const version of [kong28, kong39]) {
    proxies.set(version.text, await startProxy(version, serviceAt(backend.port)))
    gateways.set(version.text, await startGateway({ ...anyPort, version }))
  }
})

afterAll(async () => {
  for (const one of [...proxies.values(), ...gateways.values()]) await one.close()
  await backend.close()
})

const inChunks = '3\r\nabc\r\n0\r\n\r\n'
const post = (headers: string, body = inChunks, version = '1.1') =>
  `POST /x HTTP/${version}\r\nHost: a\r\n${headers}\r\n${body}`
const encoded = (encoding: string) => post(`Transfer-Encoding: ${encoding}\r\n`)

/** The statuses of the answers, until the connection has closed or been quiet. */
async function statuses(port: number, text: string): Promise<number[]> {
  const received = await sendRaw(port, text, 2000)
  return readAnswers(received, 'POST').map(({ status }) => status)
}

const cases: readonly (readonly [name: string, text: string, in28: number, in39: number])[] = [
  ['chunked', encoded('chunked'), 200, 200],
  ['CHUNKED', encoded('CHUNKED'), 200, 200],
  ...['gzip, chunked', 'identity, chunked', 'deflate,chunked', 'chunked, identity', 'chunked, chunked'].map(
    encoding => [encoding, encoded(encoding), 501, 501] as const,
  ),
  ...['identity', 'gzip', 'chunked;q=1', 'xchunked', '"chunked"', 'chunked,', ''].map(
    encoding => [`"${encoding}"`, encoded(encoding), 501, 501] as const,
  ),
  ['chunked twice', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n'), 400, 400],
  ['identity and chunked', post('Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n'), 400, 400],
  ['gzip and chunked', post('Transfer-Encoding: gzip\r\ntransfer-encoding: chunked\r\n'), 400, 400],
  ['GET', encoded('gzip, chunked').replace('POST', 'GET'), 501, 501],
  ['HTTP/1.0 in chunks', post('Transfer-Encoding: chunked\r\n', inChunks, '1.0'), 200, 400],
  ['HTTP/1.0 with gzip', post('Transfer-Encoding: gzip\r\n', inChunks, '1.0'), 501, 400],
  ['a length and identity', post('Content-Length: 3\r\nTransfer-Encoding: identity\r\n', 'abc'), 501, 501],
  ['a length and gzip', post('Transfer-Encoding: gzip, chunked\r\nContent-Length: 3\r\n', 'abc'), 501, 501],
  // Kong 2.8 takes these two; see docs/differences-from-deck.md.
  ['a length and chunks', post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'), 400, 400],
  ['chunks and a length', post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n'), 400, 400],
  ['a space before the colon', post('Transfer-Encoding : chunked\r\n'), 400, 400],
  ['two lengths', post('Content-Length: 3\r\nContent-Length: 4\r\n', 'abcd'), 400, 400],
  ['one length twice', post('Content-Length: 3\r\nContent-Length: 3\r\n', 'abc'), 400, 400],
  ...['+3', '-3', '0x3', '3, 3', '3 3', '3abc', '99999999999999999999'].map(
    length => [`a length of ${length}`, post(`Content-Length: ${length}\r\n`, 'abc'), 400, 400] as const,
  ),
  ['a chunk of 0x3', post('Transfer-Encoding: chunked\r\n', '0x3\r\nabc\r\n0\r\n\r\n'), 400, 400],
  ['a chunk without an end', post('Transfer-Encoding: chunked\r\n', '3\r\nabcd\r\n0\r\n\r\n'), 400, 400],
  ['a chunk of -3', post('Transfer-Encoding: chunked\r\n', '-3\r\nabc\r\n0\r\n\r\n'), 400, 400],
]

describe.each(bothKongs)('the proxy of %s', (_name, version) => {
  it.each(cases)('%s', async (_case, text, in28, in39) => {
    const port = proxies.get(version.text)?.port ?? 0
    const found = await statuses(port, text)
    expect(found[0]).toBe(version === kong28 ? in28 : in39)
    // Nothing of a refused request is read as the next one.
    if (found[0] !== 200) expect(found.length).toBe(1)
  })

  it('a refused request closes the connection, and what follows it is not read', async () => {
    const { port = 0 } = proxies.get(version.text) ?? {}
    backend.takeLog()
    const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'
    expect(await statuses(port, encoded('gzip, chunked') + smuggled)).toEqual([501])
    expect(await statuses(port, post('Content-Length: 3\r\nTransfer-Encoding: gzip\r\n', smuggled))).toEqual([
      501,
    ])
    expect(backend.takeLog()).toEqual([])
  })

  it('what cannot be read is refused after the answers to what could', async () => {
    const { port = 0 } = proxies.get(version.text) ?? {}
    const slow = 'GET /?delay=0.2 HTTP/1.1\r\nHost: a\r\n\r\n'
    expect(await statuses(port, `${slow}${slow}nonsense\r\n\r\n`)).toEqual([200, 200, 400])
  })
})

describe.each(bothKongs)('the Admin API of %s', (_name, version) => {
  it.each(cases.filter(([name]) => !name.startsWith('a chunk')))('%s', async (_case, text, in28, in39) => {
    const port = Number(new URL(gateways.get(version.text)?.admin ?? '').port)
    const [status] = await statuses(port, text)
    const expected = version === kong28 ? in28 : in39
    // It takes no body without a type.
    expect(status).toBe(expected === 200 ? 415 : expected)
  })
})
