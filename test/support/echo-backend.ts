/**
 * A backend on loopback that responds with the received request, and can fail, hang, stop and start again.
 * Requests control it as they controlled the two backends behind the recordings of real Kong: `query` by
 * `?status= &delay= &type= &hdr= &size=`, `path` by `/status/N`, `/slow?ms=`, `/cc?v=`, `/hdr?Name=Value`.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { methodOf, otherMethod } from '../../src/gateway/listener/replayed-connection.ts'

export interface Mode {
  /** Answers this status to everything; undefined: what the request asks for, else 200. */
  status?: number | undefined
  /** Waits so many milliseconds before it answers. */
  delay?: number
  /** How many milliseconds a second of a request's own delay takes. */
  second?: number
}

export interface Seen {
  readonly method: string
  readonly path: string
  readonly userAgent: string | undefined
}

export interface EchoBackend {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly mode: Mode
  /** What arrived since the last call. */
  takeLog(): Seen[]
  /** Refuses connections and breaks the open ones, until `restart`. */
  kill(): Promise<void>
  /** Listens again, at the same port. */
  restart(): Promise<void>
  close(): Promise<void>
}

export interface EchoOptions {
  /** What the echo says of itself: a name (`query`) or a port (`path`). */
  readonly name: string
  readonly dialect?: 'query' | 'path'
  readonly mode?: Mode
}

interface Reply {
  readonly status: number
  readonly delay: number
  readonly headers: readonly (readonly [string, string])[]
  readonly body?: Buffer
}

export async function startEchoBackend({
  name,
  dialect = 'query',
  mode = {},
}: EchoOptions): Promise<EchoBackend> {
  const log: Seen[] = []
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    request.method = methodOf(request)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => response.destroy())
    request.on('end', () => {
      log.push({
        method: request.method ?? '',
        path: request.url ?? '',
        userAgent: request.headers['user-agent'],
      })
      const reply = (dialect === 'query' ? queryReply : pathReply)(request, mode, name)
      const body =
        reply.body ?? Buffer.from(JSON.stringify(echo(request, name, dialect, Buffer.concat(chunks))))
      if (reply.delay === 0) send(request, response, reply, body)
      else setTimeout(() => send(request, response, reply, body), reply.delay).unref()
    })
  }
  let server: Server = anyMethod(createServer(answer))
  const port = await listening(server, 0)
  const kill = async () => {
    const ended = new Promise<void>(resolve => server.close(() => resolve()))
    server.closeAllConnections()
    await ended
  }
  return {
    name,
    host: '127.0.0.1',
    port,
    mode,
    takeLog: () => log.splice(0),
    kill,
    restart: async () => {
      server = anyMethod(createServer(answer))
      await listening(server, port)
    },
    close: kill,
  }
}

/** Node refuses methods that it does not know. */
function anyMethod(server: Server): Server {
  return server.on('clientError', (error, socket) => {
    const again = otherMethod(error, socket as Socket)
    if (again === undefined) socket.destroy()
    else server.emit('connection', again)
  })
}

function listening(server: Server, port: number): Promise<number> {
  server.keepAliveTimeout = 60_000
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply, body: Buffer): void {
  if (response.destroyed) return
  const empty = reply.status === 204 || reply.status === 304
  const length = empty ? [] : ['Content-Length', String(body.length)]
  response.sendDate = false
  response.writeHead(reply.status, [...reply.headers.flat(), ...length])
  response.end(empty || request.method === 'HEAD' ? undefined : body)
}

function echo(request: IncomingMessage, name: string, dialect: 'query' | 'path', body: Buffer): object {
  const { method, url, rawHeaders } = request
  const headers: [string, string][] = []
  for (let at = 0; at < rawHeaders.length; at += 2)
    headers.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? ''])
  const arrived = { method, path: url, headers, body: body.toString('latin1') }
  return dialect === 'path'
    ? { port: Number(name), ...arrived }
    : { backend: name, version: `HTTP/${request.httpVersion}`, ...arrived }
}

const parsedUrl = (request: IncomingMessage): URL => new URL(request.url ?? '/', 'http://backend')

function queryReply(request: IncomingMessage, mode: Mode, name: string): Reply {
  const { searchParams } = parsedUrl(request)
  const number = (parameter: string) => {
    const text = searchParams.get(parameter)
    return text === null ? undefined : Number(text)
  }
  const delay = number('delay')
  const size = number('size')
  return {
    status: number('status') ?? mode.status ?? 200,
    delay: delay === undefined ? (mode.delay ?? 0) : delay * (mode.second ?? 1000),
    headers: [
      ['Content-Type', searchParams.get('type') ?? 'application/json'],
      ['X-Backend', name],
      ...searchParams.getAll('hdr').map(text => {
        const [header = '', ...value] = text.split(':')
        return [header, value.join(':')] as const
      }),
    ],
    ...(size !== undefined && { body: Buffer.alloc(size, 'x') }),
  }
}

function pathReply(request: IncomingMessage, mode: Mode): Reply {
  const { pathname, searchParams } = parsedUrl(request)
  const segments = pathname.split('/')
  const statusAt = segments.indexOf('status')
  const headers: [string, string][] = [['Server', 'echo']]
  const extra = pathname.endsWith('/hdr') ? [...searchParams] : []
  if (!extra.some(([header]) => header.toLowerCase() === 'content-type')) {
    headers.push(['Content-Type', 'application/json'])
  }
  if (pathname.endsWith('/cc')) headers.push(['Cache-Control', searchParams.get('v') ?? ''])
  const slow = pathname.endsWith('/slow') ? Number(searchParams.get('ms') ?? 0) : 0
  return {
    status:
      statusAt >= 0 && statusAt < segments.length - 1 ? Number(segments[statusAt + 1]) : (mode.status ?? 200),
    delay: slow + (mode.delay ?? 0),
    headers: [...headers, ...extra],
  }
}
