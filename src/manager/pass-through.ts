/**
 * The Admin API below the page's own address, so that the browser needs no CORS and never holds a token:
 * `/api/admin/services` is `/services` there. Requests and responses are forwarded unchanged; headers and
 * TLS come from the command's settings.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { requestHeaders } from '../admin-client/request-headers.ts'
import type { ClientSettings } from '../admin-client/settings.ts'
import { tlsOptions } from '../admin-client/transport.ts'
import { reasonOf, send } from './outgoing.ts'
import { safeHeaders, sendJson } from './responses.ts'

/** @param path the requested path with its query, below `/api/admin` */
export async function passToAdmin(
  settings: ClientSettings,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  try {
    const answer = await send({
      url: adminUrl(settings, path),
      method: request.method ?? 'GET',
      headers: { ...requestHeaders(settings), ...bodyHeaders(request) },
      body: request,
      tls: tlsOptions(settings.tls),
      timeoutMs: (settings.timeoutSeconds ?? 10) * 1000,
      signal: gone.signal,
    })
    response.writeHead(answer.statusCode ?? 502, {
      ...safeHeaders,
      'Cache-Control': 'no-store',
      'Content-Type': answer.headers['content-type'] ?? 'application/octet-stream',
      ...(answer.headers['content-length'] && { 'Content-Length': answer.headers['content-length'] }),
    })
    // An answer that breaks off breaks off here, too.
    await pipeline(answer, response).catch(() => response.destroy())
  } catch (error) {
    if (gone.signal.aborted) return
    sendJson(response, 502, {
      message: `The Admin API at ${settings.address} cannot be reached: ${reasonOf(error)}`,
    })
  }
}

/** `/` belongs to the node and to no workspace. */
function adminUrl({ address, workspace = '' }: ClientSettings, path: string): URL {
  const within = workspace === '' || path === '/' ? '' : `/${encodeURIComponent(workspace)}`
  return new URL(address.replace(/\/+$/, '') + within + path)
}

function bodyHeaders({ headers }: IncomingMessage): Record<string, string> {
  const type = headers['content-type']
  const length = headers['content-length']
  return { ...(type && { 'Content-Type': type }), ...(length && { 'Content-Length': length }) }
}
