/**
 * hmac-auth: a consumer signs headers of the request, and its body's digest, with a shared secret (behaviour:
 * Kong 2.8.5, 3.9.1).
 */

import { createHash, createHmac } from 'node:crypto'
import type { HmacauthCredential } from '../../entities/kinds/hmacauth-credential.ts'
import type { Version } from '../../entities/language/define.ts'
import type { ConfigOf } from '../../entities/language/entity-of.ts'
import { hmacAuth as schema } from '../../entities/plugins/hmac-auth.ts'
import { readableBody } from '../exchange/bodies.ts'
import type { Index } from '../exchange/configuration-view.ts'
import { type Exchange, headerOf, withoutHeader } from '../exchange/exchange.ts'
import type { Handler, Surroundings } from '../exchange/handler.ts'
import {
  authHandler,
  type Find,
  type Finding,
  identityOf,
  type Refusal,
  withBody,
} from './kit/authentication.ts'
import { decodeBase64 } from './kit/base64.ts'
import { parseHttpTime } from './kit/http-time.ts'
import { sameBytes } from './kit/same-bytes.ts'

type Config = ConfigOf<typeof schema>

const byUsername: Index<HmacauthCredential> = {
  schema: 'hmacauth_credentials',
  keyOf: credential => credential.username,
}

export function hmacAuth(surroundings: Surroundings): Handler {
  return authHandler(schema, surroundings, config => {
    const refuse = refuser(config, surroundings.version)
    const findNow: Find = exchange => find(exchange, config, refuse, surroundings.now())
    return config.validate_request_body ? withBody(findNow) : findNow
  })
}

type Refuse = (message: string) => { readonly refusal: Refusal }

function refuser({ realm }: Config, version: Version): Refuse {
  const headers = [['WWW-Authenticate', realm ? `hmac realm="${realm}"` : 'hmac']] as const
  return message => ({ refusal: { status: 401, message, ...(version.major >= 3 && { headers }) } })
}

const notDated =
  'HMAC signature cannot be verified, a valid date or x-date header is required for HMAC Authentication'

function find(exchange: Exchange, config: Config, refuse: Refuse, now: number): Finding {
  const own = headerOf(exchange.headers, 'authorization')
  const proxys = headerOf(exchange.headers, 'proxy-authorization')
  if (own === undefined && proxys === undefined) return refuse('Unauthorized')
  const isFresh = (name: string) =>
    isNear(headerOf(exchange.headers, name), config.clock_skew ?? schema.config.clock_skew.default, now)
  if (!isFresh('x-date') && !isFresh('date')) return refuse(notDated)
  const fromProxys = partsOf(proxys)
  const parts = fromProxys ?? partsOf(own)
  const problem = parts === undefined || !isAcceptable(parts, config)
  const credential = problem ? undefined : exchange.snapshot.find(byUsername, parts.username)[0]
  // Signed is what came: credentials are hidden afterwards.
  const isSigned =
    credential !== undefined && parts !== undefined && isSignedWith(exchange, parts, credential.secret ?? '')
  if (config.hide_credentials) {
    const used = fromProxys === undefined ? 'authorization' : 'proxy-authorization'
    exchange.headers = withoutHeader(exchange.headers, used)
  }
  if (credential === undefined) return refuse('HMAC signature cannot be verified')
  if (!isSigned || (config.validate_request_body && !hasDigest(exchange)))
    return refuse('HMAC signature does not match')
  const { username } = credential
  const identity = identityOf(exchange, credential, username, username)
  return identity ? { identity } : refuse('HMAC signature cannot be verified')
}

function isNear(date: string | undefined, seconds: number, now: number): boolean {
  const time = parseHttpTime(date) ?? Number.NaN
  return Math.abs(Math.floor(now / 1000) - time) <= seconds
}

interface Parts {
  readonly username: string
  readonly algorithm: string
  readonly headers: readonly string[]
  readonly signature: string
}

function partsOf(header: string | undefined): Parts | undefined {
  const pattern = /\s*[Hh]mac\s*username="(.+)",\s*algorithm="(.+)",\s*headers="(.+)",\s*signature="(.+)"/
  const [, username, algorithm, headers, signature] = pattern.exec(header ?? '') ?? []
  if (username === undefined || algorithm === undefined || headers === undefined || signature === undefined)
    return undefined
  return { username, algorithm, headers: headers.split(' '), signature }
}

const isAcceptable = ({ headers, algorithm }: Parts, config: Config): boolean =>
  (config.enforce_headers ?? []).every(name => headers.includes(name)) &&
  (config.algorithms ?? schema.config.algorithms.default).some(name => name === algorithm)

function isSignedWith(exchange: Exchange, parts: Parts, secret: string): boolean {
  const signature = decodeBase64(parts.signature)
  if (signature === undefined) return false
  const { url = '/' } = exchange.request
  const made = (target: string) =>
    createHmac(parts.algorithm.replace('hmac-', ''), secret)
      .update(signedText(exchange, parts.headers, target), 'latin1')
      .digest()
  if (sameBytes(made(url), signature)) return true
  // 2.8 also takes signatures over the path alone, as older clients make them.
  return exchange.snapshot.version.major < 3 && sameBytes(made(exchange.path), signature)
}

function signedText(exchange: Exchange, names: readonly string[], target: string): string {
  const { method, request } = exchange
  const lines = names.map(name => {
    const value = headerOf(exchange.headers, name)
    if (value !== undefined) return `${name}: ${value}`
    if (name === '@request-target') return `${name}: ${method.toLowerCase()} ${target}`
    return name === 'request-line' ? `${method} ${target} HTTP/${request.httpVersion}` : `${name}:`
  })
  return lines.join('\n')
}

/** Without a digest only an empty body is trusted, and with it only one that can be read. */
function hasDigest(exchange: Exchange): boolean {
  const body = readableBody(exchange)
  if (body === undefined) return false
  const digest = headerOf(exchange.headers, 'digest')
  if (digest === undefined) return body.length === 0
  return digest === `SHA-256=${createHash('sha256').update(body).digest('base64')}`
}
