/** Connections to log servers: opened for the first entry, kept for the next ones. */
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

export interface Place {
  readonly host: string
  readonly port: number
  /** Milliseconds that connecting may take. */
  readonly timeout: number
  /** Milliseconds until an idle connection is closed. */
  readonly keepalive: number
  /** Over TLS, with this server name or without. */
  readonly tls?: { readonly sni: string | null }
}

export interface Connections {
  /** @returns what writes there */
  to(place: Place): (text: string) => void
  /** Closes after all written data is sent. */
  close(): Promise<void>
}

/** @param plugin whose they are, for the log */
export function createConnections(plugin: string, log: (line: string) => void): Connections {
  const open = new Set<Socket>()
  return {
    to: place => {
      let socket: Socket | undefined
      const connected = (): Socket => {
        if (socket !== undefined && !socket.destroyed && socket.writable) return socket
        const made = connectTo(place, line => log(`plugin ${plugin}: ${line}`))
        open.add(made)
        made.once('close', () => open.delete(made))
        socket = made
        return made
      }
      return text => connected().write(text)
    },
    close: () => Promise.all([...open].map(ended)).then(() => undefined),
  }
}

function connectTo({ host, port, tls, timeout, keepalive }: Place, log: (line: string) => void): Socket {
  const socket = tls
    ? connectTls({ host, port, rejectUnauthorized: false, ...(tls.sni !== null && { servername: tls.sni }) })
    : connect({ host, port })
  let isConnected = false
  socket.setTimeout(timeout, () => {
    if (!isConnected) log(`failed to connect to ${host}:${port}: timeout`)
    socket.destroy()
  })
  socket.once(tls ? 'secureConnect' : 'connect', () => {
    isConnected = true
    socket.setTimeout(keepalive)
  })
  socket.on('error', error => {
    const what = isConnected ? 'failed to send data to' : 'failed to connect to'
    log(`${what} ${host}:${port}: ${error.message}`)
  })
  socket.unref()
  return socket
}

const ended = (socket: Socket): Promise<void> =>
  new Promise(resolve => {
    const timer = setTimeout(() => socket.destroy(), 500)
    socket.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
    socket.end()
  })
