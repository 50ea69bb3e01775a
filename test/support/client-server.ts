/**
 * A server on loopback that answers as a test says, for faults that no gateway makes on purpose: it hangs,
 * resets, babbles.
 */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface TestServer {
  readonly address: string
  readonly asked: Asked[]
}

/** Gone when the test is. */
export async function serve(listener: RequestListener): Promise<TestServer> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    asked.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
    listener(request, response)
  })
  return { address: `http://127.0.0.1:${await listen(server)}`, asked }
}

export async function listen(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

/** Answers in turn; the last one again and again. */
export function answers(...list: readonly RequestListener[]): RequestListener {
  let next = 0
  return (request, response) => {
    const answer = list[Math.min(next, list.length - 1)]
    next += 1
    answer?.(request, response)
  }
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  }

export const reset: RequestListener = request => {
  request.socket.resetAndDestroy()
}

export const silence: RequestListener = () => {}

export const babble: RequestListener = request => {
  request.socket.end('SSH-2.0-not-http\r\n')
}
