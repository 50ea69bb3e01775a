/**
 * The Admin API's HTTP side: a request comes in, an endpoint answers, Kong's headers go out. What is answered
 * is the endpoints' business; a write is answered when the store says that it lasts and acts.
 */
import { createServer, METHODS } from 'node:http'
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import type { Version } from '../../entities/language/define.ts'
import { listenAt } from '../../listen.ts'
import {
  type ClientTimeouts,
  guardClients,
  isTimeout,
  nginxTimeouts,
  serverTimeouts,
} from '../listener/client-timeouts.ts'
import { encodingsOf, transferRefusal } from '../listener/transfer-encoding.ts'
import { KongError, StorageError } from '../store/errors.ts'
import { bodyLimit, checkContentType, readBody, takesBody } from './body.ts'
import {
  type Admin,
  type Answer,
  type Endpoint,
  type Method,
  methodNotAllowed,
  methods,
  notFound,
  refuse,
} from './endpoint.ts'
import { allEndpoints } from './endpoint-table.ts'
import { nestPairs, parsePairs, unescapeForm } from './form.ts'
import type { Guard } from './guard.ts'
import { refuseConnect, refuseRaw } from './raw-refusals.ts'
import { type Sender, sendAnswer, sendPage, sendPlain } from './reply.ts'
import { createRouter, type Match, type Router } from './router.ts'

/** What Kong's framework makes of HEAD where there is nothing to GET. */
const emptyPage: Answer = { status: 200, text: '', headers: { 'Content-Type': 'text/html; charset=UTF-8' } }

/** Every method that Node parses; an endpoint refuses the methods that it does not support. */
const spoken = METHODS.filter(method => method !== 'CONNECT')

export interface AdminServer {
  listen(host: string, port: number): Promise<{ readonly host: string; readonly port: number }>
  /** @param graceMs so long requests under way may take to end; a second where absent */
  close(graceMs?: number): Promise<void>
}

export function createAdminServer(
  admin: Admin,
  guard: Guard,
  log: (line: string) => void,
  timeouts: ClientTimeouts = nginxTimeouts,
): AdminServer {
  const router = createRouter(allEndpoints(admin))
  const contentTypes = new WeakMap<object, string | undefined>()
  const server = createServer(serverTimeouts(timeouts))
  const clients = guardClients(server, timeouts)
  const app = fastify({
    bodyLimit,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    serverFactory: serve => {
      server.on('request', (request, response) =>
        clients.serve(request, response, () => serve(request, response)),
      )
      return server
    },
    // Paths are read by our own router, escapes and all; so are types of content, whatever they say.
    rewriteUrl: request => {
      const { headers } = request
      contentTypes.set(request, headers['content-type'])
      headers['content-type'] = 'application/octet-stream'
      return '/'
    },
    clientErrorHandler: (error, socket) => {
      const { version } = admin.store.schemas
      if (isTimeout(error)) socket.destroy()
      else clients.whenAnswered(socket, () => refuseRaw(error, socket, router, guard, version))
    },
    frameworkErrors: (_error, request, reply) => sendPage(request, reply, 400),
  })
  for (const method of spoken) {
    if (!app.supportedMethods.includes(method)) app.addHttpMethod(method, { hasBody: true })
  }
  // Bodies are ours: as bytes, whatever their type, and only where the method takes one.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  app.server.on('connection', admin.traffic.connected)
  app.server.on('connect', (_request, socket) => refuseConnect(socket, admin.store.schemas.version))
  app.route({
    method: spoken,
    url: '*',
    handler: (request, reply) => {
      admin.traffic.begun()
      const contentType = contentTypes.get(request.raw)
      return handle(admin, guard, router, { request, reply, contentType }, log).finally(admin.traffic.ended)
    },
  })
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const sender = senderOf(admin, guard, request)
    if (error.statusCode === 413) return sendPage(request, reply, 413, sender)
    if (error.statusCode !== undefined && error.statusCode < 500) return sendPage(request, reply, 400, sender)
    // A client that leaves in the middle of its body is no mistake of ours.
    const hasLeft = request.raw.destroyed && !request.raw.complete
    if (!hasLeft) log(`${request.method} ${request.url}: ${error.stack ?? error.message}`)
    return sendAnswer(request, reply, refuse(500, 'An unexpected error occurred'), sender)
  })
  return {
    listen: async (host, port) => {
      await listenAt(host, port, () => app.listen({ host, port }))
      const address = app.server.address()
      return { host, port: typeof address === 'object' && address !== null ? address.port : port }
    },
    close: async (graceMs = 1000) => {
      const timer = setTimeout(() => app.server.closeAllConnections(), graceMs)
      await app.close()
      clearTimeout(timer)
    },
  }
}

interface Exchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** As it was sent. */
  readonly contentType: string | undefined
}

async function handle(
  admin: Admin,
  guard: Guard,
  router: Router,
  { request, reply, contentType }: Exchange,
  log: (line: string) => void,
): Promise<FastifyReply> {
  const { method } = request
  const refusal = guard.refusal(method, request.headers)
  const sender = senderOf(admin, guard, request, refusal !== undefined)
  if (method === 'TRACE') return sendPage(request, reply, 405)
  const { rawHeaders, httpVersion } = request.raw
  const ofBody = transferRefusal(encodingsOf(rawHeaders), httpVersion, sender.version)
  if (ofBody !== undefined) return sendPage(request, reply, ofBody)
  const [path = '', query = ''] = splitUrl(request.originalUrl)
  if (/%(?![0-9A-Fa-f]{2})|%00/.test(path)) return sendPage(request, reply, 400)
  if (path.startsWith('/robots.txt')) return sendPlain(request, reply, 'User-agent: *\nDisallow: /')
  const bytes = request.body as Buffer | undefined
  const match = router(path)
  if (match !== undefined && refusal !== undefined) {
    return sendAnswer(request, reply, refuse(403, refusal), sender)
  }
  const yaml = match?.endpoint.takesYaml === true ? yamlTypes(sender.version) : []
  if (takesBody(method) && checkContentType(contentType, (bytes?.length ?? 0) > 0, yaml) !== undefined) {
    return sendPage(request, reply, 415, sender)
  }
  const answer = await answerTo(admin, match, { method, path, query, contentType, bytes }, log)
  return sendAnswer(request, reply, answer, sender)
}

const senderOf = (admin: Admin, guard: Guard, { headers }: FastifyRequest, isRefused = false): Sender => ({
  version: admin.store.schemas.version,
  begun: performance.now(),
  isHidden: isRefused || !guard.maySee(headers.origin, headers.host),
})

const yamlTypes = (version: Version): string[] =>
  version.major >= 3 ? ['application/yaml', 'text/yaml'] : ['text/yaml']

interface Asked {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly contentType: string | undefined
  readonly bytes: Buffer | undefined
}

async function answerTo(
  admin: Admin,
  match: Match | undefined,
  asked: Asked,
  log: (line: string) => void,
): Promise<Answer> {
  admin.expiry.sweep()
  if (match === undefined) return notFound
  try {
    return await answerAt(admin, match, asked)
  } catch (error) {
    if (error instanceof KongError) return { status: error.status, body: error.body }
    if (error instanceof StorageError) {
      log(`${asked.method} ${asked.path}: ${error.message}`)
      return refuse(500, error.message)
    }
    log(`${asked.method} ${asked.path}: ${error instanceof Error ? error.stack : error}`)
    return refuse(500, 'An unexpected error occurred')
  }
}

/** @throws KongError for what Kong refuses */
async function answerAt(admin: Admin, { endpoint, params: rawParams }: Match, asked: Asked): Promise<Answer> {
  const handler = endpoint.handlers[(asked.method === 'HEAD' ? 'GET' : asked.method) as Method]
  if (handler === undefined && asked.method === 'HEAD') return emptyPage
  if (handler === undefined && asked.method !== 'OPTIONS') return methodNotAllowed
  const params = Object.fromEntries(
    Object.entries(rawParams).map(([name, text]) => [name, unescapeForm(text)]),
  )
  const first = endpoint.before?.(params)
  if (first !== undefined) return first
  if (handler === undefined) return allowed(endpoint)
  const body = takesBody(asked.method)
    ? await readBody(asked.contentType, asked.bytes, admin.store.schemas.version.major >= 3)
    : { input: {}, typed: false }
  if (!('input' in body)) return refuse(400, 'message' in body ? body.message : 'Cannot parse body')
  const answer = handler({
    method: asked.method,
    params,
    rawParams,
    query: nestPairs(parsePairs(asked.query), false),
    text: () => asked.bytes?.toString() ?? '',
    ...body,
  })
  if (asked.method !== 'GET' && asked.method !== 'HEAD') {
    await admin.store.committed()
    await admin.dataPlane.settled?.()
  }
  return answer
}

function splitUrl(url: string): [path: string, query: string] {
  const plain = url.split('#', 1)[0] ?? ''
  const at = plain.indexOf('?')
  return at === -1 ? [plain, ''] : [plain.slice(0, at), plain.slice(at + 1)]
}

function allowed(endpoint: Endpoint): Answer {
  const names: string[] = methods.filter(method => endpoint.handlers[method] !== undefined)
  if (endpoint.handlers.GET !== undefined) names.push('HEAD')
  const list = [...names, 'OPTIONS'].sort().join(', ')
  return {
    status: 204,
    headers: {
      Allow: list,
      'Access-Control-Allow-Methods': list,
      'Access-Control-Allow-Headers': 'Content-Type',
    },
  }
}
