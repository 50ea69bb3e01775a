/**
 * A backend killed and restarted while requests come: with retries and health checks no client notices, and
 * traffic returns by itself.
 */
import { afterEach, expect, it } from 'vitest'
import { startEchoBackend } from '../support/echo-backend.ts'
import { kong39 } from '../support/proxy-sets.ts'
import { startProxy, targetsAt } from '../support/running-proxy.ts'
import { until } from '../support/until.ts'

const open: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

const checked = {
  healthchecks: {
    active: {
      healthy: { interval: 0.2, successes: 1 },
      unhealthy: { interval: 0.2, tcp_failures: 1, http_failures: 1 },
    },
    passive: { unhealthy: { tcp_failures: 1 } },
  },
}

it.each(['round-robin', 'least-connections', 'latency', 'consistent-hashing'])(
  '%s: no request fails, a dead target gets none, and it comes back',
  async algorithm => {
    const [a, b] = [await startEchoBackend({ name: 'a' }), await startEchoBackend({ name: 'b' })]
    open.push(a, b)
    const hashing =
      algorithm === 'consistent-hashing' ? { hash_on: 'query_arg', hash_on_query_arg: 'id' } : {}
    const upstream = { algorithm, ...hashing, ...checked }
    const proxy = await startProxy(kong39, targetsAt([a.port, b.port], upstream))
    open.push(proxy)

    const isUp = () => proxy.plane.healthOf('u')?.targets.get(`t${b.port}`)?.health === 'HEALTHY'
    const bad: string[] = []
    let [isOver, sent] = [false, 0]
    const client = async () => {
      while (!isOver) {
        sent += 1
        const answer = await fetch(`${proxy.url}/?id=${sent}`).catch((error: Error) => error)
        if (answer instanceof Error) bad.push(answer.message)
        else {
          if (answer.status !== 200) bad.push(String(answer.status))
          await answer.text().catch((error: Error) => bad.push(error.message))
        }
      }
    }
    const moreRequests = () => {
      const before = sent
      return until(() => sent > before + 32, 'every client has sent another request')
    }
    const clients = Array.from({ length: 16 }, client)

    for (let round = 0; round < 2; round++) {
      await moreRequests()
      await b.kill()
      await until(() => !isUp(), 'the dead target was found')
      await moreRequests()
      b.takeLog()
      await b.restart()
      await until(isUp, 'the target was found again')
      // Probes have a user agent of their own; what remains came through the proxy.
      const isServing = () => b.takeLog().some(({ userAgent }) => !userAgent?.includes('healthcheck'))
      await until(isServing, 'the target that is back had requests')
    }
    isOver = true
    await Promise.all(clients)
    expect(bad).toEqual([])
    expect(sent).toBeGreaterThan(20)
    expect(proxy.logged).toEqual([])
  },
  60_000,
)
