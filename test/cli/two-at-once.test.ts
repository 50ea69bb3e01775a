/** Two runs at once: what moved since a run has read it stops the run, and a lock keeps other runs away. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { deck, newFile, newFolder, type Served, serve, startDeck } from '../support/binary.ts'
import { faultyRelay } from '../support/faulty-relay.ts'
import { until } from '../support/until.ts'

let gateway: Served
beforeAll(async () => {
  gateway = await serve()
})
afterAll(() => gateway.stop())

const file = (host: string, count = 1): string =>
  newFile(
    'kong.yaml',
    `_format_version: "3.0"
services:
${Array.from({ length: count }, (_, n) => `- {name: s${n}, host: ${host}}`).join('\n')}
upstreams: [{name: u, targets: [{target: "127.0.0.1:80", weight: ${host.length}}]}]
`,
  )
const run = (argv: readonly string[], address = gateway.admin) =>
  deck(['gateway', ...argv, '--kong-addr', address])
const patch = (path: string, body: object) =>
  fetch(`${gateway.admin}/${path}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const get = async (path: string): Promise<Record<string, unknown>> =>
  (await (await fetch(`${gateway.admin}/${path}`)).json()) as Record<string, unknown>

beforeEach(async () => {
  await run(['unlock'])
  await run(['reset', '--force'])
})

describe('changes by others while a run is prepared', () => {
  // The second reading of services comes right before the first write: one by one, or by the list.
  it.each([1, 6])('stops the run before its first write: %i services', async count => {
    expect((await run(['sync', file('one.example', count)])).code).toBe(0)
    let reads = 0
    const relay = await faultyRelay(gateway.admin, ({ method, path }) => {
      if (method !== 'GET' || !path.startsWith('/services')) return undefined
      reads += 1
      return reads === 2
        ? { what: 'held', until: patch('services/s0', { host: 'hotfix.example' }) }
        : undefined
    })
    const { code, stderr } = await run(['sync', file('other.example', count)], relay.address)
    expect([code, stderr]).toEqual([1, expect.stringContaining('service s0 was changed by somebody else')])
    expect(stderr).toContain('Error: the gateway was changed meanwhile: nothing was changed')
    expect(relay.seen.filter(({ method }) => method !== 'GET')).toEqual([])
    expect(await get('services/s0')).toMatchObject({ host: 'hotfix.example' })
  })

  it.each([
    ['reset', ['reset', '--force']],
    ['rollback', ['rollback', '--yes', '--journal', 'JOURNAL']],
    ['resume', ['resume', '--journal', 'JOURNAL']],
  ])('stops %s too', async (command, words) => {
    const journal = newFolder()
    const argv = words.map(word => (word === 'JOURNAL' ? journal : word))
    let faultOf: Parameters<typeof faultyRelay>[1] = () => undefined
    const relay = await faultyRelay(gateway.admin, request => faultOf(request))
    await run(['sync', file('one.example'), '--no-journal'])
    if (command === 'resume')
      faultOf = ({ method }) => (method === 'GET' ? undefined : { what: 'status', status: 400 })
    const begun = await run(['sync', file('other.example'), '--journal', journal], relay.address)
    expect(begun.code).toBe(command === 'resume' ? 1 : 0)
    let reads = 0
    faultOf = ({ method, path }) => {
      if (method !== 'GET' || !path.startsWith('/services')) return undefined
      reads += 1
      return reads === 2
        ? { what: 'held', until: patch('services/s0', { host: 'hotfix.example' }) }
        : undefined
    }
    const { length } = relay.seen
    const { code, stderr } = await run(argv, relay.address)
    expect([code, stderr]).toEqual([1, expect.stringContaining('service s0 was changed by somebody else')])
    expect(relay.seen.slice(length).filter(({ method }) => method !== 'GET')).toEqual([])
    expect(await get('services/s0')).toMatchObject({ host: 'hotfix.example' })
  })

  it('costs no request where entities are only created, and one round trip where they are changed', async () => {
    const writes = async (host: string): Promise<string[]> => {
      const relay = await faultyRelay(gateway.admin, () => undefined)
      expect((await run(['sync', file(host)], relay.address)).code).toBe(0)
      return relay.seen.map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`)
    }
    const created = await writes('one.example')
    expect(created.filter(one => one === 'GET /services')).toHaveLength(1)
    expect((await writes('other.example')).length).toBeLessThanOrEqual(created.length + 2)
  })
})

describe('changes by others, with --skip-recheck', () => {
  it('is overwritten, and no request is sent for it', async () => {
    expect((await run(['sync', file('one.example')])).code).toBe(0)
    const requestsOf = async (host: string, flags: readonly string[], then?: object): Promise<string[]> => {
      const relay = await faultyRelay(gateway.admin, ({ method, path }) =>
        then !== undefined && method === 'GET' && path.startsWith('/upstreams/')
          ? { what: 'held', until: patch('services/s0', then) }
          : undefined,
      )
      expect((await run(['sync', file(host), ...flags], relay.address)).code).toBe(0)
      return relay.seen.map(({ method, path }) => `${method} ${path}`)
    }
    const all = await requestsOf('two.example', [])
    const fewer = await requestsOf('six.example', ['--skip-recheck'], { host: 'hotfix.example' })
    expect(fewer.length).toBeLessThan(all.length)
    expect(fewer.filter(one => one.startsWith('GET /services'))).toHaveLength(1)
    expect(await get('services/s0')).toMatchObject({ host: 'six.example' })
  })
})

describe('--lock', () => {
  it('is held during the run, keeps others away and is given back', async () => {
    let release: (value: unknown) => void = () => {}
    const held = new Promise(resolve => (release = resolve))
    const relay = await faultyRelay(gateway.admin, ({ method, path }) =>
      method === 'PUT' && path.startsWith('/services') ? { what: 'held', until: held } : undefined,
    )
    const first = startDeck(['gateway', 'sync', file('one.example'), '--lock', '--kong-addr', relay.address])
    await until(() => relay.seen.some(({ method }) => method === 'PUT'), 'the first write is under way')
    const second = await run(['sync', file('two.example'), '--lock'])
    expect([second.code, second.stderr]).toEqual([
      1,
      expect.stringMatching(/the gateway is locked by \S+ until \S+: nothing was changed/),
    ])
    const waiting = startDeck([
      ...[
        'gateway',
        'sync',
        file('two.example'),
        '--lock',
        '--lock-timeout',
        '60',
        '--kong-addr',
        gateway.admin,
      ],
    ])
    // Commands without --lock neither see nor delete it.
    const dumped = await run(['dump', '-o', '-'])
    expect(dumped.stdout).not.toContain('deck-lock')
    expect(await get('consumers/deck-lock')).toMatchObject({ username: 'deck-lock' })
    release(undefined)
    expect((await first.result).code).toBe(0)
    expect((await waiting.result).code).toBe(0)
    expect(await get('services/s0')).toMatchObject({ host: 'two.example' })
    expect((await fetch(`${gateway.admin}/consumers/deck-lock`)).status).toBe(404)
  }, 90_000)

  it('is given back after Ctrl-C, and after a run that fails', async () => {
    const relay = await faultyRelay(gateway.admin, ({ method, path }) =>
      method === 'PUT' && path.startsWith('/services') ? { what: 'delay', milliseconds: 400 } : undefined,
    )
    const running = startDeck([
      'gateway',
      'sync',
      file('x.example', 30),
      '--lock',
      '--parallelism',
      '1',
      '--kong-addr',
      relay.address,
    ])
    await until(() => relay.seen.some(({ method }) => method === 'PUT'), 'the first write is under way')
    running.child.kill('SIGINT')
    expect((await running.result).code).toBe(1)
    expect((await fetch(`${gateway.admin}/consumers/deck-lock`)).status).toBe(404)
    expect((await run(['sync', newFile('bad.yaml', 'services: [{nam: x}]'), '--lock'])).code).toBe(1)
    expect((await fetch(`${gateway.admin}/consumers/deck-lock`)).status).toBe(404)
  })

  it('of a run that is gone runs out, or is removed by unlock', async () => {
    const lease = (end: number) =>
      fetch(`${gateway.admin}/consumers`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          username: 'deck-lock',
          tags: ['deck-lock', 'konnect-managed', `until-${end}`, 'holder-ci-7'],
        }),
      })
    const now = Math.floor(Date.now() / 1000)
    expect((await lease(now + 50)).status).toBe(201)
    const { stderr } = await run(['sync', file('one.example'), '--lock'])
    expect(stderr).toContain('the gateway is locked by ci-7 until ')
    expect((await run(['reset', '--force'])).code).toBe(0)
    expect(await get('consumers/deck-lock')).toMatchObject({ username: 'deck-lock' })
    expect((await run(['unlock'])).stdout).toMatch(/^removed the lock of ci-7 until /)
    expect((await run(['unlock'])).stdout).toBe('no lock\n')
    expect((await lease(now - 60)).status).toBe(201)
    expect((await run(['sync', file('one.example'), '--lock'])).code).toBe(0)
  })

  it('goes to one of many runs that begin together', async () => {
    const runs = await Promise.all(
      [1, 2, 3, 4].map(n => run(['sync', file(`h${n}.example`), '--lock', '--lock-timeout', '60', '--yes'])),
    )
    expect(runs.map(({ code, stderr }) => [code, stderr])).toEqual(runs.map(() => [0, '']))
  }, 120_000)
})

describe('--lock of a long run', () => {
  const tagsOf = async (): Promise<readonly string[]> =>
    (await get('consumers/deck-lock'))['tags'] as string[]
  const untilTag = async () => (await tagsOf()).find(tag => tag.startsWith('until-'))

  /** A run with the lock whose first write waits until `release` is called. */
  async function startHeld() {
    let release: (value: unknown) => void = () => {}
    const held = new Promise(resolve => (release = resolve))
    const relay = await faultyRelay(gateway.admin, ({ method, path }) =>
      method === 'PUT' && path.startsWith('/services') ? { what: 'held', until: held } : undefined,
    )
    const running = startDeck([
      'gateway',
      'sync',
      file('held.example'),
      '--lock',
      '--timeout',
      '120',
      '--kong-addr',
      relay.address,
    ])
    await until(() => relay.seen.some(({ method }) => method === 'PUT'), 'the first write is under way')
    return { running, release }
  }

  it('is renewed while the run lasts', async () => {
    const { running, release } = await startHeld()
    const first = await untilTag()
    await until(async () => (await untilTag()) !== first, 'the lock was renewed', 60)
    expect(Number((await untilTag())?.slice('until-'.length))).toBeGreaterThan(
      Number(first?.slice('until-'.length)),
    )
    release(undefined)
    expect((await running.result).code).toBe(0)
    expect((await fetch(`${gateway.admin}/consumers/deck-lock`)).status).toBe(404)
  })

  it('stops the run whose lock was removed', async () => {
    const { running, release } = await startHeld()
    const consumers = () =>
      fetch(`${gateway.admin}/consumers`, { method: 'POST', headers: json, body: other })
    const json = { 'content-type': 'application/json' }
    const other = JSON.stringify({
      username: 'deck-lock',
      tags: ['deck-lock', 'konnect-managed', `until-${Math.floor(Date.now() / 1000) + 600}`, 'holder-ci-7'],
    })
    expect((await run(['unlock'])).code).toBe(0)
    expect((await consumers()).status).toBe(201)
    // It notices at its next renewal, and interrupts the write that is under way.
    const { code, stderr } = await running.result
    release(undefined)
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('the lock of this run was removed during the run'),
    ])
    expect(await tagsOf()).toContain('holder-ci-7')
  })

  it('outlives a run that is killed, until it runs out', async () => {
    const { running } = await startHeld()
    running.child.kill('SIGKILL')
    await running.result
    const { code, stderr } = await run(['sync', file('next.example'), '--lock'])
    expect([code, stderr]).toEqual([1, expect.stringContaining(`-${running.child.pid} until `)])
    const past = Math.floor(Date.now() / 1000) - 60
    const tags = (await tagsOf()).map(tag => (tag.startsWith('until-') ? `until-${past}` : tag))
    expect((await patch('consumers/deck-lock', { tags })).status).toBe(200)
    expect((await run(['sync', file('next.example'), '--lock'])).code).toBe(0)
    expect(await get('services/s0')).toMatchObject({ host: 'next.example' })
    expect((await fetch(`${gateway.admin}/consumers/deck-lock`)).status).toBe(404)
  })
})
