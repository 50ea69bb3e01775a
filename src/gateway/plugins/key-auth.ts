/** key-auth: a consumer is known by a key in a header, the query or the body. Sentences and headers as recorded from Kong 2.8 and 3.9. */
import type { Version } from '../../entities/define.ts'
import type { KeyauthCredential } from '../../entities/kinds/keyauth-credential.ts'
import { readBody } from '../proxy/bodies.ts'
import { type Exchange, type Header, headersOf, withoutHeader } from '../proxy/exchange.ts'
import type { Handler, Surroundings } from './define.ts'
import { bodyArgument, withoutBodyArgument } from './request-body.ts'

interface Config {
  readonly key_names: readonly string[]
  readonly hide_credentials: boolean
  readonly anonymous: string | null
  readonly key_in_header: boolean
  readonly key_in_query: boolean
  readonly key_in_body: boolean
  readonly run_on_preflight: boolean
  readonly realm?: string | null
}

/** What a place holds: no key, one, or several of the same name. */
type Found = string | readonly string[] | undefined

export function keyAuth({ version, now }: Surroundings): Handler {
  return {
    name: 'key-auth',
    access: async (exchange, plugin) => {
      const config = plugin.config as unknown as Config // made by the plugin's own schema
      if (!config.run_on_preflight && exchange.method === 'OPTIONS') return
      if (config.anonymous !== null && exchange.credential !== undefined) return
      if (config.key_in_body) await readBody(exchange)
      if (exchange.answer !== undefined) return
      const refusal = authenticate(exchange, config, version, now())
      if (refusal === undefined) return
      if (config.anonymous === null) exchange.exit({ ...refusal, status: 401, from: 'plugin' })
      else beAnonymous(exchange, config.anonymous, version.major >= 3 ? [] : refusal.headers)
    },
  }
}

interface Refusal {
  readonly message: string
  readonly headers: readonly Header[]
}

function authenticate(
  exchange: Exchange,
  config: Config,
  version: Version,
  now: number,
): Refusal | undefined {
  const key = findKey(exchange, config)
  if (key !== undefined && typeof key !== 'string') return refuse('Duplicate API key found', config, version)
  if (key === undefined || key === '') {
    const { message, headers } = refuse('No API key found in request', config, version)
    return { message, headers: version.major >= 3 ? headers : [['WWW-Authenticate', 'Key realm="kong"']] }
  }
  const credential = livingKey(exchange, key, version, now)
  const consumer = credential && exchange.snapshot.consumers.get(credential.consumer.id)
  if (credential === undefined || consumer === undefined) {
    return refuse(version.major >= 3 ? 'Unauthorized' : 'Invalid authentication credentials', config, version)
  }
  exchange.consumer = consumer
  exchange.credential = credential
  exchange.headers = [
    ...['X-Anonymous-Consumer', ...consumerHeaderNames].reduce(withoutHeader, exchange.headers as Header[]),
    ['X-Consumer-ID', consumer.id],
    ...(consumer.custom_id === null ? [] : [['X-Consumer-Custom-ID', consumer.custom_id] as const]),
    ...(consumer.username === null ? [] : [['X-Consumer-Username', consumer.username] as const]),
    ['X-Credential-Identifier', credential.id],
  ]
  return undefined
}

/** Keys with seconds to live (`ttl`: when they die): 3.x takes them a second less than that (recorded). */
function livingKey(
  exchange: Exchange,
  key: string,
  version: Version,
  now: number,
): KeyauthCredential | undefined {
  const credential: (KeyauthCredential & { readonly ttl?: number | null }) | undefined =
    exchange.snapshot.keys.get(key)
  const death = credential?.ttl
  if (typeof death !== 'number') return credential
  return now < (version.major >= 3 ? death - 1000 : death) ? credential : undefined
}

const consumerHeaderNames = [
  'X-Consumer-ID',
  'X-Consumer-Custom-ID',
  'X-Consumer-Username',
  'X-Credential-Identifier',
  'X-Credential-Username',
] as const

function refuse(message: string, config: Config, version: Version): Refusal {
  if (version.major < 3) return { message, headers: [] }
  const realm = config.realm ? ` realm="${config.realm}"` : ''
  return { message, headers: [['WWW-Authenticate', `Key${realm}`]] }
}

/** The first of the names that is there, in headers, then query, then body; it is taken out of all three where credentials are hidden. */
function findKey(exchange: Exchange, config: Config): Found {
  for (const name of config.key_names) {
    const found =
      (config.key_in_header ? one(headersOf(exchange.headers, name)) : undefined) ??
      (config.key_in_query ? one(queryValues(exchange.query, name)) : undefined) ??
      (config.key_in_body ? bodyArgument(exchange, name) : undefined)
    if (found === undefined) continue
    if (config.hide_credentials) hide(exchange, config, name)
    return found
  }
  return undefined
}

function hide(exchange: Exchange, config: Config, name: string): void {
  exchange.headers = withoutHeader(exchange.headers, name)
  if (queryValues(exchange.query, name).length > 0)
    exchange.query = withoutArgument(exchange.query, name, exchange.snapshot.version)
  if (config.key_in_body && bodyArgument(exchange, name) !== undefined) withoutBodyArgument(exchange, name)
}

const one = (values: readonly string[]): Found => (values.length > 1 ? values : values[0])

/** An argument without `=` is true in Kong, not text, and so no key. */
function queryValues(query: string | undefined, name: string): string[] {
  if (query === undefined) return []
  const given = query.split('&').filter(part => part.includes('='))
  return new URLSearchParams(given.join('&')).getAll(name)
}

/** When nothing is left, 3.x leaves the question mark and 2.8 does not (recorded). */
function withoutArgument(query: string | undefined, name: string, version: Version): string | undefined {
  const kept = (query ?? '').split('&').filter(part => !new URLSearchParams(part).has(name))
  return kept.length === 0 && version.major < 3 ? undefined : kept.join('&')
}

function beAnonymous(exchange: Exchange, anonymous: string, headers: readonly Header[]): void {
  const { consumers, consumersByName } = exchange.snapshot
  const consumer = consumers.get(anonymous) ?? consumersByName.get(anonymous)
  if (consumer === undefined) {
    exchange.exit({ status: 500, message: 'An unexpected error occurred', from: 'plugin' })
    return
  }
  exchange.consumer = consumer
  exchange.headers = [
    ...['X-Anonymous-Consumer', ...consumerHeaderNames].reduce(withoutHeader, exchange.headers as Header[]),
    ['X-Consumer-ID', consumer.id],
    ...(consumer.custom_id === null ? [] : [['X-Consumer-Custom-ID', consumer.custom_id] as const]),
    ...(consumer.username === null ? [] : [['X-Consumer-Username', consumer.username] as const]),
    ['X-Anonymous-Consumer', 'true'],
  ]
  exchange.addedHeaders.push(...headers)
}
