/** Input of clients on its way to an exchange: requests, upgrades, and immediate refusals. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { breakOff, type ClientRequest, type ClientResponse, sendHead } from '../exchange/client.ts'
import { createRequestIds } from '../exchange/request-ids.ts'
import { reasonOf } from '../exchange/status-phrases.ts'
import type { TrafficCount } from '../exchange/traffic.ts'
import type { ListenerEvents } from '../listener/listener.ts'
import { refuseMalformed, refuseTunnel } from '../listener/malformed.ts'
import { withoutUpgrade } from '../listener/replayed-connection.ts'
import type { Forwarding } from '../upstream/forward.ts'
import { newExchange, serveRequest } from './serve.ts'
import { isWebSocket, serveUpgrade } from './serve-upgrade.ts'
import type { ServedExchange } from './served-exchange.ts'
import type { Snapshot } from './snapshot.ts'
import type { TargetTrafficCount } from './target-traffic.ts'

export interface ClientEventOptions {
  readonly snapshot: () => Snapshot
  readonly forwarding: Forwarding
  readonly traffic: TrafficCount
  readonly targetTraffic: TargetTrafficCount
  /** Gives a connection back to the server, to read the next request from it. */
  readonly takeBack: (socket: Duplex) => void
}

export interface ClientEvents extends ListenerEvents {
  /** Ends connections that left the server. */
  close(): void
}

export function createClientEvents(options: ClientEventOptions): ClientEvents {
  const { snapshot, forwarding, traffic } = options
  const { version, now } = forwarding
  const newRequestId = createRequestIds()
  const exchangeOf = (request: ClientRequest) => newExchange(request, snapshot(), newRequestId(), now())
  const upgraded = new Set<Duplex>()
  return {
    onConnection: traffic.connected,
    onRequest: (request, response) => serve(exchangeOf(request), response, options),
    onUpgrade: (request, socket, head) => {
      if (!isWebSocket(request)) return readAsPlain(request, socket, head, options)
      const takeBack = detached(socket, upgraded, options)
      return void serveUpgrade(exchangeOf(request), { socket, begun: head, takeBack }, forwarding).catch(() =>
        socket.destroy(),
      )
    },
    onTunnel: (request, socket) => refuseTunnel(request, socket, version),
    onMalformed: (error, socket) => refuseMalformed(error, socket, version),
    close: () => {
      for (const socket of upgraded) socket.destroy()
    },
  }
}

async function serve(
  exchange: ServedExchange,
  response: ClientResponse,
  { forwarding, traffic, targetTraffic }: ClientEventOptions,
): Promise<void> {
  const { request } = exchange
  traffic.begun()
  try {
    await serveRequest(exchange, response, forwarding)
  } catch (error) {
    // A client that disconnects before the end of its body is no error of the gateway.
    if (request.errored !== null && !request.complete) breakOff(response)
    else answerMistake(error, response, forwarding.log)
  }
  traffic.ended()
  targetTraffic.note(exchange)
}

/** A mistake of ours: the client gets a 500, the log what happened. */
function answerMistake(error: unknown, response: ClientResponse, log: (line: string) => void): void {
  log(`proxy: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  if (response.headersSent) breakOff(response)
  else {
    sendHead(response, 500, reasonOf(500), [['Content-Type', 'application/json; charset=utf-8']])
    response.end('{"message":"An unexpected error occurred"}')
  }
}

/** A protocol that this proxy does not change to: the request is read again without its wish. */
function readAsPlain(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { takeBack }: ClientEventOptions,
): void {
  socket.unshift(Buffer.concat([withoutUpgrade(request), head]))
  takeBack(socket)
}

/** Manages a connection that left the server. @returns hands it back to the server */
function detached(socket: Duplex, upgraded: Set<Duplex>, { takeBack }: ClientEventOptions): () => void {
  const forget = () => upgraded.delete(socket)
  // The server no longer handles the connection's errors.
  const fail = () => socket.destroy()
  upgraded.add(socket)
  socket.once('close', forget).on('error', fail)
  return () => {
    forget()
    socket.off('close', forget).off('error', fail)
    takeBack(socket)
  }
}
