/** Where the clients of all workers come in: connections are accepted here, and go on to the workers in turn before anything is read from them. */
import { createServer, type Server } from 'node:net'
import { type Address, listening } from '../listener/listener.ts'
import type { Connection, Member } from './worker-handle.ts'

export interface Door {
  listen(isTls: boolean, host: string, port: number): Promise<Address>
  /** Takes part in the turns from now on. */
  enter(member: Member): void
  leave(member: Member): void
  /** Finds a worker for a connection; one is waited for where there is none. */
  pass(connection: Connection): void
  close(): void
}

export function createDoor(): Door {
  const servers: Server[] = []
  let members: readonly Member[] = []
  let waiting: Connection[] = []
  let turn = 0
  const pass = (connection: Connection) => {
    const member = members[turn++ % members.length]
    if (member === undefined) waiting.push(connection)
    else member.hand(connection)
  }
  return {
    listen: async (isTls, host, port) => {
      const server = createServer({ pauseOnConnect: true, noDelay: true }, socket => {
        // A client that leaves on the way is the worker's to notice.
        socket.on('error', () => {})
        pass({ socket, isTls })
      })
      const address = await listening(server, host, port)
      servers.push(server)
      return address
    },
    enter: member => {
      members = [...members, member]
      const late = waiting
      waiting = []
      for (const connection of late) pass(connection)
    },
    leave: member => {
      members = members.filter(one => one !== member)
    },
    pass,
    close: () => {
      for (const server of servers) server.close()
      for (const { socket } of waiting) socket.destroy()
    },
  }
}
