/**
 * Clients that are slow or silent, which nginx closes without a word: one that does not send its headers, its
 * body or its next request, and one that does not take its answer (source: nginx 1.25.3;
 * https://nginx.org/en/docs/http/ngx_http_core_module.html).
 */
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http'
import type { ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ClientRequest, type ClientResponse, isGone, isHttp2 } from '../exchange/client.ts'

/** Milliseconds. */
export interface ClientTimeouts {
  /** Until all headers of a request have come: `client_header_timeout`. */
  readonly header: number
  /**
   * Between two parts of a body, or of an answer that the client takes: `client_body_timeout`,
   * `send_timeout`.
   */
  readonly idle: number
  /** Until the next request: `keepalive_timeout`. */
  readonly keepAlive: number
  /** For an unread body, between two parts and in total: `lingering_timeout`, `lingering_time`. */
  readonly lingering: number
  readonly lingeringInAll: number
}

export const nginxTimeouts: ClientTimeouts = {
  header: 60_000,
  idle: 60_000,
  keepAlive: 75_000,
  lingering: 5000,
  lingeringInAll: 30_000,
}

/** For the making of a server. */
export const serverTimeouts = ({ header, keepAlive }: ClientTimeouts): ServerOptions => ({
  headersTimeout: header,
  // Answers may take as long as the service's timeouts say.
  requestTimeout: 0,
  keepAliveTimeout: keepAlive,
  connectionsCheckingInterval: Math.min(1000, header / 4),
})

/** Node's code for request headers that did not arrive in time. */
export const isTimeout = ({ code }: { readonly code?: string | undefined }): boolean =>
  code === 'ERR_HTTP_REQUEST_TIMEOUT'

interface Underway {
  readonly request: ClientRequest
  readonly response: ClientResponse
}

interface Queued extends Underway {
  readonly response: ServerResponse
  readonly serve: () => void
}

/** The requests of one connection: the first of them is served, the others wait for it. */
interface Queue {
  readonly requests: Queued[]
  /** Called when all are answered and the connection stays. */
  last?: () => void
}

export interface ClientGuard {
  /** Serves the requests of a connection one after the other, as nginx does, up to one that closes it. */
  serve(request: IncomingMessage, response: ServerResponse, next: () => void): void
  /** Calls when the requests that came before on this connection are answered, unless an answer closes it. */
  whenAnswered(socket: Socket, next: () => void): void
}

/** @param below the connection that Node's server knows, if another one wraps it */
export function guardClients(
  server: Server,
  timeouts: ClientTimeouts,
  below: (socket: Duplex) => Duplex = socket => socket,
): ClientGuard {
  const queues = new WeakMap<Duplex, Queue>()
  const queueOf = (socket: Duplex): Queue => {
    const queue = queues.get(below(socket)) ?? { requests: [] }
    queues.set(below(socket), queue)
    return queue
  }
  server.timeout = timeouts.idle
  server.on('timeout', (socket: Socket) => {
    const [first] = queueOf(socket).requests
    if (first === undefined || socket.writableLength > 0 || waitsForClient(first)) socket.destroy()
  })
  return {
    serve: (request, response, next) => {
      const { socket } = request
      if (isClosing(socket)) return
      const queue = queueOf(socket)
      const one = { request, response, serve: next }
      queue.requests.push(one)
      response.once('close', () => {
        queue.requests.splice(queue.requests.indexOf(one), 1)
        if (isClosing(socket)) queue.requests.length = 0
        else if (queue.requests.length > 0) queue.requests[0]?.serve()
        else queue.last?.()
      })
      // Before Node's own listener, which closes the connection.
      response.prependOnceListener('finish', () => linger(request, socket, timeouts))
      if (queue.requests.length === 1) next()
    },
    whenAnswered: (socket, next) => {
      if (isClosing(socket)) {
        socket.destroy()
        return
      }
      const queue = queueOf(socket)
      const last = queue.requests.at(-1)
      const isOfBody = last !== undefined && !last.request.complete
      if (last === undefined || (isOfBody && !last.response.headersSent)) next()
      else if (isOfBody) socket.destroySoon()
      else queue.last = next
    },
  }
}

const isClosing = ({ writableEnded, destroyed }: Socket): boolean => writableEnded || destroyed

/**
 * Reads and drops the rest of an unread body, also if the connection is to be closed (`lingering_close`):
 * closed with unread data it would be reset, and the client could lose the response.
 *
 * @param socket the original one: Node sets `request.socket` to null when a pipeline destroys the request
 */
function linger(
  request: IncomingMessage,
  socket: Socket,
  { lingering, lingeringInAll }: ClientTimeouts,
): void {
  if (request.complete) return
  socket.setTimeout(lingering)
  const timer = setTimeout(() => request.complete || socket.destroy(), lingeringInAll).unref()
  request.once('close', () => clearTimeout(timer))
  if (request.destroyed) return
  const close = socket.destroySoon.bind(socket)
  socket.destroySoon = () => {
    socket.end()
    request.once('end', close).resume()
  }
}

/** Whether the request waits for a part of its body, or the response waits for the client to read. */
function waitsForClient({ request, response }: Underway): boolean {
  if (response.writableLength > 0) return true
  const isWanted = request.readableFlowing === true || request.listenerCount('readable') > 0
  return !request.complete && isWanted && request.readableLength === 0
}

/** The same for HTTP/2, where one connection carries many requests. */
export function guardSession(session: ServerHttp2Session, { header, keepAlive }: ClientTimeouts): void {
  let streams = 0
  session.setTimeout(header)
  session.on('timeout', () => {
    if (streams === 0) session.close()
  })
  session.on('stream', stream => {
    if (streams === 0) session.setTimeout(keepAlive)
    streams += 1
    stream.once('close', () => {
      streams -= 1
    })
  })
}

export function guardStream(
  request: ClientRequest,
  response: ClientResponse,
  { idle }: ClientTimeouts,
): void {
  if (!isHttp2(request)) return
  request.stream.setTimeout(idle, () => {
    if (!isGone(response) && waitsForClient({ request, response })) request.stream.close(8) // CANCEL
  })
}
