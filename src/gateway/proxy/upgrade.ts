/** Connections that change their protocol (WebSocket): after the upstream agrees, bytes go both ways until one side ends. */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connectTo, type Destination } from './connect.ts'

export interface UpgradeRequest {
  readonly destination: Destination
  readonly path: string
  /** Names and values in turn. */
  readonly headers: readonly string[]
  readonly timeout: number
}

export type UpgradeResult =
  | { readonly outcome: 'agreed'; readonly response: IncomingMessage; readonly join: (head: string) => void }
  /** It would not change the protocol, and answered as to any other request. */
  | { readonly outcome: 'answered'; readonly response: IncomingMessage }
  | { readonly outcome: 'failed' }

/** @param begun what the client sent already beyond its head */
export function askForUpgrade(client: Duplex, begun: Buffer, asked: UpgradeRequest): Promise<UpgradeResult> {
  return new Promise(resolve => {
    const upstream = httpRequest({
      createConnection: (_options, done) => {
        connectTo(asked.destination, {}, (error, socket) => done(error, socket as Socket))
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
    upstream.once('error', () => answered({ outcome: 'failed' }))
    upstream.once('timeout', () => upstream.destroy(new Error('timed out')))
    upstream.once('response', response => answered({ outcome: 'answered', response }))
    upstream.once('upgrade', (response, socket, first) => {
      socket.setTimeout(0)
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
    // Neither side waits for the other to have its say: when one has ended, what it sent is passed on, and that was it.
    from.on('end', () => to.end(() => to.destroy()))
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
  }
}
