/**
 * A relay in front of a real gateway that does to requests what networks and busy servers do: loses them,
 * loses their answers, turns them away, is slow.
 */
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export type Fault =
  /** The connection breaks before the gateway hears of it. */
  | { readonly what: 'lost-request' }
  /** The gateway does it, and the connection breaks before its answer is back. */
  | { readonly what: 'lost-answer' }
  | {
      readonly what: 'status'
      readonly status: number
      readonly headers?: Record<string, string>
      readonly body?: string
    }
  /** The gateway does it, and a proxy in between answers in its place. */
  | { readonly what: 'other-answer'; readonly status: number; readonly body: string }
  | { readonly what: 'delay'; readonly milliseconds: number }
  /** Passed on no sooner than that. */
  | { readonly what: 'held'; readonly until: Promise<unknown> }

export interface Seen {
  readonly method: string
  readonly path: string
  /** `performance.now()` when it came. */
  readonly at: number
  readonly fault: Fault | undefined
}

export interface Relay {
  readonly address: string
  readonly seen: Seen[]
  /** The most requests that were under way at once. */
  most(): number
  /** Requests that the gateway has not answered. */
  forwarded(): number
}

/** @param faultOf called for each request with the number of earlier ones; the relay ends with the test */
export async function faultyRelay(
  gateway: string,
  faultOf: (request: { method: string; path: string; index: number }) => Fault | undefined,
): Promise<Relay> {
  const { hostname, port } = new URL(gateway)
  const agent = new Agent({ keepAlive: true })
  const seen: Seen[] = []
  let [running, most, forwarded] = [0, 0, 0]

  async function relay(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = '', url: path = '' } = incoming
    const fault = faultOf({ method, path, index: seen.length })
    seen.push({ method, path, at: performance.now(), fault })
    if (fault?.what === 'lost-request') return void incoming.socket.resetAndDestroy()
    if (fault?.what === 'status') {
      incoming.resume()
      answer.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
      return void answer.end(fault.body ?? '{"message":"out of order"}')
    }
    if (fault?.what === 'delay') await new Promise(resolve => setTimeout(resolve, fault.milliseconds))
    if (fault?.what === 'held') await fault.until
    const outgoing = request({ hostname, port, method, path, headers: incoming.headers, agent }, response => {
      if (fault?.what === 'lost-answer') {
        response.resume().once('end', () => incoming.socket.resetAndDestroy())
        return
      }
      if (fault?.what === 'other-answer') {
        response.resume()
        answer.writeHead(fault.status, { 'content-type': 'application/json' })
        return void answer.end(fault.body)
      }
      answer.writeHead(response.statusCode ?? 500, response.rawHeaders)
      response.pipe(answer)
    })
    forwarded += 1
    outgoing.once('close', () => {
      forwarded -= 1
    })
    outgoing.on('error', () => answer.destroy())
    // A client that is killed may have sent half of it.
    incoming.once('close', () => {
      if (!incoming.complete) outgoing.destroy()
    })
    incoming.pipe(outgoing)
  }

  const server = createServer((incoming, answer) => {
    running += 1
    most = Math.max(most, running)
    answer.once('close', () => {
      running -= 1
    })
    void relay(incoming, answer)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
    agent.destroy()
  })
  const { port: own } = server.address() as AddressInfo
  return { address: `http://127.0.0.1:${own}`, seen, most: () => most, forwarded: () => forwarded }
}
