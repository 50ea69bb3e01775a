/** The key that Kong makes of a request (recorded: the same ids give the same keys); md5 in 2.8, sha256 in 3.x. */
import { createHash } from 'node:crypto'
import type { Version } from '../../../entities/define.ts'
import type { Exchange } from '../../proxy/exchange.ts'
import { type Argument, parseArguments } from '../lua-args.ts'
import { headerTable } from '../lua-tables.ts'

export interface Varying {
  readonly vary_query_params: readonly string[] | null
  readonly vary_headers: readonly string[] | null
  readonly ignore_uri_case?: boolean | null
}

export function cacheKey(exchange: Exchange, config: Varying, version: Version): string {
  const { consumer, route, method, request, query, headers } = exchange
  const owner = consumer !== undefined && route !== undefined ? `${consumer.id}:${route.id}` : route?.id
  // The first line as it came, up to the query: without one it ends with the protocol's name.
  const line = `${method} ${request.url} HTTP/${request.httpVersion}`.replace(/\?.*/, '')
  const varyHeaders = config.vary_headers ?? []
  const parts = [
    owner ?? 'default',
    method,
    config.ignore_uri_case === true ? line.toLowerCase() : line,
    listed(parseArguments(query ?? ''), config.vary_query_params),
    varyHeaders.length > 0 ? listed(headerTable(headers), varyHeaders.map(lower)) : '',
  ]
  const hash = createHash(version.major >= 3 ? 'sha256' : 'md5')
  return hash.update(parts.join('|'), 'latin1').digest('hex')
}

const lower = (text: string): string => text.toLowerCase()

/** `a=1:b=2,3`: the names that count, or all in order. */
function listed(values: ReadonlyMap<string, Argument | Argument[]>, names: readonly string[] | null): string {
  const counting = names?.length ? names : [...values.keys()].sort()
  const told = counting.flatMap(name => {
    const given = values.get(name)
    if (given === undefined) return []
    if (given === true) return [name]
    return [`${name}=${Array.isArray(given) ? given.map(String).sort().join(',') : given}`]
  })
  return told.join(':')
}
