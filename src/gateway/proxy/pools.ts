/** Keep-alive connections to where requests go, one pool for each address, connect timeout and kind of TLS. */
import { Pool } from 'undici'
import { connectTo, type Destination, type Sessions } from './connect.ts'

export interface Pools {
  to(destination: Destination): Pool
  close(): Promise<void>
}

/** How often pools are looked for that nobody uses any more, in milliseconds. */
const sweepEvery = 60_000

export function createPools(): Pools {
  const pools = new Map<string, Pool>()
  const sweep = setInterval(() => {
    // Idle connections end after their time; a pool without any, and without a request, is as good as none.
    for (const [key, pool] of pools) {
      if (pool.stats.connected > 0 || pool.stats.size > 0 || pool.stats.queued > 0) continue
      pools.delete(key)
      void pool.close()
    }
  }, sweepEvery).unref()
  return {
    to: destination => {
      const { host, port, connectTimeout, tls, serverName } = destination
      const key = tls
        ? `${host}|${port}|${connectTimeout}|${serverName}|${tls.key}`
        : `${host}|${port}|${connectTimeout}`
      const found = pools.get(key)
      if (found !== undefined) return found
      const sessions: Sessions = {}
      const origin = `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
      const made = new Pool(origin, {
        pipelining: 1,
        keepAliveTimeout: 60_000,
        connect: (_options, done) => connectTo(destination, sessions, done),
      })
      pools.set(key, made)
      return made
    },
    close: async () => {
      clearInterval(sweep)
      await Promise.all([...pools.values()].map(pool => pool.destroy()))
      pools.clear()
    },
  }
}
