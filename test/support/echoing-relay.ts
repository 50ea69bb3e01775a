/**
 * A relay in front of a real gateway that refuses writes, or everything, and repeats in its response what it
 * was sent: as proxies and gateways in debug mode do.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const echoes = ['json', 'page', 'sentence', 'success', 'unauthorised', 'redirect'] as const

export type Echo = (typeof echoes)[number]

export interface EchoingRelay {
  readonly address: string
  /** What happens to requests from now on. */
  answer: Echo
  close(): void
}

export async function echoingRelay(gateway: string): Promise<EchoingRelay> {
  const { hostname, port } = new URL(gateway)
  const relay = { answer: 'json' as Echo }
  const server = createServer((incoming, outgoing) => {
    const isRead = incoming.method === 'GET' && relay.answer !== 'unauthorised' && relay.answer !== 'redirect'
    if (isRead) pass(incoming, outgoing, { hostname, port })
    else void repeat(incoming, outgoing, relay.answer)
  })
  await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return Object.assign(relay, {
    address,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  })
}

function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  to: { hostname: string; port: string },
): void {
  const { method, url: path, headers } = incoming
  const forwarded = request({ ...to, method, path, headers }, response => {
    outgoing.writeHead(response.statusCode ?? 500, response.rawHeaders)
    response.pipe(outgoing)
  })
  forwarded.on('error', () => outgoing.destroy())
  incoming.pipe(forwarded)
}

async function repeat(incoming: IncomingMessage, outgoing: ServerResponse, answer: Echo): Promise<void> {
  let body = ''
  for await (const chunk of incoming) body += String(chunk)
  const { headers } = incoming
  const values = JSON.stringify([headers, body])
  const sent = body === '' ? {} : JSON.parse(body)
  const kinds = {
    json: [422, { error: 'x'.repeat(60), request: { headers, body: sent, text: body } }],
    page: [413, `<html><p>${'x'.repeat(70)} ${body} ${Object.values(headers).join(' ')}</p></html>`],
    sentence: [
      400,
      {
        name: 'schema violation',
        message: `schema violation (config: bad: ${values})`,
        fields: { config: values },
      },
    ],
    success: [200, `${'x'.repeat(95)}${body}`],
    unauthorised: [401, { message: `not allowed: ${values}` }],
    redirect: [302, ''],
  } as const
  const [status, content] = kinds[answer]
  outgoing.writeHead(status, {
    'content-type': typeof content === 'string' ? 'text/html' : 'application/json',
    'x-echo': Object.values(headers).join(' '),
    ...(answer === 'redirect' && { location: `http://u:p@a.example/?token=${headers['kong-admin-token']}` }),
  })
  outgoing.end(typeof content === 'string' ? content : JSON.stringify(content))
}
