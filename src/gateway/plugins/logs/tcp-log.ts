/** tcp-log: a line of JSON for each exchange down a connection that is kept for the next ones (behaviour: Kong 2.8.5, 3.9.1). */
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { configOf, type Handler, type Surroundings } from '../define.ts'
import { ignoresLua } from './custom-fields.ts'
import { entryMaker } from './entry.ts'

interface Config {
  readonly host: string
  readonly port: number
  /** Milliseconds. */
  readonly timeout: number
  /** Milliseconds that an idle connection is kept. */
  readonly keepalive: number
  readonly tls: boolean
  readonly tls_sni: string | null
  readonly custom_fields_by_lua: unknown
}

export function tcpLog(surroundings: Surroundings): Handler {
  const { log } = surroundings
  const entryOf = entryMaker(surroundings)
  const tellLua = ignoresLua('tcp-log', log)
  const open = new Set<Socket>()
  return {
    name: 'tcp-log',
    configure: plugin => {
      const config = configOf<Config>(plugin)
      tellLua(config.custom_fields_by_lua)
      let socket: Socket | undefined
      const connected = (): Socket => {
        if (socket !== undefined && !socket.destroyed && socket.writable) return socket
        const made = connectTo(config, log)
        open.add(made)
        made.once('close', () => open.delete(made))
        socket = made
        return made
      }
      return { log: (exchange, finished) => connected().write(`${entryOf(exchange, finished)}\n`) }
    },
    close: () => Promise.all([...open].map(ended)).then(() => undefined),
  }
}

function connectTo(config: Config, log: (line: string) => void): Socket {
  const { host, port, tls, tls_sni, timeout, keepalive } = config
  const socket = tls
    ? connectTls({ host, port, rejectUnauthorized: false, ...(tls_sni !== null && { servername: tls_sni }) })
    : connect({ host, port })
  let isConnected = false
  socket.setTimeout(timeout, () => {
    if (!isConnected) log(`plugin tcp-log: failed to connect to ${host}:${port}: timeout`)
    socket.destroy()
  })
  socket.once(tls ? 'secureConnect' : 'connect', () => {
    isConnected = true
    socket.setTimeout(keepalive)
  })
  socket.on('error', error => {
    const what = isConnected ? 'failed to send data to' : 'failed to connect to'
    log(`plugin tcp-log: ${what} ${host}:${port}: ${error.message}`)
  })
  socket.unref()
  return socket
}

/** What was written goes out first. */
const ended = (socket: Socket): Promise<void> =>
  new Promise(resolve => {
    const timer = setTimeout(() => socket.destroy(), 500)
    socket.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
    socket.end()
  })
