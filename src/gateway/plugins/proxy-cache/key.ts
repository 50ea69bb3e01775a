/**
 * The key that Kong makes of a request (recorded: the same ids give the same keys); md5 in 2.8, sha256 in
 * 3.x.
 */
import { createHash } from 'node:crypto'
import type { Version } from '../../../entities/language/define.ts'
import type { Exchange, Header } from '../../exchange/exchange.ts'
import { type Argument, parseArguments } from '../kit/lua-args.ts'
import { headerValues } from '../kit/lua-tables.ts'

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
  const table = parseArguments(query ?? '')
  const all = [...table.keys()].sort()
  const parts = [
    owner ?? 'default',
    method,
    config.ignore_uri_case === true ? line.toLowerCase() : line,
    listed(name => table.get(name), config.vary_query_params?.length ? config.vary_query_params : all),
    varyHeaders.length > 0 ? listed(name => valuesOf(headers, name), varyHeaders) : '',
  ]
  const hash = createHash(version.major >= 3 ? 'sha256' : 'md5')
  return hash.update(parts.join('|'), 'latin1').digest('hex')
}

/** One text, or a list where the header came several times. */
function valuesOf(headers: readonly Header[], name: string): Argument | Argument[] | undefined {
  const values = headerValues(headers, name)
  return values.length > 1 ? values : values[0]
}

/** `a=1:b=2,3`, with the configured names. */
function listed(
  givenFor: (name: string) => Argument | Argument[] | undefined,
  names: readonly string[],
): string {
  const parts = names.flatMap(name => {
    const given = givenFor(name)
    if (given === undefined) return []
    if (given === true) return [name]
    return [`${name}=${Array.isArray(given) ? given.map(String).sort().join(',') : given}`]
  })
  return parts.join(':')
}
