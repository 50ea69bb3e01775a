/**
 * The log entry of an exchange, as JSON: the table of Kong's `kong.log.serialize` (source: 2.8.5 and
 * 3.9.1).
 */
import type { TLSSocket } from 'node:tls'
import { defaultWorkspace } from '../../../../entities/gateway-sets.ts'
import type { Exchange, Header } from '../../../exchange/exchange.ts'
import type { Finished, Surroundings } from '../../../exchange/handler.ts'
import { upstreamPath } from '../../../exchange/paths.ts'
import { argumentsAsJson, parseArguments } from '../lua-args.ts'
import { headerTable } from '../lua-tables.ts'
import { latenciesOf, requestSize } from '../measures.ts'
import { withoutNulls } from '../plain-entities.ts'

export type MakeEntry = (exchange: Exchange, finished: Finished) => string

/** One line is made for all plugins that log an exchange. */
export const entryMaker =
  ({ version, entities }: Surroundings): MakeEntry =>
  (exchange, finished) => {
    exchange.logEntry ??= JSON.stringify({
      ...entryOf(exchange, finished, version.major >= 3, defaultWorkspace(entities())?.id),
      ...exchange.logFields,
    })
    return exchange.logEntry
  }

function entryOf(
  exchange: Exchange,
  { at, head, responseSize }: Finished,
  isNew: boolean,
  workspace: string | undefined,
) {
  const { request, scheme, host, port, route, service, consumer, credential, clientIp, startedAt, upstream } =
    exchange
  const url = request.url ?? '/'
  const latencies = latenciesOf(exchange, at)
  return {
    request: {
      ...(isNew && { id: exchange.requestId }),
      uri: url,
      url: `${scheme}://${host.replace(/:\d+$/, '').toLowerCase()}:${port}${url}`,
      querystring: argumentsAsJson(parseArguments(exchange.query ?? '')),
      method: exchange.method,
      headers: requestHeaders(exchange.headers),
      size: requestSize(exchange),
      ...tlsOf(exchange),
    },
    upstream_uri: upstreamUri(exchange, isNew),
    ...(isNew && { upstream_status: upstreamStatus(exchange) }),
    response: {
      status: head?.status ?? 499,
      headers: Object.fromEntries(headerTable(head?.headers ?? [])),
      size: responseSize,
    },
    latencies: isNew
      ? latencies
      : { kong: latencies.kong, proxy: latencies.proxy, request: latencies.request },
    ...(route !== undefined && { tries: attemptsOf(exchange, isNew) }),
    ...(credential !== undefined && { authenticated_entity: { id: credential.id } }),
    ...(route && { route: { ...withoutNulls(route), ws_id: workspace } }),
    ...(service && { service: { ...withoutNulls(service), ws_id: workspace } }),
    ...(consumer && { consumer: withoutNulls(consumer) }),
    client_ip: clientIp,
    started_at: startedAt,
    ...(isNew && {
      source: upstream === undefined ? 'kong' : 'upstream',
      workspace,
      workspace_name: 'default',
    }),
  }
}

/** How the client's connection is secured, where it is. */
function tlsOf({ connection, scheme }: Exchange): object {
  if (scheme === 'http') return {}
  const socket = connection as TLSSocket // the scheme says that it is one
  return {
    tls: {
      version: socket.getProtocol(),
      cipher: socket.getCipher()?.name,
      client_verify: 'NONE',
    },
  }
}

/** Hides credentials in logged headers. */
function requestHeaders(headers: readonly Header[]): object {
  const table = headerTable(headers)
  for (const name of ['authorization', 'proxy-authorization'])
    if (table.has(name)) table.set(name, 'REDACTED')
  return Object.fromEntries(table)
}

/** 2.8 adds the query only where the request went on. */
function upstreamUri(exchange: Exchange, isNew: boolean): string {
  const { route, service, query, path, matchedPath, attempts } = exchange
  if (route === undefined) return ''
  const uri = exchange.upstreamPath ?? upstreamPath(path, matchedPath, route, service?.path ?? null)
  return query === undefined || (!isNew && attempts.length === 0) ? uri : `${uri}?${query}`
}

/** The status of each attempt in nginx's form: `502, 200`. */
const upstreamStatus = ({ attempts, upstream }: Exchange): string =>
  attempts
    .flatMap(({ failed }) => (failed === undefined ? (upstream?.status ?? []) : (codes[failed] ?? 502)))
    .join(', ')

/** An empty list is an empty table in Lua. */
function attemptsOf({ attempts }: Exchange, isNew: boolean): object {
  if (attempts.length === 0) return {}
  return attempts.map(({ ip, port, at, failed }, index) => ({
    ip,
    port,
    balancer_start: at,
    balancer_latency: 0,
    ...(isNew && { balancer_start_ns: at * 1e6, balancer_latency_ns: 0 }),
    ...(failed !== undefined &&
      index < attempts.length - 1 && { state: 'failed', code: codes[failed] ?? 502 }),
  }))
}

const codes: Readonly<Record<string, number>> = { timeout: 504 }
