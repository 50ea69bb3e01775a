/**
 * proxy-cache with the memory strategy: responses are stored for `cache_ttl` seconds (or as Cache-Control
 * says) and marked by `X-Cache-Status`. Behaviour as recorded from Kong 2.8 and 3.9: HEAD is never a hit.
 */
import { proxyCache as schema } from '../../entities/plugins/proxy-cache.ts'
import {
  type Exchange,
  type Header,
  headerOf,
  headersOf,
  type ResponseHead,
  withHeader,
  withoutHeader,
} from '../exchange/exchange.ts'
import { type ActivePlugin, configOf, filled, type Handler, type Surroundings } from '../exchange/handler.ts'
import { type Directives, freshness, parseCacheControl } from './proxy-cache/cache-control.ts'
import { cacheEndpoints } from './proxy-cache/endpoints.ts'
import { cacheKey } from './proxy-cache/key.ts'
import { typeMatcher } from './proxy-cache/media-types.ts'
import { type CachedResponse, createCache } from './proxy-cache/memory.ts'

type Config = ReturnType<typeof read>

const read = (plugin: ActivePlugin) => filled(configOf(plugin, schema), schema.config)

type CacheHeader = 'age' | 'X-Cache-Status' | 'X-Cache-Key'

/** Kong's dictionary is that large by default. */
const capacity = 128 * 1024 * 1024

export function proxyCache({ version, now, entities, share }: Surroundings): Handler {
  const own = createCache(capacity)
  const cache = share({
    name: schema.name,
    make: () => own,
    notifications: { set: 'now', delete: 'now', clear: 'now' },
  })
  /** Exchanges that wait for their response, to keep it: by their key. */
  const missed = new WeakMap<Exchange, string>()
  return {
    name: 'proxy-cache',
    endpoints: cacheEndpoints(own, now, entities),
    configure: plugin => {
      const config = read(plugin)
      const isWanted = typeMatcher(config.content_type, version)
      const pass = (exchange: Exchange, key: string, status: 'Miss' | 'Refresh') => {
        missed.set(exchange, key)
        exchange.addedHeaders = withCacheHeader(
          exchange.addedHeaders,
          exchange,
          config,
          'X-Cache-Status',
          status,
        )
      }
      const answer = (
        exchange: Exchange,
        asked: Directives,
        key: string,
        cached: CachedResponse | undefined,
      ) => {
        if (cached === undefined) {
          if (config.cache_control && asked.has('only-if-cached'))
            return exchange.exit({ status: 504, from: 'nginx' })
          return pass(exchange, key, 'Miss')
        }
        const age = Math.floor(now() / 1000) - Math.floor(cached.at / 1000)
        const verdict = config.cache_control ? judge(cached, age, asked) : age <= config.cache_ttl
        if (verdict === undefined)
          return exchange.exit({ status: 500, message: 'An unexpected error occurred' })
        if (!verdict) return pass(exchange, key, 'Refresh')
        hit(exchange, config, cached, age)
      }
      return {
        access: exchange => {
          const asked = parseCacheControl(headersOf(exchange.headers, 'cache-control'))
          if (!mayAnswer(exchange, config, asked)) {
            exchange.addedHeaders = withCacheHeader(
              exchange.addedHeaders,
              exchange,
              config,
              'X-Cache-Status',
              'Bypass',
            )
            return
          }
          const key = cacheKey(exchange, config, version)
          exchange.addedHeaders = withCacheHeader(exchange.addedHeaders, exchange, config, 'X-Cache-Key', key)
          const found = cache.get(key, now())
          if (!(found instanceof Promise)) return answer(exchange, asked, key, found)
          return found.then(cached => answer(exchange, asked, key, cached))
        },
        response: (exchange, head) => {
          const key = missed.get(exchange)
          if (key === undefined) return
          const ttl = timeToKeep(head, config, isWanted, now())
          if (ttl === undefined) {
            head.headers = withCacheHeader(head.headers, exchange, config, 'X-Cache-Status', 'Bypass')
            return
          }
          // HEAD has no body to keep, so it never becomes a hit.
          if (exchange.method === 'HEAD') return
          const { status, headers } = head
          const { body: requestBody } = exchange
          // A TTL of 0 means "no limit" in Kong's dictionary.
          const storedFor = (config.storage_ttl ?? ttl) || Number.POSITIVE_INFINITY
          exchange.onBody = body =>
            cache.set(key, { status, headers, body, requestBody, at: now(), ttl, storedFor })
        },
      }
    },
  }

  function hit(exchange: Exchange, config: Config, cached: CachedResponse, age: number): void {
    const name = version.major >= 3 ? 'age' : 'Age'
    const clean = (['age', 'X-Cache-Status', 'X-Cache-Key', ...notKept] as const).reduce<Header[]>(
      withoutHeader,
      cached.headers.filter(([one]) => !/ratelimit-remaining/i.test(one)),
    )
    const aged = withCacheHeader(clean, exchange, config, 'age', String(age), name)
    const headers = withCacheHeader(aged, exchange, config, 'X-Cache-Status', 'Hit')
    exchange.exit({ status: cached.status, body: cached.body, headers, from: 'plugin', proxied: true })
  }
}

/** What belongs to one connection or one moment. */
const notKept = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailers',
  'transfer-encoding',
  'upgrade',
  'content-length',
]

/** Sets one header if the configuration or the client requests it. */
function withCacheHeader(
  headers: readonly Header[],
  exchange: Exchange,
  config: Config,
  what: CacheHeader,
  value: string,
  name: string = what,
): Header[] {
  const { response_headers: wanted } = config
  const isVisible =
    wanted === undefined || wanted[what] || headerOf(exchange.headers, 'kong-debug') !== undefined
  return isVisible ? withHeader(headers, name, value) : [...headers]
}

function mayAnswer({ method }: Exchange, config: Config, asked: Directives): boolean {
  const methods: readonly string[] = config.request_method
  if (!methods.includes(method)) return false
  return !config.cache_control || !(asked.has('no-store') || asked.has('no-cache'))
}

/**
 * Whether the client accepts the cached response; undefined for a directive without its number, on which Kong
 * fails.
 */
function judge(cached: CachedResponse, age: number, asked: Directives): boolean | undefined {
  const wishes = [
    ['max-age', (most: number) => age <= most],
    ['max-stale', (most: number) => age - cached.ttl <= most],
    ['min-fresh', (least: number) => cached.ttl - age >= least],
  ] as const
  for (const [name, isMet] of wishes) {
    const wish = asked.get(name)
    if (wish === undefined) continue
    if (typeof wish !== 'number') return undefined
    if (!isMet(wish)) return false
  }
  return true
}

/** The TTL of a response in seconds; undefined if it must not be cached. */
function timeToKeep(
  { status, headers }: ResponseHead,
  config: Config,
  isWanted: (type: string) => boolean,
  now: number,
): number | undefined {
  const type = headerOf(headers, 'content-type')
  if (!config.response_code.includes(status) || type === undefined || !isWanted(type)) return undefined
  if (!config.cache_control) return config.cache_ttl
  const said = parseCacheControl(headersOf(headers, 'cache-control'))
  if (said.has('private') || said.has('no-store') || said.has('no-cache')) return undefined
  const fresh = freshness(said, headersOf(headers, 'expires').at(-1), now)
  return fresh <= 0 ? undefined : fresh
}
