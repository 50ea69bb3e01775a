/**
 * Keep-alive connections to where requests go, one pool for each address, connect timeout and kind of TLS.
 */
import { Client } from 'undici'
import { connectTo, type Endpoint, type Sessions } from './connect.ts'

/** Each client has one connection, opened when it is needed, and carries one request at a time. */
export interface Pool {
  /** One that carries none: that which was used last, or a new one. */
  take(): Client
  /** Its request is over. */
  giveBack(client: Client): void
}

export interface Pools {
  to(endpoint: Endpoint): Pool
  close(): Promise<void>
}

/** How often clients are looked for whose connection has ended, in milliseconds. */
const sweepEvery = 60_000

export function createPools(): Pools {
  const pools = new Map<string, LastingPool>()
  const sweep = setInterval(() => {
    for (const [key, pool] of pools) if (!pool.sweep()) pools.delete(key)
  }, sweepEvery).unref()
  return {
    to: endpoint => {
      const { host, port, connectTimeout, tls, serverName } = endpoint
      const key = tls
        ? `${host}|${port}|${connectTimeout}|${serverName}|${tls.key}`
        : `${host}|${port}|${connectTimeout}`
      const found = pools.get(key)
      if (found !== undefined) return found
      const made = createPool(endpoint)
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

interface LastingPool extends Pool {
  /** Forgets clients without a connection. @returns whether any are left */
  sweep(): boolean
  destroy(): Promise<unknown>
}

/**
 * Not undici's own: that hands requests on through a queue and events, which costs each of them more than its
 * headers do.
 */
function createPool(endpoint: Endpoint): LastingPool {
  const { host, port, tls } = endpoint
  const origin = `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
  const sessions: Sessions = {}
  const all = new Set<Client>()
  let idle: Client[] = []
  const open = () => {
    const client = new Client(origin, {
      pipelining: 1,
      keepAliveTimeout: 60_000,
      connect: (_options, done) => connectTo(endpoint, sessions, done),
    })
    all.add(client)
    return client
  }
  return {
    take: () => idle.pop() ?? open(),
    giveBack: client => {
      idle.push(client)
    },
    sweep: () => {
      // Idle connections end after their time.
      const ended = idle.filter(client => !client.stats.connected)
      idle = idle.filter(client => client.stats.connected)
      for (const client of ended) {
        all.delete(client)
        void client.close()
      }
      return all.size > 0
    },
    destroy: () => Promise.all([...all].map(client => client.destroy())),
  }
}
