/** cors: the CORS headers for browsers (behaviour: Kong 2.8.5, 3.9.1). */

import type { Version } from '../../entities/language/define.ts'
import type { ConfigOf } from '../../entities/language/entity-of.ts'
import { cors as schema } from '../../entities/plugins/cors.ts'
import { type Exchange, type Header, headerOf, withHeader, withoutHeader } from '../exchange/exchange.ts'
import { configOf, type Handler, type Surroundings } from '../exchange/handler.ts'
import { normaliseOrigin, type OriginMatcher, originMatchers } from './cors/origins.ts'

type Config = ConfigOf<typeof schema>

export function cors({ version }: Surroundings): Handler {
  return {
    name: schema.name,
    configure: plugin => {
      const config = configOf(plugin, schema)
      const allow = allowanceOf(config, version)
      const exposed = (config.exposed_headers ?? []).join(',')
      /**
       * Preflights so far: the response to one that was refused earlier gets the headers of any other
       * response.
       */
      const preflights = new WeakSet<Exchange>()
      return {
        access: exchange => {
          if (!isPreflight(exchange)) return
          preflights.add(exchange)
          if (config.preflight_continue) return
          const headers = [...allow(exchange, [], 'once'), ...preflightHeaders(exchange, config)]
          exchange.exit({ status: 200, body: Buffer.alloc(0), headers, from: 'plugin' })
        },
        response: (exchange, head) => {
          if (preflights.has(exchange)) return
          head.headers = allow(exchange, head.headers)
          if (exposed !== '')
            head.headers = withHeader(head.headers, 'Access-Control-Expose-Headers', exposed)
        },
      }
    },
  }
}

const isPreflight = ({ method, headers }: Exchange): boolean =>
  method === 'OPTIONS' &&
  headerOf(headers, 'origin') !== undefined &&
  headerOf(headers, 'access-control-request-method') !== undefined

/** Puts who may read a response into its headers. */
type Allow = (exchange: Exchange, headers: Header[], vary?: 'once') => Header[]

function allowanceOf(config: Config, version: Version): Allow {
  const allowed = allowedOrigin(config.origins ?? [], version)
  return (exchange, headers, vary) => {
    const withVary = (before: readonly Header[]): Header[] =>
      vary === 'once' ? withHeader(before, 'vary', 'Origin') : [...before, ['vary', 'Origin']]
    const origin = headerOf(exchange.headers, 'origin')
    const { name, varies } = allowed(origin)
    let all = varies ? withVary(headers) : headers
    all =
      name === undefined
        ? withoutHeader(all, 'Access-Control-Allow-Origin')
        : withHeader(all, 'Access-Control-Allow-Origin', name)
    if (!config.credentials) return all
    if (name !== '*') return withHeader(all, 'Access-Control-Allow-Credentials', 'true')
    // Browsers refuse credentials together with `*`, so the response names the request's origin.
    if (origin === undefined) return all
    all = withHeader(withVary(all), 'Access-Control-Allow-Origin', origin)
    return withHeader(all, 'Access-Control-Allow-Credentials', 'true')
  }
}

interface Allowed {
  readonly name: string | undefined
  /** Whether the response depends, or may depend, on the request's origin. */
  readonly varies: boolean
}

function allowedOrigin(
  origins: readonly string[],
  version: Version,
): (origin: string | undefined) => Allowed {
  const [first] = origins
  if (first === undefined || (origins.length === 1 && first === '*'))
    return () => ({ name: '*', varies: false })
  if (origins.length === 1 && /^[A-Za-z0-9.:/-]+$/.test(first)) return () => ({ name: first, varies: true })
  const takesAll = version.major >= 3 && origins.includes('*')
  const matchers: OriginMatcher[] = originMatchers(origins, version)
  return origin => {
    if (origin === undefined) return { name: undefined, varies: true }
    if (takesAll) return { name: '*', varies: true }
    const { domain, host } = normaliseOrigin(origin)
    const found = matchers.some(matches => matches(domain, host))
    return { name: found ? domain : undefined, varies: true }
  }
}

const everyMethod = 'GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT'

function preflightHeaders({ headers }: Exchange, config: Config): Header[] {
  const wanted = headerOf(headers, 'access-control-request-headers')
  const allowed = (config.headers ?? []).length > 0 ? config.headers?.join(',') : wanted
  const isPrivate = headerOf(headers, 'access-control-request-private-network') === 'true'
  return [
    ...(allowed === undefined ? [] : [['Access-Control-Allow-Headers', allowed] as const]),
    ['Access-Control-Allow-Methods', config.methods?.join(',') ?? everyMethod],
    ...(config.max_age === null ? [] : [['Access-Control-Max-Age', String(config.max_age)] as const]),
    ...(config.private_network && isPrivate
      ? [['Access-Control-Allow-Private-Network', 'true'] as const]
      : []),
  ]
}
