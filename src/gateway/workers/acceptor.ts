/**
 * Accepts the connections of all workers and passes them to the workers in turn, before anything is read from
 * them.
 */
import { createServer, type Server } from 'node:net'
import { type Address, listening } from '../listener/listener.ts'
import type { Connection, WorkerHandle } from './worker-handle.ts'

export interface Acceptor {
  listen(isTls: boolean, host: string, port: number): Promise<Address>
  /** Adds a worker to the turns. */
  enter(handle: WorkerHandle): void
  leave(handle: WorkerHandle): void
  /** Passes a connection to the next worker; waits for one if none is ready. */
  pass(connection: Connection): void
  close(): void
}

export function createAcceptor(): Acceptor {
  const servers: Server[] = []
  let handles: readonly WorkerHandle[] = []
  let waiting: Connection[] = []
  let turn = 0
  const pass = (connection: Connection) => {
    const handle = handles[turn++ % handles.length]
    if (handle === undefined) waiting.push(connection)
    else handle.hand(connection)
  }
  return {
    listen: async (isTls, host, port) => {
      const server = createServer({ pauseOnConnect: true, noDelay: true }, socket => {
        // The worker notices a client that closes the connection.
        socket.on('error', () => {})
        pass({ socket, isTls })
      })
      const address = await listening(server, host, port)
      servers.push(server)
      return address
    },
    enter: handle => {
      handles = [...handles, handle]
      const late = waiting
      waiting = []
      for (const connection of late) pass(connection)
    },
    leave: handle => {
      handles = handles.filter(one => one !== handle)
    },
    pass,
    close: () => {
      for (const server of servers) server.close()
      for (const { socket } of waiting) socket.destroy()
    },
  }
}
