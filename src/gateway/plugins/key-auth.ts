/**
 * key-auth: a consumer is known by a key in a header, the query or the body. Sentences and headers as
 * recorded from Kong 2.8 and 3.9.
 */

import type { KeyauthCredential } from '../../entities/kinds/keyauth-credential.ts'
import type { Version } from '../../entities/language/define.ts'
import type { ConfigOf } from '../../entities/language/entity-of.ts'
import { keyAuth as schema } from '../../entities/plugins/key-auth.ts'
import type { Index } from '../exchange/configuration-view.ts'
import { type Exchange, withHeader, withoutHeader } from '../exchange/exchange.ts'
import type { Handler, Surroundings } from '../exchange/handler.ts'
import {
  authHandler,
  type Find,
  type Finding,
  identityOf,
  type Refusal,
  withBody,
} from './kit/authentication.ts'
import { type Argument, formatArguments, parseArguments } from './kit/lua-args.ts'
import { headerValues } from './kit/lua-tables.ts'
import { bodyArgument, withoutBodyArgument } from './kit/request-body.ts'
import { withoutSearchParam } from './kit/search-params.ts'

type Config = ConfigOf<typeof schema>

/** The value at a place: nothing, a key, several values, or a value that is no key: `?apikey` is true. */
type Found = Argument | readonly unknown[] | undefined

const byKey: Index<KeyauthCredential> = { schema: 'keyauth_credentials', keyOf: credential => credential.key }

export function keyAuth(surroundings: Surroundings): Handler {
  return authHandler(schema, surroundings, config => {
    const refusals = refusalsOf(config, surroundings.version)
    const findNow: Find = exchange => find(exchange, config, refusals, surroundings.now())
    return config.key_in_body ? withBody(findNow) : findNow
  })
}

interface Refusals {
  readonly missing: Refusal
  readonly wrong: Refusal
  readonly doubled: Refusal
}

function refusalsOf({ realm }: Config, version: Version): Refusals {
  const isNew = version.major >= 3
  const headers = [['WWW-Authenticate', realm ? `Key realm="${realm}"` : 'Key']] as const
  const refusal = (message: string) => ({ status: 401, message, ...(isNew && { headers }) })
  return {
    missing: refusal('No API key found in request'),
    wrong: refusal(isNew ? 'Unauthorized' : 'Invalid authentication credentials'),
    doubled: refusal('Duplicate API key found'),
  }
}

function find(exchange: Exchange, config: Config, refusals: Refusals, now: number): Finding {
  const { version } = exchange.snapshot
  const key = findKey(exchange, config)
  if (key !== undefined && typeof key !== 'string') return { refusal: refusals.doubled }
  if (key === undefined || key === '') {
    // 2.8 says so even to those who then pass as anonymous.
    if (version.major < 3)
      exchange.addedHeaders = withHeader(exchange.addedHeaders, 'WWW-Authenticate', 'Key realm="kong"')
    return { refusal: refusals.missing }
  }
  const [credential] = exchange.snapshot.find(byKey, key)
  const identity =
    credential && lives(credential, version, now) && identityOf(exchange, credential, credential.id)
  return identity ? { identity } : { refusal: refusals.wrong }
}

/** Keys with seconds to live (`ttl`: when they die): 3.x takes them a second less than that (recorded). */
function lives(
  { ttl }: KeyauthCredential & { readonly ttl?: number | null },
  version: Version,
  now: number,
): boolean {
  return typeof ttl !== 'number' || now < (version.major >= 3 ? ttl - 1000 : ttl)
}

/**
 * The first of the names that is there, in headers, then query, then body; it is taken out of all three where
 * credentials are hidden.
 */
function findKey(exchange: Exchange, config: Config): Found {
  const { query } = exchange
  const table = config.key_in_query && query !== undefined ? parseArguments(query) : undefined
  for (const name of config.key_names) {
    const found =
      (config.key_in_header ? one(headerValues(exchange.headers, name)) : undefined) ??
      inUtf8(table?.get(name)) ??
      (config.key_in_body ? bodyArgument(exchange, name) : undefined)
    if (found === undefined || found === true) continue
    if (typeof found === 'string' && config.hide_credentials) hide(exchange, config, name)
    return found
  }
  return undefined
}

const one = (values: readonly string[]): Found => (values.length > 1 ? values : values[0])

/** Arguments have a character for each byte. */
const inUtf8 = (value: Found): Found =>
  typeof value === 'string' ? Buffer.from(value, 'latin1').toString('utf8') : value

/**
 * Rewrites the whole query, wherever the key was; 2.8 sorts it by name. 3.9 keeps the question mark of an
 * empty query.
 */
function hide(exchange: Exchange, config: Config, name: string): void {
  exchange.headers = withoutHeader(exchange.headers, name)
  const { query, snapshot } = exchange
  if (snapshot.version.major < 3) {
    const table = parseArguments(query ?? '')
    table.delete(name)
    exchange.query = table.size === 0 ? undefined : formatArguments(table)
  } else if (query !== undefined) exchange.query = withoutSearchParam(query, name)
  if (config.key_in_body) withoutBodyArgument(exchange, name)
}
