/**
 * The TLS port. The client's first message is read before its connection is passed to the TLS server of the
 * matching certificate. During a handshake, Node can add a certificate to its default one but not replace
 * it, so a client that accepts both kinds of keys would get the wrong one.
 */
import { createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from 'node:tls'
import { readHello } from '../tls/client-hello.ts'
import type { Pairs } from '../tls/server-certificates.ts'

export interface TlsPortOptions {
  /** Shown where no other fits. */
  readonly fallback: Pairs
  /** @returns undefined: the fallback. The same object for the same certificate */
  readonly pairsFor: (serverName: string) => Pairs | undefined
  /** A client came, and may never come to speak HTTP. */
  readonly onConnection: (socket: Socket) => void
  readonly onSecure: (socket: TLSSocket) => void
  /** Within this time, in milliseconds, a client says hello (nginx's `client_header_timeout`). */
  readonly patience: number
}

export function createTlsPort(options: TlsPortOptions): NetServer {
  const { fallback, pairsFor, patience, onConnection, onSecure } = options
  const servers = new WeakMap<Pairs, TlsServer>()
  const serverOf = (pairs: Pairs): TlsServer => {
    const known = servers.get(pairs)
    if (known !== undefined) return known
    const made = createTlsServer({
      cert: [...pairs.cert],
      key: [...pairs.key],
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: patience,
    })
    made.on('secureConnection', onSecure)
    // TLS itself reports a failed handshake to the client; it is not an error of the gateway.
    made.on('tlsClientError', (_error, socket) => socket.destroy())
    servers.set(pairs, made)
    return made
  }
  return createNetServer(socket => {
    onConnection(socket)
    whenGreeted(socket, patience, serverName => {
      const pairs = serverName === undefined ? undefined : pairsFor(serverName)
      serverOf(pairs ?? fallback).emit('connection', socket)
    })
  })
}

/**
 * @param next called when the client has said its name for us, or that it has none; what it said can be read
 *   again then
 */
function whenGreeted(socket: Socket, patience: number, next: (serverName: string | undefined) => void): void {
  let said = Buffer.alloc(0)
  const fail = () => socket.destroy()
  const timer = setTimeout(fail, patience).unref()
  const leave = () => {
    clearTimeout(timer)
    socket.off('readable', look).off('error', fail).off('close', leave)
  }
  const look = () => {
    const chunk: Buffer | null = socket.read()
    if (chunk === null) return
    said = Buffer.concat([said, chunk])
    const hello = readHello(said)
    if (hello === 'more') return
    leave()
    socket.unshift(said)
    next(hello === 'unread' ? undefined : hello.serverName)
  }
  socket.on('readable', look).on('error', fail).on('close', leave)
}
