/** Refuses malformed or too large requests as Kong does, and closes the connection. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Version } from '../../entities/language/define.ts'
import { nginxMessage, nginxPage } from '../exchange/error-responses.ts'
import { serverName } from '../exchange/headers.ts'
import { reasonOf } from '../exchange/status-phrases.ts'
import { refusalOfPacket } from './transfer-encoding.ts'

/** Node's error for an unreadable request. */
export interface Malformed extends Error {
  readonly code?: string
  /** The packet that Node read last. */
  readonly rawPacket?: Buffer
  readonly bytesParsed?: number
}

export function refuseMalformed(error: Malformed, socket: Socket, version: Version): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  if (error.code?.startsWith('HPE_') && refusalOfPacket(error.rawPacket, version) === 501) {
    writeAnswer(socket, version, 501, { page: nginxPage(501) })
    return
  }
  const message = nginxMessage(error.code === 'HPE_HEADER_OVERFLOW' ? 494 : 400, version)
  writeAnswer(socket, version, 400, { message })
}

/** Tunnels are not opened: not to hosts, and not to paths. */
export function refuseTunnel({ url = '' }: IncomingMessage, socket: Duplex, version: Version): void {
  const status = url.startsWith('/') ? 405 : 400
  writeAnswer(socket, version, status, { message: nginxMessage(status, version) })
}

function writeAnswer(
  socket: Duplex,
  version: Version,
  status: number,
  said: { readonly message: string } | { readonly page: Buffer },
): void {
  const requestId = randomBytes(16).toString('hex')
  const isPage = 'page' in said
  const lastLine = version.major >= 3 ? `request_id: ${requestId}\n` : ''
  const body = isPage ? said.page.toString() : `${said.message}\n${lastLine}`
  const lines = [
    `HTTP/1.1 ${status} ${reasonOf(status)}`,
    `Date: ${new Date().toUTCString()}`,
    `Content-Type: ${isPage ? 'text/html; charset=UTF-8' : 'text/plain; charset=utf-8'}`,
    'Connection: close',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Kong-Response-Latency: 0',
    `Server: ${serverName(version)}`,
    ...(version.major >= 3 ? [`X-Kong-Request-Id: ${requestId}`] : []),
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
