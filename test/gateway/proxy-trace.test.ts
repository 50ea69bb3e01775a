import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EchoBackend, startEchoBackend } from '../support/echo-backend.ts'
import { kong39 } from '../support/proxy-sets.ts'
import { type RunningProxy, startProxy, targetsAt } from '../support/running-proxy.ts'

let backends: EchoBackend[]
let proxy: RunningProxy

beforeAll(async () => {
  backends = [await startEchoBackend({ name: 'one' }), await startEchoBackend({ name: 'two' })]
  proxy = await startProxy(kong39, {
    ...targetsAt(backends.map(({ port }) => port)),
    plugin: [
      { name: 'request-termination', enabled: false },
      { name: 'rate-limiting', config: { minute: 1000 } },
    ],
  })
})

afterAll(async () => {
  await proxy.close()
  await Promise.all(backends.map(backend => backend.close()))
})

const get = (headers: Record<string, string> = {}) => fetch(`${proxy.url}/x`, { headers })

describe('the way of a request', () => {
  it('is sent on request', async () => {
    const answer = await get({ 'X-Deck-Trace': '1' })
    const trace = JSON.parse(decodeURIComponent(answer.headers.get('x-deck-trace') ?? ''))
    expect(trace).toMatchObject({
      route: { id: 'r' },
      service: { id: 's' },
      plugins: ['rate-limiting'],
      tries: 1,
    })
    expect(backends.map(({ port }) => `127.0.0.1:${port}`)).toContain(trace.target)
    expect(await answer.text()).not.toMatch(/x-deck-trace/i)
  })

  it('is sent for requests without a route', async () => {
    proxy.configure({ route: [{ id: 'r', paths: ['/only'] }] })
    const trace = (await get({ 'X-Deck-Trace': '1' })).headers.get('x-deck-trace')
    expect(JSON.parse(decodeURIComponent(trace ?? ''))).toEqual({ plugins: [], target: null, tries: 0 })
    proxy.configure(targetsAt(backends.map(({ port }) => port)))
  })

  it('is not sent without a request for it', async () => {
    expect((await get()).headers.get('x-deck-trace')).toBeNull()
  })
})

describe('what targets get', () => {
  const [a, b] = [0, 1].map(at => () => `t${backends[at]?.port}`) as [() => string, () => string]

  it('is counted by target, with what failed', async () => {
    proxy.configure(targetsAt(backends.map(({ port }) => port)))
    const before = [a, b].map(id => proxy.plane.trafficOf?.(id()))
    for (let sent = 0; sent < 4; sent++) await (await get()).text()
    const gained = [a, b].map(
      (id, at) => (proxy.plane.trafficOf?.(id())?.requests ?? 0) - (before[at]?.requests ?? 0),
    )
    expect(gained).toEqual([2, 2])
    await backends[1]?.kill()
    for (let sent = 0; sent < 2; sent++) await (await get()).text()
    expect(proxy.plane.trafficOf?.(b())?.failures).toBeGreaterThanOrEqual(1)
    expect(proxy.plane.trafficOf?.(a())?.failures).toBe(0)
    await backends[1]?.restart()
  })

  it('is forgotten with the target', async () => {
    const [port] = backends.map(backend => backend.port)
    proxy.configure(targetsAt([port ?? 0]))
    await (await get()).text()
    expect(proxy.plane.trafficOf?.(b())).toEqual({ requests: 0, failures: 0, milliseconds: 0 })
    expect(proxy.plane.trafficOf?.(a())?.requests).toBeGreaterThan(0)
  })
})
