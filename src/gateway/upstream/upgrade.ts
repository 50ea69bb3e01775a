/**
 * Connections that change their protocol (WebSocket): after the upstream agrees, bytes go both ways until one
 * side ends.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Failure } from './attempt.ts'
import { ConnectError, connectTo, type Endpoint } from './connect.ts'

export interface UpgradeRequest {
  readonly endpoint: Endpoint
  readonly path: string
  /** Names and values in turn. */
  readonly headers: readonly string[]
  readonly timeout: number
}

export type UpgradeResult =
  | { readonly outcome: 'agreed'; readonly response: IncomingMessage; readonly join: (head: string) => void }
  /** It would not change the protocol, and answered as to any other request. */
  | { readonly outcome: 'answered'; readonly response: IncomingMessage }
  | { readonly outcome: 'failed'; readonly how: Failure }

/** @param begun what the client sent already beyond its head */
export function askForUpgrade(client: Duplex, begun: Buffer, asked: UpgradeRequest): Promise<UpgradeResult> {
  return new Promise(resolve => {
    const upstream = httpRequest({
      createConnection: (_options, done) => {
        connectTo(asked.endpoint, {}, (error, socket) => done(error, socket as Socket))
        return undefined
      },
      path: asked.path,
      headers: asked.headers,
      timeout: asked.timeout,
    })
    const leave = () => upstream.destroy()
    const answered = (result: UpgradeResult) => {
      client.off('error', leave).off('close', leave)
      resolve(result)
    }
    let how: Failure = 'reset'
    upstream.once('error', error =>
      answered({ outcome: 'failed', how: error instanceof ConnectError ? error.how : how }),
    )
    upstream.once('timeout', () => {
      how = 'timeout'
      upstream.destroy(new Error('timed out'))
    })
    upstream.once('response', response => answered({ outcome: 'answered', response }))
    upstream.once('upgrade', (response, socket, first) => {
      // A connection without data in either direction for this time ends, as in nginx.
      socket.setTimeout(asked.timeout, () => socket.destroy())
      const join = (head: string) => {
        client.write(head, 'latin1')
        if (first.length > 0) client.write(first)
        if (begun.length > 0) socket.write(begun)
        joinBoth(client, socket)
      }
      resolve({ outcome: 'agreed', response, join })
    })
    client.once('error', leave).once('close', leave)
    upstream.end()
  })
}

function joinBoth(one: Duplex, other: Duplex): void {
  one.pipe(other)
  other.pipe(one)
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    // When one side ends, its remaining data is forwarded and the other side is closed too.
    from.on('end', () => to.end(() => to.destroy()))
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
  }
}
