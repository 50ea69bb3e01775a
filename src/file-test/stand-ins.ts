/**
 * Backends for the hosts of a state file, one per host and port, on loopback. Each records its requests. A
 * port accepts plain HTTP and TLS: the first byte of a connection distinguishes them.
 */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { CertificateAndKey } from '../gateway/tls/self-signed.ts'
import type { BackendAnswer } from './tests-file.ts'

export interface Received {
  /** The name of the backend: `host:port`. */
  readonly backend: string
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface StandIn {
  readonly name: string
  readonly port: number
  start(): Promise<void>
  stop(): Promise<void>
}

/** The first byte of a TLS handshake (RFC 8446, section 5.1). */
const handshake = 0x16

/** @param onRequest called with each request, before it is answered */
export async function createStandIn(
  name: string,
  answers: readonly BackendAnswer[],
  certificate: CertificateAndKey,
  onRequest: (received: Received) => void,
): Promise<StandIn> {
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    answer(name, answers, request, response, onRequest).catch(() => response.destroy())
  }
  const plain = createHttpServer(serve)
  const overTls = createHttpsServer(certificate, serve)
  let tlsPort: Promise<number> | undefined
  /** To a port of its own: Bun's HTTPS server takes no connection that was accepted elsewhere. */
  const forward = async (socket: Socket): Promise<void> => {
    tlsPort ??= listen(overTls, 0)
    const inner = connect(await tlsPort, '127.0.0.1')
    inner.on('error', () => socket.destroy())
    socket.once('close', () => inner.destroy())
    socket.pipe(inner).pipe(socket)
  }
  const sockets = new Set<Socket>()
  const onConnection = (socket: Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
    socket.once('data', first => {
      socket.pause()
      socket.unshift(first)
      if (first[0] === handshake) {
        forward(socket).catch(() => socket.destroy())
        return
      }
      plain.emit('connection', socket)
      process.nextTick(() => socket.resume())
    })
  }
  let port = 0
  let server: Server | undefined
  const start = async (): Promise<void> => {
    if (server !== undefined) return
    server = createServer(onConnection)
    port = await listen(server, port)
  }
  await start()
  return {
    name,
    get port() {
      return port
    },
    start,
    stop: async () => {
      const closing = server
      server = undefined
      if (closing === undefined) return
      await new Promise<void>(resolve => {
        closing.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      })
      if (tlsPort === undefined) return
      tlsPort = undefined
      overTls.closeAllConnections()
      await new Promise<void>(resolve => overTls.close(() => resolve()))
    },
  }
}

/** @param port 0 for any free one */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

async function answer(
  name: string,
  answers: readonly BackendAnswer[],
  request: IncomingMessage,
  response: ServerResponse,
  onRequest: (received: Received) => void,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { method = '', url: path = '', headers } = request
  onRequest({ backend: name, method, path, headers, body: Buffer.concat(chunks).toString() })
  const fitting: BackendAnswer =
    answers.find(one => (one.method ?? method) === method && path.startsWith(one.path ?? '')) ?? {}
  if (fitting.delay !== undefined) await later(fitting.delay)
  const isJson = fitting.json !== undefined
  const body = isJson ? JSON.stringify(fitting.json) : (fitting.body ?? `${name}\n`)
  response.statusCode = fitting.status ?? 200
  response.setHeader('Content-Type', isJson ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8')
  for (const [header, value] of Object.entries(fitting.headers ?? {}))
    response.setHeader(header, String(value))
  response.end(body)
}

const later = (seconds: number): Promise<void> =>
  new Promise(resolve => setTimeout(resolve, seconds * 1000).unref())
