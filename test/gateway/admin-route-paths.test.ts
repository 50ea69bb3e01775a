/** Which paths of routes the Admin API takes, and what it says of the others. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Gateway, startGateway } from '../../src/gateway/gateway.ts'
import { ask } from '../support/ask.ts'
import { anyPort } from '../support/bare-gateway.ts'
import { kong28, kong39 } from '../support/proxy-sets.ts'

const gateways = new Map<string, Gateway>()

beforeAll(async () => {
  for (const version of [kong28, kong39])
    gateways.set(version.text, await startGateway({ ...anyPort, version }))
})

afterAll(async () => {
  for (const gateway of gateways.values()) await gateway.close()
})

/** What is wrong with the path; undefined where it is taken. */
async function problemWith(version: typeof kong39, path: string): Promise<string | undefined> {
  const { admin = '' } = gateways.get(version.text) ?? {}
  const { status, json } = await ask(admin, 'POST', '/routes', { paths: [path] })
  if (status === 201) return undefined
  expect(status).toBe(400)
  const { paths } = json['fields'] as { readonly paths: readonly string[] }
  return paths[0]
}

const consider = (path: string) => `non-normalized path, consider use '${path}' instead`

describe('paths of 3.9', () => {
  it.each([
    ['/%C3%BC', consider('/ü')],
    ['/%C3%A4/b', consider('/ä/b')],
    ['/%FF', consider('/\ufffd')],
    ['/%41', consider('/A')],
    ['/%2f', consider('/%2F')],
    ['/%20', consider('/ ')],
    ['/a/./b', consider('/a/b')],
    ['/a/..', consider('/')],
    ['/%2e%2e/b', consider('/b')],
    ['/a%zz', "invalid url-encoded value: '%zz'"],
    ['/a%', "invalid url-encoded value: '%'"],
    ['/a//b', 'must not have empty segments'],
    ['/a\0b', 'must not contain a null character'],
  ])('%j is refused: %s', async (path, problem) => {
    expect(await problemWith(kong39, path)).toBe(problem)
  })

  it.each(['/ü', '/%2F', '/a b', '/ü%zz', '/%25', '/a.b', '~/%41', '~/ü'])('%j is taken', async path => {
    expect(await problemWith(kong39, path)).toBeUndefined()
  })
})

describe('paths of 2.8', () => {
  it.each(['/%C3%BC', '/%FF', '/%41', '/a/../b', '/ü%zz'])('%j is taken', async path => {
    expect(await problemWith(kong28, path)).toBeUndefined()
  })

  it.each([
    ['/a%zz', "invalid url-encoded value: '%zz'"],
    ['/a\0b', 'must not contain a null character'],
  ])('%j is refused: %s', async (path, problem) => {
    expect(await problemWith(kong28, path)).toBe(problem)
  })
})

it('a null character is found at any depth', async () => {
  const { admin = '' } = gateways.get(kong39.text) ?? {}
  const config = { echo: false, message: 'a\0' }
  const { status, json } = await ask(admin, 'POST', '/plugins', { name: 'request-termination', config })
  expect([status, json['fields']]).toEqual([
    400,
    { config: { message: 'must not contain a null character' } },
  ])
})
