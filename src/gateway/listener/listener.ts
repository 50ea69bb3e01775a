/**
 * The ports for clients: HTTP/1.1 on the plain port; HTTP/1.1 and HTTP/2 on the TLS port, by the client's
 * ALPN. One server of Node reads HTTP/1.1 on both, so that both refuse the same requests.
 */
import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttp2Server, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo, Server as NetServer, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { listenAt } from '../../listen.ts'
import { type ClientRequest, type ClientResponse, isTls } from '../exchange/client.ts'
import type { CertificateAndKey } from '../tls/self-signed.ts'
import type { Pairs } from '../tls/server-certificates.ts'
import {
  type ClientGuard,
  type ClientTimeouts,
  guardClients,
  guardSession,
  guardStream,
  isTimeout,
  nginxTimeouts,
  serverTimeouts,
} from './client-timeouts.ts'
import type { Malformed } from './malformed.ts'
import { connectionBelow, otherMethod } from './replayed-connection.ts'
import { createTlsPort } from './tls-port.ts'

export interface ListenerEvents {
  readonly onConnection: (socket: Socket) => void
  readonly onRequest: (request: ClientRequest, response: ClientResponse) => void
  readonly onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly onTunnel: (request: IncomingMessage, socket: Duplex) => void
  readonly onMalformed: (error: Malformed, socket: Socket) => void
}

export interface Certificates {
  readonly fallback: () => CertificateAndKey
  /** @returns undefined: the fallback. The same object for the same certificate */
  readonly pairsFor: (serverName: string) => Pairs | undefined
}

export interface Address {
  readonly host: string
  readonly port: number
}

export interface Listener {
  listen(host: string, port: number): Promise<Address>
  listenTls(host: string, port: number): Promise<Address>
  /** A connection that another process accepted. */
  accept(socket: Socket, isTls: boolean): void
  /** Gives a connection back to the server, to read the next request from it. */
  takeBack(socket: Duplex): void
  /** Idle connections end at once, requests under way get their time. */
  close(graceMs: number): Promise<void>
}

export function createListener(
  events: ListenerEvents,
  certificates: Certificates,
  timeouts: ClientTimeouts = nginxTimeouts,
): Listener {
  const refused = new WeakSet<Socket>()
  const onMalformed = (error: Malformed, socket: Socket) => {
    if (isTimeout(error)) return socket.destroy()
    const again = otherMethod(error, socket)
    if (again !== undefined) return takeBack(again)
    // Node reports each packet that follows the unreadable one.
    if (refused.has(socket)) return undefined
    refused.add(socket)
    return guard.whenAnswered(socket, () => events.onMalformed(error, socket))
  }
  const { server: http, guard } = createHttp1({ ...events, onMalformed }, timeouts)
  let isTakenBack = false
  http.on('connection', socket => {
    if (!isTls(socket) && !isTakenBack) events.onConnection(socket)
  })
  const http2 = createHttp2(events, timeouts)
  const opened: NetServer[] = []
  /** Connections below TLS, which may never come to speak HTTP. */
  const greeting = new Set<Socket>()
  const accepted = new Set<Socket>()
  const open = async (server: NetServer, host: string, port: number) => {
    const address = await listening(server, host, port)
    opened.push(server)
    return address
  }
  const takeBack = (socket: Duplex) => {
    isTakenBack = true
    http.emit('connection', socket)
    isTakenBack = false
  }
  const secure = once(() => {
    const { cert, key } = certificates.fallback()
    return createTlsPort({
      fallback: { cert: [cert], key: [key] },
      pairsFor: certificates.pairsFor,
      patience: timeouts.header,
      onSecure: socket => {
        if (socket.alpnProtocol === 'h2') http2.server.emit('connection', socket)
        else http.emit('connection', socket)
      },
      onConnection: socket => {
        events.onConnection(socket)
        greeting.add(socket)
        socket.once('close', () => greeting.delete(socket))
      },
    })
  })
  return {
    listen: (host, port) => open(http, host, port),
    listenTls: (host, port) => open(secure(), host, port),
    accept: (socket, isTls) => {
      // As in Node: a client that ended its side still gets its response, but not over TLS.
      socket.allowHalfOpen = !isTls
      accepted.add(socket)
      socket.once('close', () => accepted.delete(socket))
      if (isTls) secure().emit('connection', socket)
      else http.emit('connection', socket)
    },
    takeBack,
    close: async graceMs => {
      const ended = opened.map(server => new Promise<void>(done => server.close(() => done())))
      http.closeIdleConnections()
      for (const session of http2.sessions) session.close()
      const timer = setTimeout(() => {
        http.closeAllConnections()
        for (const connection of [...http2.sessions, ...greeting, ...accepted]) connection.destroy()
      }, graceMs)
      await Promise.all([...ended, whenEnded(accepted, http)])
      clearTimeout(timer)
    },
  }
}

/** Connections that no server of this process accepted: those that have no request any more end. */
async function whenEnded(accepted: ReadonlySet<Socket>, http: HttpServer): Promise<void> {
  while (accepted.size > 0) {
    http.closeIdleConnections()
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** @throws what Node's net throws where the port cannot be had */
export function listening(server: NetServer, host: string, port: number): Promise<Address> {
  const listen = () =>
    new Promise<Address>((ready, fail) => {
      server.once('error', fail)
      server.listen(port, host, () => {
        server.off('error', fail)
        const address = server.address() as AddressInfo
        ready({ host: address.address, port: address.port })
      })
    })
  return listenAt(host, port, listen)
}

function createHttp1(
  events: ListenerEvents,
  timeouts: ClientTimeouts,
): { readonly server: HttpServer; readonly guard: ClientGuard } {
  // 32 KiB of headers, as nginx's four buffers of 8 KiB hold.
  const server = createHttpServer({
    maxHeaderSize: 32 * 1024,
    requireHostHeader: false,
    ...serverTimeouts(timeouts),
  })
  const guard = guardClients(server, timeouts, connectionBelow)
  const onRequest = (request: IncomingMessage, response: ServerResponse) =>
    guard.serve(request, response, () => events.onRequest(request, response))
  server.on('request', onRequest)
  server.on('checkContinue', (request, response) => {
    continueOnDemand(request, response)
    onRequest(request, response)
  })
  // nginx ignores other values of Expect.
  server.on('checkExpectation', onRequest)
  server.on('upgrade', (request, socket, head) => {
    withoutTimeout(socket)
    events.onUpgrade(request, socket, head)
  })
  server.on('connect', (request, socket) => {
    withoutTimeout(socket)
    events.onTunnel(request, socket)
  })
  server.on('clientError', (error, socket) => events.onMalformed(error, socket as Socket))
  return { server, guard }
}

/** Other protocols have their own. */
const withoutTimeout = (socket: Duplex): unknown => (socket as Partial<Socket>).setTimeout?.(0)

/**
 * As in nginx, `100 Continue` is sent when the body is read: a client that is refused earlier does not send
 * it.
 */
function continueOnDemand(request: IncomingMessage, response: ServerResponse): void {
  const tell = (event: string | symbol) => {
    if (event !== 'data' && event !== 'readable') return
    request.off('newListener', tell)
    if (!response.headersSent) response.writeContinue()
  }
  request.on('newListener', tell)
}

function createHttp2({ onRequest }: ListenerEvents, timeouts: ClientTimeouts) {
  const sessions = new Set<ServerHttp2Session>()
  const server = createHttp2Server({ maxHeaderListPairs: 1000 }, (request, response) => {
    guardStream(request, response, timeouts)
    onRequest(request, response)
  })
  server.on('session', session => {
    sessions.add(session)
    guardSession(session, timeouts)
    session.on('close', () => sessions.delete(session))
    session.on('error', () => session.destroy())
  })
  return { server, sessions }
}
