/**
 * The Admin API's HTTP side, on node:http: requests that nginx would refuse, the body, and the response.
 * `dispatch.ts` finds and runs the endpoint.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Version } from '../../entities/language/define.ts'
import {
  type ClientTimeouts,
  guardClients,
  isTimeout,
  nginxTimeouts,
  serverTimeouts,
} from '../listener/client-timeouts.ts'
import { listening } from '../listener/listener.ts'
import { encodingsOf, transferRefusal } from '../listener/transfer-encoding.ts'
import { isTypeTaken, takesBody } from './body.ts'
import { bodyLimit, readBytes } from './body-bytes.ts'
import { dispatch } from './dispatch.ts'
import { type Admin, mistake, refuse } from './endpoint.ts'
import { allEndpoints } from './endpoint-table.ts'
import type { Guard } from './guard.ts'
import { refuseConnect, refuseRaw } from './raw-refusals.ts'
import { type Message, messageOf, pageMessage, type Sender, send, textMessage } from './reply.ts'
import { createRouter, type Router } from './router.ts'

export interface AdminServer {
  listen(host: string, port: number): Promise<{ readonly host: string; readonly port: number }>
  /** @param graceMs so long requests under way may take to end; a second where absent */
  close(graceMs?: number): Promise<void>
}

/** State that all requests share. */
interface Serving {
  readonly admin: Admin
  readonly guard: Guard
  readonly router: Router
  readonly log: (line: string) => void
  readonly isClosing: () => boolean
}

export function createAdminServer(
  admin: Admin,
  guard: Guard,
  log: (line: string) => void,
  timeouts: ClientTimeouts = nginxTimeouts,
): AdminServer {
  const { version } = admin.store.schemas
  const router = createRouter(allEndpoints(admin))
  const server = createServer(serverTimeouts(timeouts))
  const clients = guardClients(server, timeouts)
  const serving: Serving = { admin, guard, router, log, isClosing: () => !server.listening }

  server.on('connection', admin.traffic.connected)
  server.on('request', (request, response) =>
    clients.serve(request, response, () => void serve(serving, request, response)),
  )
  server.on('connect', (_request, socket) => refuseConnect(socket, version))
  server.on('clientError', (error: NodeJS.ErrnoException, duplex) => {
    const socket = duplex as Socket
    if (isTimeout(error)) socket.destroy()
    else clients.whenAnswered(socket, () => refuseRaw(error, socket, router, guard, version))
  })
  return {
    listen: async (host, port) => ({ host, port: (await listening(server, host, port)).port }),
    close: graceMs => close(server, graceMs),
  }
}

/** Idle connections end at once, requests under way get their time. */
async function close(server: Server, graceMs = 1000): Promise<void> {
  if (!server.listening) return
  const timer = setTimeout(() => server.closeAllConnections(), graceMs)
  await new Promise<void>(done => server.close(() => done()))
  clearTimeout(timer)
}

async function serve(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { admin, guard, log, isClosing } = serving
  const finish = (message: Message) =>
    send(request, response, isClosing() ? { ...message, close: true } : message)
  admin.traffic.begun()
  try {
    finish(await respond(serving, request))
  } catch (error) {
    // A client that disconnects before the end of its body is no error of the server.
    if (request.destroyed && !request.complete) return
    log(`${request.method} ${request.url}: ${error instanceof Error ? error.stack : error}`)
    if (response.headersSent) response.destroy()
    else finish(messageOf(request, mistake, senderOf(admin, guard, request)))
  } finally {
    admin.traffic.ended()
  }
}

/** The order of the refusals is nginx's and Kong's. */
async function respond({ admin, guard, router, log }: Serving, request: IncomingMessage): Promise<Message> {
  const { method = '', rawHeaders, httpVersion, headers } = request
  const bytes = mayHaveBody(method) ? await readBytes(request, bodyLimit) : undefined
  if (bytes === 'too large') return pageMessage(request, 413, senderOf(admin, guard, request))
  const refusal = guard.refusal(method, headers)
  const sender = senderOf(admin, guard, request, refusal !== undefined)
  if (method === 'TRACE') return pageMessage(request, 405)
  const ofBody = transferRefusal(encodingsOf(rawHeaders), httpVersion, sender.version)
  if (ofBody !== undefined) return pageMessage(request, ofBody)
  const [path, query] = splitUrl(request.url ?? '')
  if (/%(?![0-9A-Fa-f]{2})|%00/.test(path)) return pageMessage(request, 400)
  if (path.startsWith('/robots.txt')) return textMessage('User-agent: *\nDisallow: /')
  const match = router(path)
  if (match !== undefined && refusal !== undefined) return messageOf(request, refuse(403, refusal), sender)
  const contentType = headers['content-type']
  const yaml = match?.endpoint.takesYaml === true ? yamlTypes(sender.version) : []
  if (takesBody(method) && !isTypeTaken(contentType, (bytes?.length ?? 0) > 0, yaml)) {
    return pageMessage(request, 415, sender)
  }
  const answer = await dispatch(admin, match, { method, path, query, contentType, bytes }, log)
  return messageOf(request, answer, sender)
}

/** Bodies of the others are not read. */
const mayHaveBody = (method: string): boolean => !['GET', 'HEAD', 'TRACE'].includes(method)

const senderOf = (admin: Admin, guard: Guard, { headers }: IncomingMessage, isRefused = false): Sender => ({
  version: admin.store.schemas.version,
  begun: performance.now(),
  isHidden: isRefused || !guard.maySee(headers.origin, headers.host),
})

const yamlTypes = (version: Version): string[] =>
  version.major >= 3 ? ['application/yaml', 'text/yaml'] : ['text/yaml']

function splitUrl(url: string): [path: string, query: string] {
  const [plain = ''] = url.split('#', 1)
  const at = plain.indexOf('?')
  return at === -1 ? [plain, ''] : [plain.slice(0, at), plain.slice(at + 1)]
}
