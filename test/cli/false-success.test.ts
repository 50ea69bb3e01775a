/** False success: something in front of the Admin API answers a write instead of the gateway. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deck, newFile, type Served, serve, summary } from '../support/binary.ts'
import { type Fault, faultyRelay } from '../support/faulty-relay.ts'

const other = '{"id":"11111111-1111-4111-8111-111111111111","name":"another"}'
const answers = [
  ['no body', ''],
  ['unrelated JSON', '{"message":"welcome"}'],
  ['an empty record', '{}'],
  ['an empty list', '[]'],
  ['null', 'null'],
  ['another entity', other],
] as const

const file = (host: string, more = '') => `_format_version: "3.0"
services:
- {name: a, host: ${host}, routes: [{name: r, paths: [/r]}]}
- {name: b, host: ${host}}
upstreams: [{name: u, targets: [{target: "10.0.0.1:80"}]}]
consumers: [{username: c, keyauth_credentials: [{key: k}], basicauth_credentials: [{username: b, password: secret}]}]
plugins: [{name: key-auth, config: {key_names: [x]}}, {name: rate-limiting, config: {minute: 5, policy: local}}]
${more}`
const entities = 10

let gateway: Served
beforeAll(async () => {
  gateway = await serve()
})
afterAll(() => gateway?.stop())

const empty = () => deck(['gateway', 'reset', '-f', '--kong-addr', gateway.admin])
const sync = (address: string, text: string) =>
  deck(['gateway', 'sync', newFile('kong.yaml', text), '--kong-addr', address])

/** @param which the nth write gets the fault */
const relayWith = (methods: readonly string[], which: number, fault: Fault) => {
  let writes = 0
  return faultyRelay(gateway.admin, ({ method }) => {
    if (!methods.includes(method)) return undefined
    writes += 1
    return writes === which ? fault : undefined
  })
}

describe('a create that never reached the gateway', () => {
  test.each(answers)('and was answered with %s fails', async (_what, body) => {
    await empty()
    const relay = await relayWith(['PUT', 'POST'], 2, { what: 'status', status: 200, body })
    const result = await sync(relay.address, file('h'))
    expect(result.stderr).toMatch(
      /failed: the response was a success with (no body|unrelated JSON|another entity), but the gateway does not have the entity\n/,
    )
    expect(result.stderr).not.toContain('bug in deck')
    expect(result.code).toBe(1)
    const again = await sync(gateway.admin, file('h'))
    expect(again.code).toBe(0)
    expect(result.stdout).not.toContain(summary(entities, 0, 0))
  })

  test('of a target, which is posted, fails', async () => {
    await empty()
    const relay = await faultyRelay(gateway.admin, ({ method }) =>
      method === 'POST' ? { what: 'status', status: 201, body: '' } : undefined,
    )
    const result = await sync(relay.address, file('h'))
    expect(result.stderr).toMatch(/Create target .*does not have the entity/)
    expect(result.code).toBe(1)
  })
})

describe('an update that never reached the gateway', () => {
  test.each([...answers, ['the entity as it was', 'before']] as const)(
    'and was answered with %s fails',
    async (_what, body) => {
      await empty()
      await sync(gateway.admin, file('old'))
      const before = await fetch(`${gateway.admin}/services/a`)
      const text = body === 'before' ? await before.text() : body
      const relay = await faultyRelay(gateway.admin, ({ method }) =>
        method === 'PUT' ? { what: 'status', status: 200, body: text } : undefined,
      )
      const result = await sync(relay.address, file('new'))
      expect(result.stderr).toMatch(
        /Update service a failed: the response was a success .* has another value of host\n/,
      )
      expect(result.code).toBe(1)
    },
  )

  test("of a plugin's configuration fails", async () => {
    await empty()
    await sync(gateway.admin, file('h'))
    const relay = await relayWith(['PUT'], 1, { what: 'status', status: 200, body: '' })
    const result = await sync(relay.address, file('h').replace('minute: 5', 'minute: 6'))
    expect(result.stderr).toContain('but the gateway has not changed the entity')
    expect(result.code).toBe(1)
  })
})

test.each([200, 202])(
  'a delete that was answered with %i and never reached the gateway fails',
  async status => {
    await empty()
    await sync(gateway.admin, file('h'))
    const relay = await faultyRelay(gateway.admin, ({ method }) =>
      method === 'DELETE' ? { what: 'status', status, body: '' } : undefined,
    )
    const result = await deck(['gateway', 'reset', '-f', '--kong-addr', relay.address])
    expect(result.stderr).toContain(
      `the response was a success with status ${status}, but the gateway still has the entity`,
    )
    expect(result.code).toBe(1)
  },
)

test.each(answers)('what the gateway has done counts, though the answer was %s', async (_what, body) => {
  await empty()
  const relay = await faultyRelay(gateway.admin, ({ method }) =>
    method === 'GET' ? undefined : { what: 'other-answer', status: 200, body },
  )
  expect(await sync(relay.address, file('h'))).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(summary(entities, 0, 0)),
  })
  expect(await sync(relay.address, file('new'))).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(summary(0, 2, 0)),
  })
  expect(await deck(['gateway', 'reset', '-f', '--kong-addr', relay.address])).toMatchObject({ code: 0 })
  expect((await sync(gateway.admin, '_format_version: "3.0"\n')).stdout).toBe(summary(0, 0, 0))
})

test('without such answers there is one request for each change', async () => {
  await empty()
  const relay = await faultyRelay(gateway.admin, () => undefined)
  await sync(relay.address, file('h'))
  const writes = relay.seen.filter(({ method }) => method !== 'GET')
  expect(writes).toHaveLength(entities)
  const last = relay.seen.findIndex(({ method }) => method !== 'GET')
  expect(relay.seen.slice(last).filter(({ method }) => method === 'GET')).toEqual([])
})

describe('a gateway without a database', () => {
  let dbLess: Served
  beforeAll(async () => {
    dbLess = await serve(['--db-less'])
  })
  afterAll(() => dbLess?.stop())

  test.each(answers)(
    'a configuration that was answered with %s and never came fails',
    async (_what, body) => {
      const relay = await faultyRelay(dbLess.admin, ({ path }) =>
        path.startsWith('/config?') ? { what: 'status', status: 201, body } : undefined,
      )
      const result = await sync(relay.address, file('h'))
      expect(result.stderr).toContain('but the gateway does not have the entity')
      expect(result.code).toBe(1)
      expect(result.stdout).toContain(summary(0, 0, 0))
    },
  )

  test('what it has done counts, whatever the answer was', async () => {
    const relay = await faultyRelay(dbLess.admin, ({ method }) =>
      method === 'POST' ? { what: 'other-answer', status: 201, body: '' } : undefined,
    )
    expect(await sync(relay.address, file('h'))).toMatchObject({ code: 0 })
    expect(await deck(['gateway', 'reset', '-f', '--kong-addr', relay.address])).toMatchObject({ code: 0 })
    expect((await sync(dbLess.admin, '_format_version: "3.0"\n')).stdout).toBe(summary(0, 0, 0))
  })
})

test.each(answers)('validate takes no verdict from %s', async (_what, body) => {
  const relay = await faultyRelay(gateway.admin, ({ method }) =>
    method === 'POST' ? { what: 'status', status: 200, body } : undefined,
  )
  const kong = newFile('kong.yaml', file('h'))
  const result = await deck(['gateway', 'validate', kong, '--kong-addr', relay.address])
  expect(result.stderr).toMatch(
    /^Error: POST \/schemas\/\w+\/validate: the response is not one of the gateway/m,
  )
  expect(result.code).toBe(1)
})
