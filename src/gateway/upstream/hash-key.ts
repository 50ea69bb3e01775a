/**
 * The key of an exchange for consistent hashing: the upstream's `hash_on`, else its `hash_fallback`. A
 * missing cookie is created.
 */
import { randomUUID } from 'node:crypto'
import type { Upstream } from '../../entities/kinds/upstream.ts'
import { cookieOf } from '../exchange/cookies.ts'
import { type Exchange, headersOf } from '../exchange/exchange.ts'

/** The fields of an upstream that name what to look at, for one of its two inputs. */
interface Names {
  readonly header: string | null
  readonly queryArg: string | null
  readonly capture: string | null
}

/** @returns empty where there is nothing to go by: then all such requests have the same peer */
export function hashKey(exchange: Exchange, upstream: Upstream): string {
  const first: Names = {
    header: upstream.hash_on_header,
    queryArg: upstream.hash_on_query_arg,
    capture: upstream.hash_on_uri_capture,
  }
  const second: Names = {
    header: upstream.hash_fallback_header,
    queryArg: upstream.hash_fallback_query_arg,
    capture: upstream.hash_fallback_uri_capture,
  }
  return (
    inputs[upstream.hash_on ?? 'none'](exchange, first, upstream) ??
    inputs[upstream.hash_fallback ?? 'none'](exchange, second, upstream) ??
    ''
  )
}

type Input = (exchange: Exchange, names: Names, upstream: Upstream) => string | undefined

/** By the names that `hash_on` and `hash_fallback` take. */
const inputs: Readonly<Record<NonNullable<Upstream['hash_on']>, Input>> = {
  none: () => undefined,
  consumer: ({ consumer, credential }) => consumer?.id ?? credential?.id,
  ip: ({ clientIp }) => clientIp,
  header: (exchange, { header }) => headerValue(exchange, header ?? ''),
  cookie: (exchange, _names, upstream) => cookieValue(exchange, upstream),
  path: ({ path }) => path,
  query_arg: (exchange, { queryArg }) => queryValue(exchange, queryArg ?? ''),
  uri_capture: (exchange, { capture }) => exchange.captures().named[capture ?? ''],
}

/** A header that is there several times counts whole: put together in 2.8, with commas in 3.x. */
function headerValue({ headers, snapshot }: Exchange, name: string): string | undefined {
  const values = headersOf(headers, name)
  return values.length === 0 ? undefined : values.join(snapshot.version.major < 3 ? '' : ', ')
}

/**
 * Several values of one name are sorted, so that their order does not matter; a name without a value (`?a`,
 * not `?a=`) counts as `true`.
 */
function queryValue({ query }: Exchange, name: string): string | undefined {
  const given = (query ?? '').split('&').map(pair => (pair.includes('=') ? pair : `${pair}=true`))
  const values = new URLSearchParams(given.join('&')).getAll(name)
  return values.length === 0 ? undefined : values.sort().join(',')
}

/** A client without the cookie gets one with the answer, and comes back to the same peer by it. */
function cookieValue(
  exchange: Exchange,
  { hash_on_cookie, hash_on_cookie_path }: Upstream,
): string | undefined {
  const name = hash_on_cookie ?? ''
  const sent = cookieOf(exchange.headers, name)
  if (sent !== undefined) return sent
  const value = randomUUID()
  exchange.addedHeaders.push([
    'Set-Cookie',
    `${name}=${value}; Path=${hash_on_cookie_path ?? '/'}; Same-Site=Lax; HttpOnly`,
  ])
  return value
}
