/** A configuration that changes under traffic: no request fails, none sees two configurations, and what was written acts at once. */
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
})
