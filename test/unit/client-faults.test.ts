/** A real gateway behind a relay that loses, refuses and delays: what a sync makes of it. */
import { describe, expect, it } from 'vitest'
import type { ClientSettings } from '../../src/admin-client/settings.ts'
import { complete, counts, desk } from '../support/client-desk.ts'
import { type Fault, faultyRelay } from '../support/faulty-relay.ts'

const emptyList: Fault = { what: 'status', status: 200, body: '{"data":[]}' }

const many = (count: number): string =>
  `_format_version: "3.0"\nservices:\n${Array.from({ length: count }, (_, at) => `- name: s${at}\n  host: h.test\n`).join('')}`

const upstream = `_format_version: "3.0"
upstreams:
- name: u
  targets:
  - target: a.test:80
`

async function behind(faultOf: Parameters<typeof faultyRelay>[1]) {
  const { admin, go } = await desk()
  const relay = await faultyRelay(admin, faultOf)
  const sync = (text: string, settings: Partial<ClientSettings> = {}, mode: 'sync' | 'diff' = 'sync') =>
    go(text, { mode, client: { address: relay.address, ...settings } })
  return { relay, sync, straight: go }
}

/** The fault for the first request of each path with that method. */
const firstOf = (method: string, fault: Fault): Parameters<typeof faultyRelay>[1] => {
  const known = new Set<string>()
  return request => {
    if (request.method !== method || known.has(request.path)) return undefined
    known.add(request.path)
    return fault
  }
}

describe('a sync arrives', () => {
  it.each<[string, string, Fault]>([
    ['lost requests', 'PUT', { what: 'lost-request' }],
    ['lost answers', 'PUT', { what: 'lost-answer' }],
    ['503', 'PUT', { what: 'status', status: 503 }],
    ['500', 'PUT', { what: 'status', status: 500 }],
    ['429', 'PUT', { what: 'status', status: 429, headers: { 'retry-after': '0' } }],
    ['429 on a POST', 'POST', { what: 'status', status: 429 }],
    ['a POST whose answer is lost', 'POST', { what: 'lost-answer' }],
    ['lists that fail', 'GET', { what: 'status', status: 502 }],
    ['lists that break', 'GET', { what: 'lost-answer' }],
  ])('after %s', async (_name, method, fault) => {
    const { sync, straight } = await behind(firstOf(method, fault))
    const done = await sync(complete)
    expect(done).toMatchObject({ code: 0 })
    expect(done.err).toContain('requests were repeated')
    expect(counts(await straight(complete, { mode: 'diff' }))).toBe('0/0/0')
  })

  it('after deletes whose answers are lost, which then find nothing', async () => {
    const { sync, straight } = await behind(firstOf('DELETE', { what: 'lost-answer' }))
    await straight(upstream)
    expect(counts(await sync('_format_version: "3.0"'))).toBe('0/0/2')
  })

  it('does not retry where a target of that name belongs to another upstream', async () => {
    const { sync, straight, relay } = await behind(({ method, path }) =>
      method === 'GET' && path.includes('/targets') ? emptyList : undefined,
    )
    await straight(upstream)
    const failed = await sync(upstream)
    expect(failed.code).toBe(1)
    expect(failed.err).toContain('HTTP status 409')
    expect(relay.seen.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })
})

describe('waits', () => {
  it('as long as Retry-After asks', async () => {
    const { sync, relay } = await behind(
      firstOf('PUT', { what: 'status', status: 429, headers: { 'retry-after': '1' } }),
    )
    expect((await sync(many(1))).code).toBe(0)
    const [first, second] = relay.seen.filter(({ method }) => method === 'PUT')
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1000)
  })

  it('not for ever', async () => {
    const { sync, relay } = await behind(({ method }) =>
      method === 'PUT' ? { what: 'status', status: 503 } : undefined,
    )
    expect((await sync(many(1))).code).toBe(1)
    expect(relay.seen.filter(({ method }) => method === 'PUT')).toHaveLength(5)
  })

  it('for an answer that is late once, and asks again', async () => {
    const { sync } = await behind(firstOf('PUT', { what: 'delay', milliseconds: 1500 }))
    expect(await sync(many(2), { timeoutSeconds: 1 })).toMatchObject({ code: 0 })
  })

  it('no longer than the deadline of the run, and tells what was not begun', async () => {
    const { sync } = await behind(({ method }) =>
      method === 'PUT' ? { what: 'delay', milliseconds: 1500 } : undefined,
    )
    const deadline = Date.now() + 2500
    const failed = await sync(many(50), { deadline, parallelism: 2 })
    // All fifty would take longer than half a minute.
    expect(Date.now() - deadline).toBeLessThan(10_000)
    expect(failed.code).toBe(1)
    expect(failed.err).toContain('not attempted')
    expect(failed.err).toContain('no response before the end of the run (--deadline)')
  })
})

describe('how many requests are under way', () => {
  const slow = ({ method }: { method: string }): Fault | undefined =>
    method === 'PUT' ? { what: 'delay', milliseconds: 20 } : undefined

  it('is what --parallelism says, exactly', async () => {
    const { sync, relay } = await behind(slow)
    await sync(many(40), { parallelism: 3 })
    const changes = relay.seen.filter(({ method }) => method === 'PUT')
    expect(changes).toHaveLength(40)
    // Fourteen rounds of three, 20 ms each.
    expect((changes.at(-1)?.at ?? 0) - (changes[0]?.at ?? 0)).toBeGreaterThan(240)
  })

  it('grows where answers take no longer for it, but not beyond what a gateway bears', async () => {
    const { sync, relay } = await behind(slow)
    expect((await sync(many(1000))).code).toBe(0)
    // It begins with ten.
    expect(relay.most()).toBeGreaterThan(10)
    expect(relay.most()).toBeLessThanOrEqual(64)
  })

  it('shrinks where the gateway struggles', async () => {
    let running = 0
    const { sync, relay } = await behind(({ method, index }) => {
      if (method !== 'PUT') return undefined
      running = index
      // Every fourth is turned away until the rate is gone: a limit on the gateway's side.
      return running % 4 === 0 ? { what: 'status', status: 429 } : { what: 'delay', milliseconds: 5 }
    })
    expect((await sync(many(120))).code).toBe(0)
    const late = relay.seen.filter(({ method }) => method === 'PUT').slice(-40)
    const span = (late.at(-1)?.at ?? 0) - (late[0]?.at ?? 0)
    // Forty requests of 5 ms each, at ten at once, would be done within 20 ms.
    expect(span).toBeGreaterThan(60)
  })
})

describe('a token with few rights', () => {
  const closed =
    (path: string): Parameters<typeof faultyRelay>[1] =>
    request =>
      request.path.startsWith(path) ? { what: 'status', status: 403, body: '{"message":"no"}' } : undefined

  it('without access to vaults and keys: a warning is printed and the rest is synced', async () => {
    const lines: string[] = []
    const { sync } = await behind(closed('/vaults'))
    const done = await sync(upstream, { log: line => lines.push(line) })
    expect(done.code).toBe(0)
    expect(counts(done)).toBe('2/0/0')
    expect(lines).toEqual(['Warning: /vaults may not be seen (HTTP status 403): passed over'])
  })

  it('must see services: without them nothing is done', async () => {
    const { sync, straight } = await behind(closed('/services?'))
    await expect(sync(upstream)).rejects.toThrow(/services: HTTP status 403/)
    expect(counts(await straight(upstream, { mode: 'diff' }))).toBe('2/0/0')
  })
})
