/** A request that wants to change the protocol: the same way as any other up to the upstream, then bytes both ways. */
import { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Exchange } from './exchange.ts'
import { choosePlace, type Forwarding, hostHeader, type Place } from './forward.ts'
import { upstreamHeaders } from './headers.ts'
import { upstreamPath } from './paths.ts'
import { runAccess } from './phases.ts'
import { refusal } from './refusals.ts'
import { findRoute, serveRequest } from './serve.ts'
import { passUpgrade } from './upgrade.ts'

export async function serveUpgrade(
  exchange: Exchange,
  socket: Duplex,
  head: Buffer,
  forwarding: Forwarding,
): Promise<void> {
  exchange.answer = refusal(exchange, forwarding.version)
  if (exchange.answer !== undefined) return plainAnswer(exchange, socket, forwarding)
  const target = findRoute(exchange, forwarding.port) ? await place(exchange, forwarding) : undefined
  if (target === undefined) return plainAnswer(exchange, socket, forwarding)
  const { service, route } = exchange
  if (service === undefined || route === undefined) return plainAnswer(exchange, socket, forwarding)
  const host = route.preserve_host ? exchange.host : hostHeader(target, service.protocol === 'https')
  const path = upstreamPath(exchange.path, exchange.matchedPath, route, service.path, forwarding.version)
  const answered = await passUpgrade(socket, head, {
    ...target.address,
    path: exchange.query === undefined ? path : `${path}?${exchange.query}`,
    headers: [
      ...upstreamHeaders(exchange, host, forwarding),
      ['Connection', 'keep-alive, Upgrade'],
      ['Upgrade', exchange.request.headers.upgrade ?? ''],
    ],
    connectTimeout: service.connect_timeout ?? 60_000,
  })
  if (!answered) {
    exchange.exit({ status: 502, from: 'nginx' })
    await plainAnswer(exchange, socket, forwarding)
  }
}

/** Where it goes, after the plugins agreed. */
async function place(exchange: Exchange, forwarding: Forwarding): Promise<Place | undefined> {
  await runAccess(exchange)
  const { service, answer, snapshot } = exchange
  if (answer !== undefined || service === undefined) return undefined
  const balancer = snapshot.balancersByName.get(service.host)
  const found = choosePlace(balancer, new Set(), service, forwarding.resolve)
  if (found === undefined)
    exchange.exit({ status: 503, message: 'failure to get a peer from the ring-balancer' })
  return found
}

/** No protocol is changed: the answer is written as to any other request, and the connection ends. */
async function plainAnswer(exchange: Exchange, socket: Duplex, forwarding: Forwarding): Promise<void> {
  const response = new ServerResponse(exchange.request)
  response.assignSocket(socket as Socket)
  response.on('finish', () => socket.end())
  if (exchange.route === undefined)
    exchange.exit({ status: 404, message: 'no Route matched with those values' })
  else if (exchange.service === undefined)
    exchange.exit({ status: 503, message: 'no Service found with those values' })
  await serveRequest(exchange, response, forwarding)
}
