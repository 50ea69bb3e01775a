/**
 * A configuration that changes under traffic: no request fails, none sees two configurations, and what was
 * written acts at once.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { type Gateway, startGateway } from '../../src/gateway/gateway.ts'
import { ask } from '../support/ask.ts'
import { anyPort } from '../support/bare-gateway.ts'
import { type EchoBackend, startEchoBackend } from '../support/echo-backend.ts'
import { kong39 } from '../support/proxy-sets.ts'

const open: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function start(options: object = {}): Promise<{ gateway: Gateway; backend: EchoBackend }> {
  const backend = await startEchoBackend({ name: 'b' })
  const gateway = await startGateway({ ...anyPort, version: kong39, ...options })
  open.push(backend, gateway)
  return { gateway, backend }
}

/** Asks again and again, on some connections, until `stop` is called. */
function traffic(ask: () => Promise<void>) {
  let isOver = false
  let asked = 0
  const workers = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      await ask()
      asked += 1
    }
  })
  return {
    stop: async (): Promise<number> => {
      isOver = true
      await Promise.all(workers)
      return asked
    },
  }
}

const service = { id: '11111111-1111-4111-8111-111111111111' }

describe('under traffic', () => {
  it('no request sees two configurations', async () => {
    const { gateway, backend } = await start({ database: 'off' })
    const file = (version: number) => ({
      _format_version: '3.0',
      services: [{ ...service, name: 's', host: '127.0.0.1', port: backend.port, path: `/v${version}` }],
      routes: [{ name: 'r', paths: ['/'], service: 's' }],
      plugins: [{ name: 'request-transformer', config: { add: { headers: [`X-Version:v${version}`] } } }],
    })
    await ask(gateway.admin, 'POST', '/config', file(0))
    const seen = new Set<string>()
    const running = traffic(async () => {
      const { path, headers } = JSON.parse(await (await fetch(gateway.proxy)).text())
      expect(path).toBe(`/${Object.fromEntries(headers)['X-Version']}`)
      seen.add(path)
    })
    for (let version = 1; version <= 60; version++) {
      expect((await ask(gateway.admin, 'POST', '/config', file(version))).status).toBe(201)
    }
    expect(await running.stop()).toBeGreaterThan(60)
    expect(seen.size).toBeGreaterThan(10)
  })

  it('hundreds of changes among thousands of entities fail no request, and each acts once it is answered', async () => {
    const routes = Array.from({ length: 2000 }, (_, at) => ({
      kind: 'route',
      fields: { name: `r${at}`, paths: [`/p${at}/`], service },
    }))
    const backend = await startEchoBackend({ name: 'b' })
    const first = { kind: 'service', fields: { ...service, host: '127.0.0.1', port: backend.port } }
    const gateway = await startGateway({ ...anyPort, version: kong39, initial: [first, ...routes] })
    open.push(backend, gateway)
    const statuses = new Set<number>()
    const running = traffic(async () => {
      const response = await fetch(`${gateway.proxy}/p${Math.floor(Math.random() * 2000)}/`)
      statuses.add(response.status)
      await response.arrayBuffer()
    })
    for (let change = 0; change < 500; change++) {
      const fields = { paths: [`/c${change}`], service }
      expect((await ask(gateway.admin, 'PUT', `/routes/c${change % 300}`, fields)).status).toBeLessThan(300)
      if (change % 50 !== 0) continue
      expect((await fetch(`${gateway.proxy}/c${change}`)).status).toBe(200)
      if (change >= 300) expect((await fetch(`${gateway.proxy}/c${change - 300}/`)).status).toBe(404)
    }
    expect(await running.stop()).toBeGreaterThan(100)
    expect([...statuses]).toEqual([200])
  }, 60_000)

  it('a thousand changes by several clients at once stall nothing, and act', async () => {
    const { gateway, backend } = await start()
    const put = async (path: string, fields: object) => (await ask(gateway.admin, 'PUT', path, fields)).status
    await put('/upstreams/u', {})
    await ask(gateway.admin, 'POST', '/upstreams/u/targets', { target: `127.0.0.1:${backend.port}` })
    await put('/services/s', { host: 'u', path: '/v0' })
    await put('/routes/r', { paths: ['/r'], service: { name: 's' } })
    const [statuses, configurations] = [new Map<number, number>(), new Set<string>()]
    const running = traffic(async () => {
      const answer = await fetch(`${gateway.proxy}/r`)
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      configurations.add(JSON.parse(await answer.text()).path)
    })
    const steps = [
      (n: number) => put('/services/s', { host: 'u', path: `/v${n}` }),
      (n: number) => put(`/routes/r${n % 40}`, { paths: [`/r${n}`], service: { name: 's' } }),
      (n: number) => put(`/consumers/c${n % 60}`, { custom_id: `${n}` }),
      (n: number) => put(`/upstreams/u${n % 20}`, { slots: 10 + n }),
      () => put('/upstreams/u', {}),
    ]
    let next = 0
    const writer = async () => {
      const answers: number[] = []
      while (next < 1000) {
        const n = next++
        answers.push((await steps[n % steps.length]?.(n)) ?? 0)
      }
      return answers
    }
    const answers = (await Promise.all(Array.from({ length: 8 }, writer))).flat()
    const asked = await running.stop()
    expect(answers.filter(status => status !== 200)).toEqual([])
    expect(answers).toHaveLength(1000)
    expect([...statuses]).toEqual([[200, asked]])
    expect(configurations.size).toBeGreaterThan(20)
  }, 60_000)
})
