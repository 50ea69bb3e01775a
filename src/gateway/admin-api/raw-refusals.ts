/**
 * Responses to input that Node does not turn into a request: bytes that are not HTTP, unknown methods, and
 * CONNECT.
 */

import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Version } from '../../entities/language/define.ts'
import { refusalOfPacket } from '../listener/transfer-encoding.ts'
import { methodNotAllowed, notFound } from './endpoint.ts'
import type { Guard } from './guard.ts'
import { page } from './reply.ts'
import type { Router } from './router.ts'

interface RawError extends Error {
  readonly code?: string | undefined
  /** Node gives a Buffer. */
  readonly rawPacket?: unknown
}

/** Input that Node cannot read as HTTP: a method that it does not know exists at no endpoint. */
export function refuseRaw(
  error: RawError,
  socket: Socket,
  router: Router,
  guard: Guard,
  version: Version,
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const packet = Buffer.isBuffer(error.rawPacket) ? error.rawPacket : undefined
  const isUnknownEncoding = refusalOfPacket(packet, version) === 501
  const isMethod = error.code === 'HPE_INVALID_METHOD'
  const [, path = ''] = /^\S+ ([^\s?]*)/.exec(String(error.rawPacket ?? '')) ?? []
  const known = router(path) !== undefined
  const [, origin] = /^origin:[ \t]*([^\r\n]*)/im.exec(String(error.rawPacket ?? '')) ?? []
  const body = isMethod
    ? JSON.stringify((known ? methodNotAllowed : notFound).body)
    : page(isUnknownEncoding ? 501 : 400)
  const headers = isMethod
    ? [
        known ? 'HTTP/1.1 405 Not Allowed' : 'HTTP/1.1 404 Not Found',
        'Content-Type: application/json; charset=utf-8',
        ...(guard.maySee(origin, undefined) ? sharing(version) : []),
        `Server: kong/${version.text}`,
      ]
    : [
        isUnknownEncoding ? 'HTTP/1.1 501 Not Implemented' : 'HTTP/1.1 400 Bad Request',
        'Content-Type: text/html; charset=UTF-8',
      ]
  const head = [...headers, `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close'].join('\r\n')
  socket.end(`${head}\r\n\r\n${body}`)
}

const sharing = (version: Version): string[] => [
  'Access-Control-Allow-Origin: *',
  ...(version.major >= 3 ? ['Access-Control-Allow-Credentials: true'] : []),
]

/** nginx knows the method since 1.21.1; before, its target was no path. */
export function refuseConnect(socket: Duplex, version: Version): void {
  // The client may have disconnected already.
  socket.on('error', () => {})
  const status = version.major >= 3 ? 405 : 400
  const body = page(status)
  socket.end(
    [
      `HTTP/1.1 ${status} ${version.major >= 3 ? 'Not Allowed' : 'Bad Request'}`,
      'Content-Type: text/html; charset=UTF-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}
