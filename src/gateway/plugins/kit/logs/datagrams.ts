/** Datagrams to log and metrics servers: sent without waiting; failures are written to the log. */
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'

export interface Datagrams {
  send(host: string, port: number, text: string): void
  close(): void
}

/** @param plugin whose they are, for the log */
export function createDatagrams(plugin: string, log: (line: string) => void): Datagrams {
  const sockets = new Map<'udp4' | 'udp6', Socket>()
  const socketFor = (host: string): Socket => {
    const family = isIPv6(host) ? 'udp6' : 'udp4'
    const known = sockets.get(family)
    if (known !== undefined) return known
    const made = createSocket(family)
    made.on('error', error => log(`plugin ${plugin}: ${error.message}`))
    made.unref()
    sockets.set(family, made)
    return made
  }
  return {
    send: (host, port, text) =>
      socketFor(host).send(text, port, host, error => {
        if (error !== null) log(`plugin ${plugin}: could not send data to ${host}:${port}: ${error.message}`)
      }),
    close: () => {
      for (const socket of sockets.values()) socket.close()
      sockets.clear()
    },
  }
}
