/** Keep-alive connections to where requests go, one pool for each address, protocol and connect timeout. */
import type { ConnectionOptions } from 'node:tls'
import { buildConnector, Pool } from 'undici'

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
        connect: connectWithin(
          connectTimeout,
          protocol === 'https' ? { rejectUnauthorized: verify ?? false, servername: serverName ?? host } : {},
        ),
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

/** undici's own connect timeout ticks once a second, which is too coarse for short ones. */
function connectWithin(milliseconds: number, tls: ConnectionOptions): buildConnector.connector {
  const connector = buildConnector({ ...tls, timeout: 0 } as buildConnector.BuildOptions)
  return (options, callback) => {
    // The connector gives its socket back at once, although its types say nothing of it.
    const connecting: { socket?: { destroy(): void } | undefined } = {}
    let isOver = false
    const end: buildConnector.Callback = (...result) => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      callback(...result)
    }
    const timer = setTimeout(() => {
      end(Object.assign(new Error('connect timeout'), { code: 'UND_ERR_CONNECT_TIMEOUT' }), null)
      connecting.socket?.destroy()
    }, milliseconds)
    connecting.socket = connector(options, end) as unknown as { destroy(): void } | undefined
  }
}
