/** What is no HTTP request, or too large a one: refused as Kong refuses it, and the connection closed. */
import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Version } from '../../entities/define.ts'
import { nginxMessage } from './answers.ts'
import { serverName } from './headers.ts'

export function refuseMalformed(error: Error & { code?: string }, socket: Socket, version: Version): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const message = nginxMessage(error.code === 'HPE_HEADER_OVERFLOW' ? 494 : 400, version)
  const requestId = randomBytes(16).toString('hex')
  const body = version.major >= 3 ? `${message}\nrequest_id: ${requestId}\n` : `${message}\n`
  const lines = [
    'HTTP/1.1 400 Bad Request',
    `Date: ${new Date().toUTCString()}`,
    'Content-Type: text/plain; charset=utf-8',
    'Connection: close',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Kong-Response-Latency: 0',
    `Server: ${serverName(version)}`,
    ...(version.major >= 3 ? [`X-Kong-Request-Id: ${requestId}`] : []),
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
}
