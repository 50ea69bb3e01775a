/** Targets behind the proxy: turns, health, retries; and what stays when the configuration changes. */
import { afterEach, describe, expect, it } from 'vitest'
import { type EchoBackend, startEchoBackend } from '../support/echo-backend.ts'
import { closedPort } from '../support/proxy-backends.ts'
import { kong28, kong39 } from '../support/proxy-sets.ts'
import { type RunningProxy, serviceAt, startProxy, targetsAt } from '../support/running-proxy.ts'
import { until } from '../support/until.ts'

const open: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function backends(count: number, mode: { readonly delay?: number } = {}): Promise<EchoBackend[]> {
  const made = await Promise.all(
    Array.from({ length: count }, (_none, index) =>
      startEchoBackend({ name: `b${index}`, mode: { ...mode } }),
    ),
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
    expect(await ask(proxy, 3)).toEqual(['b1', 'b0', 'b1'])
    proxy.configure(targetsAt(ports, { tags: ['changed'] }))
    expect(await ask(proxy, 2)).toEqual(['b0', 'b1'])
    proxy.configure(targetsAt([...ports, c?.port ?? 0]))
    expect((await ask(proxy, 6)).sort()).toEqual(['b0', 'b0', 'b1', 'b1', 'b2', 'b2'])
    proxy.configure(targetsAt([c?.port ?? 0]))
    expect(await ask(proxy, 2)).toEqual(['b2', 'b2'])
  })
})

describe('weights over sockets', () => {
  it.each([
    ['round-robin', {}, 0],
    ['least-connections', {}, 0.05],
    ['consistent-hashing', { hash_on: 'header', hash_on_header: 'x-user' }, 0.05],
  ])('%s keeps to them', async (algorithm, hashing, slack) => {
    // Connections can only be compared where requests are under way together.
    const [a, b] = await backends(2, { delay: 20 })
    const wanted = targetsAt([a?.port ?? 0, b?.port ?? 0], { algorithm, ...hashing })
    const [first, second] = wanted['target'] ?? []
    const weighted = [
      { ...first, weight: 30 },
      { ...second, weight: 10 },
    ]
    const proxy = await start(kong39, { ...wanted, target: weighted })
    const clients = Array.from({ length: 20 }, (_none, client) =>
      Array.from({ length: 40 }, (_one, turn) => `${client}-${turn}`),
    )
    const answers = await Promise.all(
      clients.map(async users => {
        const seen: string[] = []
        for (const user of users) seen.push(...(await ask(proxy, 1, { headers: { 'x-user': user } })))
        return seen
      }),
    )
    const share = answers.flat().filter(name => name === 'b0').length / 800
    expect(Math.abs(share - 0.75)).toBeLessThanOrEqual(slack)
  })

  it('a target of weight 0 gets no requests, and alone makes an upstream without peers', async () => {
    const [a, b] = await backends(2)
    const wanted = targetsAt([a?.port ?? 0, b?.port ?? 0])
    const [first, second] = wanted['target'] ?? []
    const proxy = await start(kong39, { ...wanted, target: [{ ...first, weight: 0 }, { ...second }] })
    expect(await ask(proxy, 3)).toEqual(['b1', 'b1', 'b1'])
    proxy.configure({ ...wanted, target: [{ ...first, weight: 0 }] })
    expect(await ask(proxy, 1)).toEqual(['503'])
  })
})

describe('cookies to hash on', () => {
  it('are made where they are absent, and lead to the same target again', async () => {
    const made = await backends(3)
    const hashing = { hash_on: 'cookie', hash_on_cookie: 'sess', hash_on_cookie_path: '/a' }
    const proxy = await start(
      kong39,
      targetsAt(
        made.map(({ port }) => port),
        hashing,
      ),
    )
    const first = await fetch(proxy.url)
    await first.text()
    const cookie = first.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^sess=[\da-f-]{36}; Path=\/a; Same-Site=Lax; HttpOnly$/)
    const again = await fetch(proxy.url, { headers: { cookie: cookie.replace(/;.*/, '') } })
    await again.text()
    expect(again.headers.get('x-backend')).toBe(first.headers.get('x-backend'))
    expect(again.headers.get('set-cookie')).toBeNull()
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

  it('is remembered of a target that is taken out and put back', async () => {
    const [a, b] = await backends(2)
    const ports = [a?.port ?? 0, b?.port ?? 0]
    const proxy = await start(kong39, targetsAt(ports, failing))
    proxy.plane.setHealth('u', `t${a?.port}`, undefined, false)
    proxy.configure(targetsAt(ports.slice(1), failing))
    expect(await ask(proxy, 1)).toEqual(['b1'])
    proxy.configure(targetsAt(ports, failing))
    expect(await ask(proxy, 2)).toEqual(['b1', 'b1'])
    proxy.configure(targetsAt(ports))
    expect((await ask(proxy, 2)).sort(), 'nothing is watched any more').toEqual(['b0', 'b1'])
  })

  it('a last attempt that finds no peer counts as a 502, as in Kong', async () => {
    const port = await closedPort()
    const passive = (http_statuses: number[]) => ({
      healthchecks: { passive: { unhealthy: { tcp_failures: 1, http_failures: 2, http_statuses } } },
    })
    const health = () => proxy.plane.healthOf('u')?.health
    const proxy = await start(kong39, targetsAt([port], passive([500]), { retries: 0 }))
    expect(await ask(proxy, 3)).toEqual(['502', '502', '502'])
    expect(health()).toBe('HEALTHY')
    proxy.configure(targetsAt([port], passive([502]), { retries: 0 }))
    expect(await ask(proxy, 3)).toEqual(['502', '503', '503'])
    expect(health()).toBe('UNHEALTHY')
    proxy.plane.setHealth('u', `t${port}`, undefined, true)
    proxy.configure(targetsAt([port], passive([500]), { retries: 1 }))
    expect(await ask(proxy, 1)).toEqual(['503'])
  })

  it('a client that leaves says nothing about a target, and is not asked for again', async () => {
    const [a] = await backends(1)
    if (a) a.mode.delay = 500
    const passive = { unhealthy: { tcp_failures: 1, timeouts: 1 } }
    const proxy = await start(kong39, targetsAt([a?.port ?? 0], { healthchecks: { passive } }))
    const leaving = new AbortController()
    const gone = fetch(proxy.url, { signal: leaving.signal }).catch(() => 'left')
    const arrived: unknown[] = []
    const hasArrived = () => arrived.push(...(a?.takeLog() ?? [])) > 0
    await until(hasArrived, 'the request arrived')
    leaving.abort()
    expect(await gone).toBe('left')
    if (a) a.mode.delay = 0
    expect(await ask(proxy, 1)).toEqual(['b0'])
    hasArrived()
    expect(arrived).toHaveLength(2)
    expect(proxy.plane.healthOf('u')?.health).toBe('HEALTHY')
  })

  it('more than the threshold must be up', async () => {
    const [a, b] = await backends(2)
    const ports = [a?.port ?? 0, b?.port ?? 0]
    const { healthchecks } = failing
    const proxy = await start(kong39, targetsAt(ports, { healthchecks: { ...healthchecks, threshold: 50 } }))
    expect(await ask(proxy, 1)).toEqual(['b1'])
    proxy.plane.setHealth('u', `t${a?.port}`, undefined, false)
    expect(await ask(proxy, 2), 'one of two is no more than 50 percent').toEqual(['503', '503'])
    expect(proxy.plane.healthOf('u')?.health).toBe('UNHEALTHY')
  })

  it.each([
    ['tcp', { tcp_failures: 1 }],
    ['grpc', { tcp_failures: 1 }],
    ['https', { tcp_failures: 1 }],
  ])('probes by %s find a dead target', async (type, failures) => {
    const [a] = await backends(1)
    const active = {
      type,
      healthy: { interval: 0.05, successes: 1 },
      unhealthy: { interval: 0.05, ...failures },
    }
    const proxy = await start(kong39, targetsAt([a?.port ?? 0], { healthchecks: { active } }))
    const health = () => proxy.plane.healthOf('u')?.targets.get(`t${a?.port}`)?.health
    // No TLS is spoken there: to a probe by https it is as good as dead.
    if (type !== 'https') {
      proxy.plane.setHealth('u', `t${a?.port}`, undefined, false)
      await until(() => health() === 'HEALTHY', 'a probe found the target up')
      await a?.kill()
    }
    await until(() => health() === 'UNHEALTHY', 'the dead target was found')
    if (type !== 'https') await a?.restart()
  })

  it('probes are no more at once than allowed', async () => {
    const made = await backends(6)
    for (const { mode } of made) mode.delay = 30
    const active = { concurrency: 2, healthy: { interval: 0.02, successes: 1 } }
    const proxy = await start(
      kong39,
      targetsAt(
        made.map(({ port }) => port),
        { healthchecks: { active } },
      ),
    )
    expect(proxy.plane.healthOf('u')?.health).toBe('HEALTHY')
    const begun = performance.now()
    let seen = 0
    const count = () => {
      seen += made.flatMap(backend => backend.takeLog()).length
      return seen >= 12
    }
    await until(count, 'two rounds of probes')
    // Each takes 30 ms, and two run at once; some were under way when the clock began.
    expect(seen).toBeLessThanOrEqual(2 * ((performance.now() - begun) / 30 + 2))
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
