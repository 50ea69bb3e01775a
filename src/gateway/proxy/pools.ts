/** Keep-alive connections to where requests go, one pool for each address, protocol and connect timeout. */
import { Pool } from 'undici'

export interface Destination {
  readonly protocol: 'http' | 'https'
  readonly host: string
  readonly port: number
  /** Milliseconds. */
  readonly connectTimeout: number
  /** For TLS: the name to ask for, and whether the certificate is checked. */
  readonly serverName?: string
  readonly verify?: boolean
}

export interface Pools {
  to(destination: Destination): Pool
  close(): Promise<void>
}

export function createPools(): Pools {
  const pools = new Map<string, Pool>()
  return {
    to: destination => {
      const { protocol, host, port, connectTimeout, serverName, verify } = destination
      const key = `${protocol}|${host}|${port}|${connectTimeout}|${serverName ?? ''}|${verify ?? ''}`
      const found = pools.get(key)
      if (found !== undefined) return found
      const made = new Pool(`${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`, {
        pipelining: 1,
        keepAliveTimeout: 60_000,
        connect: {
          timeout: connectTimeout,
          ...(protocol === 'https' && {
            rejectUnauthorized: verify ?? false,
            servername: serverName ?? host,
          }),
        },
      })
      pools.set(key, made)
      return made
    },
    close: async () => {
      await Promise.all([...pools.values()].map(pool => pool.destroy()))
      pools.clear()
    },
  }
}
