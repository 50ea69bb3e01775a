/**
 * Both sides of a client's exchange, in all HTTP versions: what the proxy needs of them, and where HTTP/2
 * differs.
 */
import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Header } from './exchange.ts'

/** Node gives HTTP/2 requests the shape of others. */
export type ClientRequest = IncomingMessage | Http2ServerRequest

export type ClientResponse = ServerResponse | Http2ServerResponse

export const isHttp2 = (request: ClientRequest): request is Http2ServerRequest => 'authority' in request

export const isTls = (socket: Socket): boolean => (socket as Partial<TLSSocket>).encrypted === true

/** An HTTP/2 client sends `:authority` instead of Host. */
export const hostOf = (request: ClientRequest): string | undefined =>
  (isHttp2(request) ? request.authority : undefined) || request.headers.host

/**
 * Proxy clients request `http://host/path`: upstreams get that host, but routes are matched by the header (as
 * in Kong).
 */
export function requestTarget(request: ClientRequest): { readonly url: string; readonly named: string } {
  const { url = '/' } = request
  // Hardly any other client.
  if (url.startsWith('/')) return { url, named: hostOf(request) ?? '' }
  const [, authority, rest] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url) ?? []
  if (authority !== undefined && authority !== '') {
    return { url: rest?.startsWith('/') ? rest : `/${rest ?? ''}`, named: authority }
  }
  return { url, named: hostOf(request) ?? '' }
}

/**
 * Names and values as they came; HTTP/2's own are not among them, and its cookies are one header, as HTTP/1.1
 * wants them.
 */
export function headersFrom(request: ClientRequest): Header[] {
  const raw = request.rawHeaders
  const pairs: Header[] = []
  const fromHttp2 = isHttp2(request)
  let cookies = ''
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] as string
    const value = raw[at + 1] as string
    if (!fromHttp2) pairs.push([name, value])
    else if (name === 'cookie') cookies += cookies === '' ? value : `; ${value}`
    else if (!name.startsWith(':')) pairs.push([name, value])
  }
  if (cookies !== '') pairs.push(['cookie', cookies])
  return pairs
}

/** Names and values in turn, as Node and undici take them. */
function flatHeaders(headers: readonly Header[]): string[] {
  const flat = new Array<string>(headers.length * 2)
  let at = 0
  for (const [name, value] of headers) {
    flat[at++] = name
    flat[at++] = value
  }
  return flat
}

/** Headers that HTTP/2 has no room for. */
const ofConnections = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'proxy-connection',
])

/** A 204 has no body, and no length. */
const withoutLength = (headers: readonly Header[]): readonly Header[] =>
  headers.filter(([name]) => name.toLowerCase() !== 'content-length')

/** @param reason the words beside the status, which HTTP/2 has not */
export function sendHead(
  response: ClientResponse,
  status: number,
  reason: string,
  given: readonly Header[],
): void {
  const headers = status === 204 ? withoutLength(given) : given
  if (response instanceof ServerResponse) {
    response.writeHead(status, reason, flatHeaders(headers))
    return
  }
  const byName: Record<string, string | string[]> = {}
  for (const [name, value] of headers) {
    const lower = name.toLowerCase()
    if (ofConnections.has(lower)) continue
    const before = byName[lower]
    byName[lower] = before === undefined ? value : [before, value].flat()
  }
  response.writeHead(status, byName)
}

/** A head that else waits for the first part of the body. */
export function sendHeadNow(response: ClientResponse): void {
  if (response instanceof ServerResponse) response.flushHeaders()
}

/** @returns false where the client has not taken what there is yet */
export const sendPart = (response: ClientResponse, part: Buffer): boolean =>
  response instanceof ServerResponse ? response.write(part) : response.write(part)

/**
 * Up to this size, in bytes, a body costs less when it is copied behind the head than as a second piece of
 * the write.
 */
const smallBody = 16 * 1024

/** Sends a body whose length is in the head, and ends the response. */
export function sendWhole(response: ClientResponse, body: Buffer): void {
  if (!(response instanceof ServerResponse) || body.length > smallBody) {
    response.end(body)
    return
  }
  // Node puts the head before a text, and text whose bytes are its characters stays as it is; corked, it
  // would wait for the end.
  response.cork()
  response.write(body.toString('latin1'), 'latin1')
  response.uncork()
  response.end()
}

/** Whether the client has disconnected. */
export const isGone = (response: ClientResponse): boolean =>
  response instanceof ServerResponse ? response.destroyed : (response.stream?.destroyed ?? true)

/** Ends it in the middle, so that what was sent does not look whole. */
export function breakOff(response: ClientResponse): void {
  if (response instanceof ServerResponse) response.destroy()
  else response.stream?.close(2) // INTERNAL_ERROR
}
