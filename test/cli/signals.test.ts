/** SIGINT and SIGTERM end a run within a second, whatever it does; a second one at once. */
import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newFile, type Running, type Served, serve, startDeck } from '../support/binary.ts'
import { faultyRelay } from '../support/faulty-relay.ts'
import { until } from '../support/until.ts'

/** Milliseconds from a signal to the end. A busy machine may be slow to notice. */
async function timeToEnd({ child, result }: Running, signal: NodeJS.Signals): Promise<number> {
  const sent = performance.now()
  child.kill(signal)
  await result
  return performance.now() - sent
}

const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))
const signals = ['SIGINT', 'SIGTERM'] as const

describe('while a file is read', () => {
  const services = Array.from(
    { length: 200_000 },
    (_, n) => `- {name: s${n}, host: "h${n}", unknown-${n}: [1, 2]}\n`,
  )
  const file = newFile('kong.yaml', `_format_version: "3.0"\nservices:\n${services.join('')}`)

  test.each(signals)('%s ends it', async signal => {
    const running = startDeck(['file', 'validate', file])
    await pause(1500)
    expect(running.child.exitCode, 'it still runs').toBe(null)
    expect(await timeToEnd(running, signal)).toBeLessThan(1000)
  })
})

describe('while a gateway does not answer', () => {
  let silent: Server
  let address = ''
  let gateway: Served
  beforeAll(async () => {
    silent = createServer(() => {})
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
    const at = silent.address()
    address = `http://127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}`
    gateway = await serve()
  })
  afterAll(async () => {
    silent?.close()
    await gateway?.stop()
  })
  const state = newFile(
    'kong.yaml',
    '_format_version: "3.0"\nservices: [{name: a, host: h}, {name: b, host: h}]\n',
  )

  test.each(signals)('to a question, %s ends the run with 1', async signal => {
    const running = startDeck(['gateway', 'diff', state, '--kong-addr', address])
    await pause(1000)
    expect(await timeToEnd(running, signal)).toBeLessThan(1000)
    expect((await running.result).code).toBe(1)
  })

  test.each(signals)('to a change, %s ends the run and reports what is not done', async signal => {
    let asked = 0
    const relay = await faultyRelay(gateway.admin, ({ method }) => {
      if (method !== 'PUT') return undefined
      asked += 1
      return { what: 'held', until: new Promise(() => {}) }
    })
    const running = startDeck(['gateway', 'sync', state, '--parallelism', '1', '--kong-addr', relay.address])
    await until(() => asked > 0, 'the first change is sent')
    expect(await timeToEnd(running, signal)).toBeLessThan(1500)
    const { code, stderr, stdout } = await running.result
    expect(code).toBe(1)
    expect(stdout).toContain('Summary:')
    expect(stderr).toContain(`received ${signal}`)
    expect(stderr).toContain('Not attempted (1)')
  })

  test('a second signal ends it at once', async () => {
    let asked = 0
    const relay = await faultyRelay(gateway.admin, ({ method }) => {
      if (method !== 'PUT') return undefined
      asked += 1
      return { what: 'held', until: new Promise(() => {}) }
    })
    const running = startDeck(['gateway', 'sync', state, '--kong-addr', relay.address])
    let seen = ''
    running.child.stderr?.on('data', text => {
      seen += text
    })
    await until(() => asked > 0, 'the first change is sent')
    running.child.kill('SIGINT')
    await until(() => seen.includes('received SIGINT'), 'the first signal is heard')
    expect(await timeToEnd(running, 'SIGTERM')).toBeLessThan(300)
    expect(running.child.signalCode).toBe('SIGTERM')
  })
})
