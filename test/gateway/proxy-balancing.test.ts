/** Targets behind the proxy: turns, health, retries; and what stays when the configuration changes. */
import { afterEach, describe, expect, it } from 'vitest'
import { closedPort } from '../conformance/proxy-backends.ts'
import { type EchoBackend, startEchoBackend } from '../support/echo-backend.ts'
import { kong28, kong39 } from '../support/proxy-sets.ts'
import { type RunningProxy, serviceAt, startProxy, targetsAt, until } from '../support/running-proxy.ts'

const open: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function backends(count: number): Promise<EchoBackend[]> {
  const made = await Promise.all(
    Array.from({ length: count }, (_none, index) => startEchoBackend({ name: `b${index}` })),
  )
  open.push(...made)
  return made
}

async function start(...[version, wanted]: Parameters<typeof startProxy>): Promise<RunningProxy> {
  const proxy = await startProxy(version, wanted)
  open.push(proxy)
  return proxy
}

async function ask({ url }: RunningProxy, times: number, init: RequestInit = {}): Promise<string[]> {
  const answers: string[] = []
  for (let turn = 0; turn < times; turn++) {
    const response = await fetch(url, init)
    answers.push(response.headers.get('x-backend') ?? String(response.status))
    await response.text()
  }
  return answers
}

const failing = { healthchecks: { passive: { unhealthy: { http_failures: 2 } } } }

describe('turns', () => {
  it('a target that comes takes part, one that goes does not; the others keep their turn', async () => {
    const [a, b, c] = await backends(3)
    const ports = [a?.port ?? 0, b?.port ?? 0]
    const proxy = await start(kong39, targetsAt(ports))
    expect(await ask(proxy, 3)).toEqual(['b0', 'b1', 'b0'])
    proxy.configure(targetsAt(ports, { tags: ['changed'] }))
    expect(await ask(proxy, 2)).toEqual(['b1', 'b0'])
    proxy.configure(targetsAt([...ports, c?.port ?? 0]))
    expect((await ask(proxy, 6)).sort()).toEqual(['b0', 'b0', 'b1', 'b1', 'b2', 'b2'])
    proxy.configure(targetsAt([c?.port ?? 0]))
    expect(await ask(proxy, 2)).toEqual(['b2', 'b2'])
  })
})

describe('health', () => {
  it('a failing target is left out, also after a change of the configuration', async () => {
    const [a, b] = await backends(2)
    const ports = [a?.port ?? 0, b?.port ?? 0]
    const proxy = await start(kong39, targetsAt(ports, failing))
    if (a) a.mode.status = 500
    await ask(proxy, 4)
    expect(await ask(proxy, 3)).toEqual(['b1', 'b1', 'b1'])
    proxy.configure(targetsAt(ports, { ...failing, tags: ['changed'] }))
    expect(await ask(proxy, 3)).toEqual(['b1', 'b1', 'b1'])
    const health = proxy.plane.healthOf('u')
    expect(health?.targets.get(`t${a?.port}`)?.health).toBe('UNHEALTHY')
    expect(health?.weight).toEqual({ total: 200, available: 100, unavailable: 100 })
    if (a) a.mode.status = undefined
    expect(proxy.plane.setHealth('u', `t${a?.port}`, undefined, true)).toBe(true)
    expect((await ask(proxy, 2)).sort()).toEqual(['b0', 'b1'])
  })

  it('probes find a target that died, and that it is back', async () => {
    const [a, b] = await backends(2)
    const active = {
      healthy: { interval: 0.05, successes: 1 },
      unhealthy: { interval: 0.05, tcp_failures: 1 },
    }
    const wanted = targetsAt([a?.port ?? 0, b?.port ?? 0], { healthchecks: { active } })
    const proxy = await start(kong39, wanted)
    const health = () => proxy.plane.healthOf('u')?.targets.get(`t${b?.port}`)?.health
    expect(health()).toBe('HEALTHY')
    await b?.kill()
    await until(() => health() === 'UNHEALTHY', 'the dead target was found')
    expect(await ask(proxy, 3)).toEqual(['b0', 'b0', 'b0'])
    await b?.restart()
    await until(() => health() === 'HEALTHY', 'the target was found again')
  })

  it('is not known of an upstream that is not there', async () => {
    const proxy = await start(kong28, {})
    expect(proxy.plane.healthOf('nobody')).toBeUndefined()
    expect(proxy.plane.setHealth('nobody', 't', undefined, true)).toBe(false)
  })
})

describe('retries', () => {
  it('a target that refuses costs the client nothing', async () => {
    const [a] = await backends(1)
    const proxy = await start(kong39, targetsAt([await closedPort(), a?.port ?? 0]))
    expect(await ask(proxy, 4)).toEqual(['b0', 'b0', 'b0', 'b0'])
    const posted = await ask(proxy, 2, { method: 'POST', body: 'x' })
    expect(posted).toEqual(['b0', 'b0'])
  })

  it('none are made where none are allowed', async () => {
    const [a] = await backends(1)
    const proxy = await start(kong39, targetsAt([await closedPort(), a?.port ?? 0], {}, { retries: 0 }))
    expect((await ask(proxy, 4)).sort()).toEqual(['502', '502', 'b0', 'b0'])
  })

  it.each([
    ['GET', 3],
    ['POST', 1],
  ])('a %s that times out is sent %i times', async (method, times) => {
    const [a] = await backends(1)
    if (a) a.mode.delay = 5000
    const proxy = await start(kong39, serviceAt(a?.port ?? 0, { read_timeout: 50, retries: 2 }))
    expect(await ask(proxy, 1, { method })).toEqual(['504'])
    expect(a?.takeLog().length).toBe(times)
  })
})

describe('one configuration', () => {
  it('serves a request from its begin to its end', async () => {
    const [a, b] = await backends(2)
    if (a) a.mode.delay = 100
    const proxy = await start(kong39, serviceAt(a?.port ?? 0))
    const first = ask(proxy, 1)
    await until(() => a?.takeLog().length === 1, 'the first request arrived')
    proxy.configure(serviceAt(b?.port ?? 0))
    expect(await ask(proxy, 1)).toEqual(['b1'])
    expect(await first).toEqual(['b0'])
  })
})
