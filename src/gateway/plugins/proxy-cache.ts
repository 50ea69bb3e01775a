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
import type { Shared } from '../sharing.ts'
import { type Directives, freshness, parseCacheControl } from './proxy-cache/cache-control.ts'
import { cacheEndpoints } from './proxy-cache/endpoints.ts'
import { cacheKey } from './proxy-cache/key.ts'
import { typeMatcher } from './proxy-cache/media-types.ts'
import { type Cache, type CachedResponse, createCache } from './proxy-cache/memory.ts'

type Config = ReturnType<typeof read>

const read = (plugin: ActivePlugin) => filled(configOf(plugin, schema), schema.config)

type CacheHeader = 'age' | 'X-Cache-Status' | 'X-Cache-Key'

/** Kong's dictionary is that large by default. */
const capacity = 128 * 1024 * 1024

/** A configured plugin with what it shares with all others of its kind. */
interface Caching {
  readonly config: Config
  readonly isCacheable: (type: string) => boolean
  readonly cache: Shared<Cache>
  /** Keys of exchanges whose response is to be cached. */
  readonly missed: WeakMap<Exchange, string>
  readonly surroundings: Pick<Surroundings, 'version' | 'now'>
}

export function proxyCache(surroundings: Surroundings): Handler {
  const { version, now, entities, share } = surroundings
  const own = createCache(capacity)
  const cache = share({
    name: schema.name,
    make: () => own,
    notifications: { set: 'now', delete: 'now', clear: 'now' },
  })
  const missed = new WeakMap<Exchange, string>()
  return {
    name: 'proxy-cache',
    endpoints: cacheEndpoints(own, now, entities),
    configure: plugin => {
      const config = read(plugin)
      const isCacheable = typeMatcher(config.content_type, version)
      const caching = { config, isCacheable, cache, missed, surroundings }
      return {
        access: exchange => access(exchange, caching),
        response: (exchange, head) => keepResponse(exchange, head, caching),
      }
    },
  }
}

function access(exchange: Exchange, caching: Caching): void | Promise<void> {
  const { config, cache, surroundings } = caching
  const directives = parseCacheControl(headersOf(exchange.headers, 'cache-control'))
  if (!mayAnswer(exchange, config, directives)) {
    addCacheHeader(exchange, config, 'X-Cache-Status', 'Bypass')
    return
  }
  const key = cacheKey(exchange, config, surroundings.version)
  addCacheHeader(exchange, config, 'X-Cache-Key', key)
  const cached = cache.get(key, surroundings.now())
  if (!(cached instanceof Promise)) return answer(exchange, directives, key, cached, caching)
  return cached.then(response => answer(exchange, directives, key, response, caching))
}

function answer(
  exchange: Exchange,
  directives: Directives,
  key: string,
  cached: CachedResponse | undefined,
  { config, missed, surroundings: { version, now } }: Caching,
): void {
  const pass = (status: 'Miss' | 'Refresh'): void => {
    missed.set(exchange, key)
    addCacheHeader(exchange, config, 'X-Cache-Status', status)
  }
  if (cached === undefined) {
    if (config.cache_control && directives.has('only-if-cached'))
      exchange.exit({ status: 504, from: 'nginx' })
    else pass('Miss')
    return
  }
  const age = Math.floor(now() / 1000) - Math.floor(cached.at / 1000)
  const verdict = config.cache_control ? judge(cached, age, directives) : age <= config.cache_ttl
  if (verdict === undefined) exchange.exit({ status: 500, message: 'An unexpected error occurred' })
  else if (verdict) hit(exchange, config, cached, age, version)
  else pass('Refresh')
}

function hit(
  exchange: Exchange,
  config: Config,
  cached: CachedResponse,
  age: number,
  { major }: Surroundings['version'],
): void {
  const name = major >= 3 ? 'age' : 'Age'
  const clean = (['age', 'X-Cache-Status', 'X-Cache-Key', ...notKept] as const).reduce<Header[]>(
    withoutHeader,
    cached.headers.filter(([one]) => !/ratelimit-remaining/i.test(one)),
  )
  const aged = withCacheHeader(clean, exchange, config, 'age', String(age), name)
  const headers = withCacheHeader(aged, exchange, config, 'X-Cache-Status', 'Hit')
  exchange.exit({ status: cached.status, body: cached.body, headers, from: 'plugin', proxied: true })
}

function keepResponse(
  exchange: Exchange,
  head: ResponseHead,
  { config, isCacheable, cache, missed, surroundings: { now } }: Caching,
): void {
  const key = missed.get(exchange)
  if (key === undefined) return
  const ttl = timeToKeep(head, config, isCacheable, now())
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
  exchange.onBody = body => cache.set(key, { status, headers, body, requestBody, at: now(), ttl, storedFor })
}

/** Headers of one connection or one moment, which are not cached. */
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

function addCacheHeader(exchange: Exchange, config: Config, what: CacheHeader, value: string): void {
  exchange.addedHeaders = withCacheHeader(exchange.addedHeaders, exchange, config, what, value)
}

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

function mayAnswer({ method }: Exchange, config: Config, directives: Directives): boolean {
  const methods: readonly string[] = config.request_method
  if (!methods.includes(method)) return false
  return !config.cache_control || !(directives.has('no-store') || directives.has('no-cache'))
}

/**
 * Whether the client accepts the cached response; undefined for a directive without its number, on which Kong
 * fails.
 */
function judge(cached: CachedResponse, age: number, directives: Directives): boolean | undefined {
  const wishes = [
    ['max-age', (most: number) => age <= most],
    ['max-stale', (most: number) => age - cached.ttl <= most],
    ['min-fresh', (least: number) => cached.ttl - age >= least],
  ] as const
  for (const [name, isMet] of wishes) {
    const wish = directives.get(name)
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
  isCacheable: (type: string) => boolean,
  now: number,
): number | undefined {
  const type = headerOf(headers, 'content-type')
  if (!config.response_code.includes(status) || type === undefined || !isCacheable(type)) return undefined
  if (!config.cache_control) return config.cache_ttl
  const directives = parseCacheControl(headersOf(headers, 'cache-control'))
  if (['private', 'no-store', 'no-cache'].some(name => directives.has(name))) return undefined
  const fresh = freshness(directives, headersOf(headers, 'expires').at(-1), now)
  return fresh <= 0 ? undefined : fresh
}
