/**
 * The Manager's server: the page, and below `/api` its data: the Admin API (`/api/admin/…`), recipes of the
 * command line, and requests through the proxy. It has no state and no special access, so that it works
 * with any Admin API.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { ClientSettings } from '../admin-client/settings.ts'
import { DeckError } from '../errors.ts'
import { listenAt } from '../listen.ts'
import type { Terminal } from '../recipes/terminal.ts'
import { certificateFacts } from './certificates.ts'
import { hostRefusal, originRefusal } from './guards.ts'
import { presentedKinds } from './kinds.ts'
import { readPageFiles, sendPageFile } from './page-files.ts'
import { passToAdmin } from './pass-through.ts'
import type { Journal } from './recipes.ts'
import { readJson, send, sendJson } from './responses.ts'
import { createThreads, type Threads } from './threads.ts'
import { tryRequest } from './try-it.ts'

export interface ManagerOptions {
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
  /** The folder of the built page. */
  readonly pageFolder: string
  /** The built program of the threads that run recipes. */
  readonly threadProgram: string
  /** The Admin API that it shows. */
  readonly client: ClientSettings
  /** Base address of the proxy, for requests to try. */
  readonly proxy: string
  /** The proxy's TLS address, with a self-signed certificate. */
  readonly proxyTls?: string
  /** Values for `${{ env "DECK_X" }}` in state files. */
  readonly env: Terminal['env']
  /** Where the page's Sync is recorded. Default: nowhere. */
  readonly journal?: Journal
  readonly log: (line: string) => void
}

export interface Manager {
  /** `http://127.0.0.1:8002` */
  readonly address: string
  readonly host: string
  readonly port: number
  close(): Promise<void>
}

/** @throws DeckError where the page is not built; the system's error where the port is taken */
export async function startManager(options: ManagerOptions): Promise<Manager> {
  const { host, port, log } = options
  const threads = createThreads(options.threadProgram, options.client, options.env, options.journal)
  const handle = createHandler(options, threads)
  const server = createServer((request, response) => {
    handle(request, response).catch(error => {
      const isExpected = error instanceof DeckError
      if (!isExpected)
        log(`manager: ${request.method} ${request.url}: ${error instanceof Error ? error.stack : error}`)
      if (response.headersSent) response.destroy()
      else if (isExpected) sendJson(response, 400, { message: error.message, hint: error.hint })
      else sendJson(response, 500, { message: 'An unexpected error occurred; the log says more' })
    })
  })
  server.on('connect', (_request, socket) => {
    // The client may have disconnected already.
    socket.on('error', () => {})
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
  })
  const listen = () =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, resolve)
    })
  await listenAt(host, port, listen)
  const bound = server.address()
  const actual = typeof bound === 'object' && bound !== null ? bound.port : port
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    host,
    port: actual,
    close: async () => {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeAllConnections()
      await Promise.all([closed, threads.close()])
    },
  }
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

function createHandler(options: ManagerOptions, threads: Threads): Handler {
  const files = readPageFiles(options.pageFolder)
  const api = createApi(options, threads)
  return async (request, response) => {
    const { pathname, search } = targetOf(request)
    const isApi = pathname.startsWith('/api/')
    const refusal = hostRefusal(request, options.host) ?? (isApi ? originRefusal(request) : undefined)
    if (refusal !== undefined) return sendJson(response, refusal.status, { message: refusal.message })
    if (isApi) return api(request, response, pathname.slice('/api'.length), search)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return sendJson(response, 405, { message: 'Method not allowed' })
    }
    sendPageFile(files, pathname, request, response)
  }
}

function createApi(options: ManagerOptions, threads: Threads) {
  const { client, proxy, proxyTls } = options
  const actions: Readonly<Record<string, Handler>> = {
    'GET /about': async (_request, response) =>
      sendJson(response, 200, { admin: client.address, proxy, proxyTls }),
    'GET /kinds': async (_request, response) => sendJson(response, 200, { data: presentedKinds() }),
    'GET /export': async (request, response) => {
      const format = queryOf(request).get('format') === 'json' ? 'json' : 'yaml'
      const text = await threads.run({ name: 'export', format }, whileWanted(response))
      send(response, 200, `application/${format}; charset=utf-8`, text, {
        'Content-Disposition': `attachment; filename="kong.${format}"`,
      })
    },
    'GET /state-file': async (request, response) => {
      const query = queryOf(request)
      const [schema, path] = [query.get('schema') ?? '', query.get('path') ?? '/']
      const text = await threads.run({ name: 'state-file', schema, path }, whileWanted(response))
      send(response, 200, 'application/yaml; charset=utf-8', text)
    },
    'POST /compare': async (request, response) => {
      const { text: stateFile } = await stateFileIn(request)
      const report = await threads.run({ name: 'diff', stateFile }, whileWanted(response))
      send(response, 200, 'application/json; charset=utf-8', report)
    },
    // Continues to its end even after the client disconnects: half a sync is worse.
    'POST /sync': async (request, response) => {
      const { text: stateFile, deletes } = await stateFileIn(request)
      const report = await threads.run({ name: 'sync', stateFile, deletes })
      send(response, 200, 'application/json; charset=utf-8', report)
    },
    'GET /history': async (_request, response) => {
      const runs = await threads.run({ name: 'history' }, whileWanted(response))
      send(response, 200, 'application/json; charset=utf-8', runs)
    },
    // By POST, so that no certificate is part of an address.
    'POST /certificate': async (request, response) =>
      sendJson(response, 200, { facts: certificateFacts((await readJson(request))['cert']) ?? null }),
    'POST /try': async (request, response) => {
      const input = await readJson(request)
      const isOwnTls = input['isSecure'] === true && proxyTls !== undefined
      sendJson(response, 200, await tryRequest(isOwnTls ? proxyTls : proxy, input, isOwnTls))
    },
  }
  return async (request: IncomingMessage, response: ServerResponse, path: string, search: string) => {
    if (path === '/admin' || path.startsWith('/admin/')) {
      return passToAdmin(client, (path.slice('/admin'.length) || '/') + search, request, response)
    }
    const action = actions[`${request.method} ${path}`]
    if (action === undefined) return sendJson(response, 404, { message: 'Not found' })
    await action(request, response)
  }
}

const queryOf = (request: IncomingMessage): URLSearchParams => targetOf(request).searchParams

/** `//x` is a path here, not a host; `OPTIONS *` has no path and gets the page's. */
const targetOf = ({ url = '/' }: IncomingMessage): URL =>
  new URL(`http://manager${url.startsWith('/') ? '' : '/'}${url}`)

/** Aborted where the client goes before it is answered. */
function whileWanted(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  return gone.signal
}

/**
 * @returns the state file, and the number of confirmed deletes (default: 0)
 * @throws DeckError without a state file
 */
async function stateFileIn(request: IncomingMessage): Promise<{ text: string; deletes: number }> {
  const { text, deletes } = await readJson(request)
  if (typeof text !== 'string') throw new DeckError('the request has no state file: { "text": "…" }')
  return { text, deletes: Number.isInteger(deletes) ? Number(deletes) : 0 }
}
