/**
 * proxy-cache with the memory strategy: answers kept for `cache_ttl` seconds (or as Cache-Control says), told in `X-Cache-Status`. Behaviour as
 * recorded from Kong 2.8 and 3.9: HEAD is never a hit, requests that carry authorization are not kept.
 */
import { createHash } from 'node:crypto'
import type { Version } from '../../entities/define.ts'
import { type Exchange, type Header, headerOf, withoutHeader } from '../proxy/exchange.ts'
import { type Directives, freshness, parseCacheControl } from './cache-control.ts'
import type { Handler, Surroundings } from './define.ts'

interface Config {
  readonly response_code: readonly number[]
  readonly request_method: readonly string[]
  readonly content_type: readonly string[]
  readonly cache_ttl: number
  readonly cache_control: boolean
  readonly storage_ttl: number | null
  readonly vary_query_params: readonly string[] | null
  readonly vary_headers: readonly string[] | null
  readonly ignore_uri_case?: boolean | null
  readonly response_headers?: Readonly<Record<'age' | 'X-Cache-Status' | 'X-Cache-Key', boolean | null>>
}

interface Kept {
  readonly status: number
  readonly headers: readonly Header[]
  readonly body: Buffer
  readonly at: number
  /** Seconds. */
  readonly ttl: number
}

/** How much is kept at the most; the oldest goes first (Kong's dictionary is 128 MB by default). */
const capacity = 128 * 1024 * 1024

/** Headers and the entry itself take room too; a kilobyte is about what they take. */
const sizeOf = ({ body }: Kept): number => body.length + 1024

export interface Cache {
  get(key: string): Kept | undefined
  set(key: string, kept: Kept): void
}

export function createCache(bytes: number): Cache {
  const entries = new Map<string, Kept>()
  let size = 0
  const remove = (key: string) => {
    const kept = entries.get(key)
    if (kept !== undefined) size -= sizeOf(kept)
    entries.delete(key)
  }
  return {
    get: key => entries.get(key),
    set: (key, kept) => {
      remove(key)
      if (sizeOf(kept) > bytes) return
      entries.set(key, kept)
      size += sizeOf(kept)
      for (const oldest of entries.keys()) {
        if (size <= bytes) break
        remove(oldest)
      }
    },
  }
}

export function proxyCache({ version, now }: Surroundings): Handler {
  const cache = createCache(capacity)
  /** Exchanges that wait for their response, to keep it: by their key. */
  const missed = new WeakMap<Exchange, string>()

  return {
    name: 'proxy-cache',
    access: (exchange, plugin) => {
      const config = plugin.config as unknown as Config // made by the plugin's own schema
      const asked = parseCacheControl(headerOf(exchange.headers, 'cache-control'))
      if (!mayAnswer(exchange, config, asked)) return tell(exchange, config, 'X-Cache-Status', 'Bypass')
      const key = cacheKey(exchange, config, version)
      tell(exchange, config, 'X-Cache-Key', key)
      const kept = cache.get(key)
      if (kept === undefined) return miss(exchange, config, asked, key)
      const age = Math.floor((now() - kept.at) / 1000)
      if (config.cache_control && isTooOld(kept, age, asked)) {
        missed.set(exchange, key)
        return tell(exchange, config, 'X-Cache-Status', 'Refresh')
      }
      if (!config.cache_control && age > config.cache_ttl) return miss(exchange, config, asked, key)
      if (config.cache_control && age > kept.ttl) return miss(exchange, config, asked, key)
      tell(exchange, config, 'age', String(age), version.major >= 3 ? 'age' : 'Age')
      tell(exchange, config, 'X-Cache-Status', 'Hit')
      exchange.exit({
        status: kept.status,
        body: kept.body,
        headers: kept.headers,
        from: 'plugin',
        proxied: true,
      })
    },
    response: (exchange, plugin) => {
      const key = missed.get(exchange)
      const { upstream } = exchange
      if (key === undefined || upstream === undefined) return
      const config = plugin.config as unknown as Config // made by the plugin's own schema
      const said = parseCacheControl(headerOf(upstream.headers, 'cache-control'))
      const ttl = timeToKeep(exchange, config, said, now())
      if (ttl === undefined) return tell(exchange, config, 'X-Cache-Status', 'Bypass')
      const { status } = upstream
      const headers = keptHeaders(upstream.headers)
      // HEAD has no body to keep, so it never becomes a hit.
      if (exchange.method === 'HEAD') return
      exchange.onBody = body => cache.set(key, { status, headers, body, at: now(), ttl })
    },
  }

  function miss(exchange: Exchange, config: Config, asked: Directives, key: string): void {
    if (config.cache_control && asked.has('only-if-cached')) {
      exchange.exit({ status: 504, from: 'nginx' })
      return
    }
    missed.set(exchange, key)
    tell(exchange, config, 'X-Cache-Status', 'Miss')
  }
}

type Told = 'age' | 'X-Cache-Status' | 'X-Cache-Key'

/** Replaces what was told before: a miss may become a bypass. */
function tell(exchange: Exchange, config: Config, what: Told, value: string, name: string = what): void {
  const at = exchange.addedHeaders.findIndex(([one]) => one === name)
  if (at !== -1) exchange.addedHeaders.splice(at, 1)
  if (config.response_headers?.[what] !== false) exchange.addedHeaders.push([name, value])
}

function mayAnswer({ method }: Exchange, config: Config, asked: Directives): boolean {
  if (!config.request_method.includes(method)) return false
  return !config.cache_control || !(asked.has('no-store') || asked.has('no-cache'))
}

function isTooOld(kept: Kept, age: number, asked: Directives): boolean {
  const most = asked.get('max-age')
  if (typeof most === 'string' && age > Number(most)) return true
  const minFresh = asked.get('min-fresh')
  return typeof minFresh === 'string' && kept.ttl - age < Number(minFresh)
}

/** Seconds to keep a response for; undefined where it must not be kept. */
function timeToKeep(exchange: Exchange, config: Config, said: Directives, now: number): number | undefined {
  const { upstream } = exchange
  if (upstream === undefined || !config.response_code.includes(upstream.status)) return undefined
  if (!isWanted(headerOf(upstream.headers, 'content-type'), config.content_type)) return undefined
  if (!config.cache_control) return config.cache_ttl
  if (headerOf(exchange.headers, 'authorization') !== undefined && !said.has('s-maxage')) return undefined
  if (said.has('private') || said.has('no-store') || said.has('no-cache')) return undefined
  const fresh = freshness(said, headerOf(upstream.headers, 'expires'), now)
  return fresh === undefined || fresh <= 0 ? undefined : fresh
}

/** Type and parameters must be those of the list, in whatever case and order of parameters. */
function isWanted(contentType: string | undefined, wanted: readonly string[]): boolean {
  if (contentType === undefined) return false
  return wanted.some(one => normalType(one) === normalType(contentType))
}

function normalType(text: string): string {
  const [type = '', ...parameters] = text.toLowerCase().split(';')
  return [type.trim(), ...parameters.map(one => one.trim()).sort()].join(';')
}

/** What belongs to one connection or one moment is not kept. */
function keptHeaders(headers: readonly Header[]): Header[] {
  return [
    'connection',
    'keep-alive',
    'proxy-authenticate',
    'te',
    'trailers',
    'transfer-encoding',
    'upgrade',
  ].reduce<Header[]>(withoutHeader, [...headers])
}

/** The key that Kong makes (recorded: the same ids give the same keys); md5 in 2.8, sha256 in 3.x. */
function cacheKey(exchange: Exchange, config: Config, version: Version): string {
  const { consumer, route, method, request, query, headers } = exchange
  const owner = consumer !== undefined && route !== undefined ? `${consumer.id}:${route.id}` : route?.id
  // The first line as it came, up to the query: without one it ends with the protocol's name.
  const line = `${method} ${request.url} HTTP/${request.httpVersion}`.replace(/\?.*/, '')
  const parts = [
    owner ?? 'default',
    method,
    config.ignore_uri_case === true ? line.toLowerCase() : line,
    listed(argumentsOf(query), config.vary_query_params),
    config.vary_headers?.length ? listed(valuesOf(headers), config.vary_headers.map(lower)) : '',
  ]
  const hash = createHash(version.major >= 3 ? 'sha256' : 'md5')
  return hash.update(parts.join('|'), 'latin1').digest('hex')
}

const lower = (text: string): string => text.toLowerCase()

/** All values of a name; none: the name stands without a value. */
type Values = ReadonlyMap<string, readonly string[]>

function grouped(pairs: readonly (readonly [string, string | undefined])[]): Values {
  const values = new Map<string, string[]>()
  for (const [name, value] of pairs) {
    const known = values.get(name) ?? []
    values.set(name, value === undefined ? known : [...known, value])
  }
  return values
}

function argumentsOf(query: string | undefined): Values {
  const parts = (query ?? '').split('&').filter(part => part !== '')
  return grouped(
    parts.map(part => {
      const [[name, value] = ['', '']] = [...new URLSearchParams(part)]
      return [name, part.includes('=') ? value : undefined] as const
    }),
  )
}

const valuesOf = (headers: readonly Header[]): Values =>
  grouped(headers.map(([name, value]) => [lower(name), value] as const))

/** `a=1:b=2,3`: the names that count, or all in order. */
function listed(values: Values, names: readonly string[] | null): string {
  const counting = names?.length ? names : [...values.keys()].sort()
  const told = counting.flatMap(name => {
    const given = values.get(name)
    if (given === undefined) return []
    return given.length === 0 ? [name] : [`${name}=${[...given].sort().join(',')}`]
  })
  return told.join(':')
}
