/** Connections that change their protocol (WebSocket): after the upstream agrees, bytes go both ways until one side ends. */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Header } from './exchange.ts'

export interface UpgradeRequest {
  readonly host: string
  readonly port: number
  readonly path: string
  readonly headers: readonly Header[]
  readonly connectTimeout: number
}

const head = (response: IncomingMessage): string => {
  const lines = [`HTTP/1.1 ${response.statusCode} ${response.statusMessage ?? ''}`]
  const raw = response.rawHeaders
  for (let at = 0; at + 1 < raw.length; at += 2) lines.push(`${raw[at]}: ${raw[at + 1]}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** @returns whether the upstream answered at all; where not, nothing was written to the client */
export function passUpgrade(client: Duplex, begun: Buffer, asked: UpgradeRequest): Promise<boolean> {
  return new Promise(resolve => {
    const upstream = httpRequest({
      host: asked.host,
      port: asked.port,
      path: asked.path,
      headers: asked.headers.flat(),
      agent: false,
      timeout: asked.connectTimeout,
    })
    upstream.once('error', () => resolve(false))
    upstream.once('timeout', () => upstream.destroy(new Error('connect timeout')))
    upstream.once('response', response => {
      // It would not upgrade: its plain answer goes back, and the connection ends.
      client.write(head(response))
      response.pipe(client)
      resolve(true)
    })
    upstream.once('upgrade', (response, socket, first) => {
      socket.setTimeout(0)
      client.write(head(response))
      if (first.length > 0) client.write(first)
      if (begun.length > 0) socket.write(begun)
      join(client, socket)
      resolve(true)
    })
    client.once('error', () => upstream.destroy())
    upstream.end()
  })
}

function join(one: Duplex, other: Duplex): void {
  one.pipe(other)
  other.pipe(one)
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
  }
}
