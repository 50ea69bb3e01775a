/** `deck serve --admin-allow-origin` and `--admin-allow-host`, by flags and by variables. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { askPlainly } from '../support/ask.ts'
import { deck, newFolder, serve, startDeck } from '../support/binary.ts'
import { until } from '../support/until.ts'

const statusesAt = async (admin: string) => {
  const json = { 'content-type': 'application/json' }
  const put = (headers: Record<string, string>) =>
    askPlainly(`${admin}/consumers/c`, 'PUT', { ...json, ...headers }, '{}')
  const tried = {
    first: { origin: 'https://one.example' },
    second: { origin: 'https://two.example:8443' },
    host: { host: 'gateway.example:8001' },
    otherOrigin: { origin: 'https://three.example' },
    otherHost: { host: 'other.example' },
    neither: {},
  }
  const answers = await Promise.all(
    Object.entries(tried).map(async ([name, headers]) => [name, (await put(headers)).status]),
  )
  return Object.fromEntries(answers)
}

const expected = { first: 200, second: 200, host: 200, otherOrigin: 403, otherHost: 403, neither: 200 }

test('flags may be repeated', async () => {
  const gateway = await serve([
    ...['--admin-allow-origin', 'https://one.example', '--admin-allow-origin', 'https://TWO.example:8443/'],
    ...['--admin-allow-host', 'gateway.example'],
  ])
  expect(await statusesAt(gateway.admin)).toEqual(expected)
  expect((await deck(['ping', '--kong-addr', gateway.admin])).code).toBe(0)
  await gateway.stop()
})

test('variables list values with commas', async () => {
  const readyFile = join(newFolder(), 'ready.json')
  const listen = ['admin', 'proxy', 'manager'].flatMap(name => [`--${name}-listen`, '127.0.0.1:0'])
  const running = startDeck(['serve', ...listen, '--ready-file', readyFile], {
    env: {
      DECK_ADMIN_ALLOW_ORIGIN: 'https://one.example,https://two.example:8443',
      DECK_ADMIN_ALLOW_HOST: 'gateway.example,x.example',
    },
  })
  await until(() => existsSync(readyFile) || running.child.exitCode !== null, 'the gateway is ready')
  expect(await statusesAt(JSON.parse(readFileSync(readyFile, 'utf8')).admin)).toEqual(expected)
  running.child.kill('SIGTERM')
  await running.result
})

test.each([
  ['--admin-allow-origin', 'one.example', 'is not an origin'],
  ['--admin-allow-origin', 'https://one.example/path', 'is not an origin'],
  ['--admin-allow-host', 'http://one.example', 'is not a host'],
  ['--admin-allow-host', 'one.example:8001', 'is not a host'],
])('%s %j is refused with an example', async (flag, value, words) => {
  const { code, stderr } = await deck(['serve', flag, value])
  expect(code).toBe(1)
  expect(stderr).toContain(`${flag}: ${JSON.stringify(value)} ${words}`)
  expect(stderr).toContain('for example')
})
