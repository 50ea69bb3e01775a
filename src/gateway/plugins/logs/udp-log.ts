/** udp-log: a datagram of JSON for each exchange (behaviour: Kong 2.8.5, 3.9.1). */
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import { configOf, type Handler, type Surroundings } from '../define.ts'
import { ignoresLua } from './custom-fields.ts'
import { entryMaker } from './entry.ts'

interface Config {
  readonly host: string
  readonly port: number
  readonly custom_fields_by_lua: unknown
}

export function udpLog(surroundings: Surroundings): Handler {
  const { log } = surroundings
  const entryOf = entryMaker(surroundings)
  const tellLua = ignoresLua('udp-log', log)
  const sockets = new Map<'udp4' | 'udp6', Socket>()
  const socketFor = (host: string): Socket => {
    const family = isIPv6(host) ? 'udp6' : 'udp4'
    const known = sockets.get(family)
    if (known !== undefined) return known
    const made = createSocket(family)
    made.on('error', error => log(`plugin udp-log: ${error.message}`))
    made.unref()
    sockets.set(family, made)
    return made
  }
  return {
    name: 'udp-log',
    configure: plugin => {
      const { host, port, custom_fields_by_lua } = configOf<Config>(plugin)
      tellLua(custom_fields_by_lua)
      return {
        log: (exchange, finished) =>
          socketFor(host).send(entryOf(exchange, finished), port, host, error => {
            if (error !== null)
              log(`plugin udp-log: could not send data to ${host}:${port}: ${error.message}`)
          }),
      }
    },
    close: () => {
      for (const socket of sockets.values()) socket.close()
      sockets.clear()
    },
  }
}
