/**
 * Secrets are nowhere: in no output of any command, for success and for every kind of failure, and in no file
 * beside those that were requested.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deck, type Served, serve } from '../support/binary.ts'
import {
  addressOf,
  canariesIn,
  canary,
  certificateText,
  environment,
  hurtTexts,
  secretNames,
  stateText,
} from '../support/canaries.ts'
import { type CanaryRuns, commandNames, needsGateway, startCanaryRuns } from '../support/canary-runs.ts'
import { type EchoingRelay, echoes, echoingRelay } from '../support/echoing-relay.ts'

let gateway: Served
let relay: EchoingRelay
let runs: CanaryRuns
beforeAll(async () => {
  gateway = await serve()
  relay = await echoingRelay(gateway.admin)
  runs = startCanaryRuns()
})
afterAll(async () => {
  runs?.stop()
  relay?.close()
  await gateway?.stop()
})

describe.each(commandNames)('%s', name => {
  test('with a gateway', async () => {
    for (const line of runs.linesOf(name))
      expect(await runs.leaksOf(name, [...line, '--kong-addr', addressOf(gateway.admin)])).toEqual([])
  })

  test.skipIf(!needsGateway(name)).each(echoes)('with one that repeats what it is sent: %s', async answer => {
    relay.answer = answer
    await runs.run(['gateway', 'reset', '--force', '--no-journal', '--kong-addr', gateway.admin])
    const lines = runs.linesOf(name)
    for (const line of answer === 'json' ? lines : lines.slice(0, 2))
      expect(await runs.leaksOf(name, [...line, '--kong-addr', addressOf(relay.address)])).toEqual([])
  })

  test.skipIf(!needsGateway(name))('with none', async () => {
    const [line = []] = runs.linesOf(name)
    for (const address of ['http://127.0.0.1:1', 'http://no-such-host.invalid:8001'])
      expect(await runs.leaksOf(name, [...line, '--kong-addr', addressOf(address)])).toEqual([])
  })
})

describe('files with a mistake beside a secret', () => {
  test.each([...secretNames, 'a certificate'])('%s', async secret => {
    for (const [what, text] of [...hurtTexts, ['a certificate', certificateText] as const]) {
      if (!what.startsWith(secret)) continue
      const hurt = runs.input('hurt.yaml', text)
      for (const argv of [
        ['file', 'validate', hurt],
        ['gateway', 'diff', hurt, '--verbose', '1', '--kong-addr', gateway.admin],
      ])
        expect(await runs.leaksOf('file:validate', argv), what).toEqual([])
    }
  })
})

describe('settings with a mistake', () => {
  test.each([
    ['--headers', canary('header')],
    ['--kong-addr', `htp//u:${canary('address')}@x`],
    ['--kong-addr', `ftp://u:${canary('address')}@x`],
    ['--tls-client-key', canary('key')],
    [
      ...['--tls-client-cert', `-----BEGIN ${canary('key')}`],
      ...['--tls-client-key', `-----BEGIN ${canary('key')}`, '--kong-addr', 'https://127.0.0.1:1'],
    ],
  ])('%s %s', async (...flags) => {
    expect(await runs.leaksOf('ping', ['gateway', 'ping', '--verbose', '1', ...flags])).toEqual([])
  })

  test.each([
    `kong-admin-token: [${canary('config')}]\n`,
    `kong-admin-token: ${canary('config')}: x\n`,
    `headers: ${canary('config')}\n`,
    `headers: {a: ${canary('config')}}\n`,
    `kong-admin-tokn: ${canary('config')}\n`,
    `kong-addr: http//u:${canary('config')}@x\n`,
  ])('config file: %j', async text => {
    const config = runs.input('hurt.yaml', text)
    expect(await runs.leaksOf('ping', ['gateway', 'ping', '--config', config])).toEqual([])
  })
})

test('a gateway shows nothing of a declarative file, good or bad, nor of requests', async () => {
  const filledIn = (_all: string, name: keyof typeof environment): string => environment[name]
  const declarative = runs.input('hurt.yaml', stateText.replaceAll(/\$\{\{ env "(\w+)" \}\}/g, filledIn))
  const env = { ...environment, TMPDIR: runs.written }
  const served = await serve(['--db-less', '--declarative-config', declarative], { env })
  await fetch(`${served.proxy}/x`, { headers: { apikey: canary('key') } })
  await fetch(`${served.admin}/config`, { method: 'POST', body: `{"config":"key: ${canary('key')}: b"}` })
  const { stdout, stderr } = await served.stop()
  expect(canariesIn(stdout + stderr)).toEqual([])
  const listen = ['admin', 'proxy', 'manager'].flatMap(one => [`--${one}-listen`, '127.0.0.1:0'])
  for (const [what, text] of hurtTexts.filter((_one, index) => index % 13 === 0)) {
    const bad = runs.input('hurt.yaml', text)
    const ended = await deck(['serve', ...listen, '--db-less', '--declarative-config', bad], { env })
    expect(ended.code, what).toBe(1)
    expect(canariesIn(ended.stdout + ended.stderr), what).toEqual([])
  }
  expect(runs.leaksOnDisk()).toEqual([])
})

test('the search finds what it looks for', async () => {
  const { stdout } = await runs.run(['file', 'render', runs.state, '--populate-env-vars'])
  const planted = [...stateText.matchAll(/c4n4ry[\w-]+/g)].map(([found]) => found)
  expect(canariesIn(stdout)).toEqual(expect.arrayContaining([...planted, canary('variable')]))
  expect(canariesIn(`x ${environment.DECK_SHORT} x`)).toEqual([environment.DECK_SHORT])
})
