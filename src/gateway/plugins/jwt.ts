/**
 * jwt: authenticates a consumer by a token signed with the consumer's secret or key (behaviour: Kong 2.8.5,
 * 3.9.1).
 */

import type { JwtSecret } from '../../entities/kinds/jwt-secret.ts'
import type { Version } from '../../entities/language/define.ts'
import type { ConfigOf } from '../../entities/language/entity-of.ts'
import { jwt as schema } from '../../entities/plugins/jwt.ts'
import type { Index } from '../exchange/configuration-view.ts'
import { cookieOf } from '../exchange/cookies.ts'
import type { Exchange, Header } from '../exchange/exchange.ts'
import type { Handler, Surroundings } from '../exchange/handler.ts'
import { claimProblems, isSignedBy, readToken, type Token } from './jwt/token.ts'
import { authHandler, type Finding, identityOf } from './kit/authentication.ts'
import { base64url, decodeBase64 } from './kit/base64.ts'
import { jsonAnswer } from './kit/json-answer.ts'
import { headerValues } from './kit/lua-tables.ts'

type Config = ConfigOf<typeof schema>

const byKey: Index<JwtSecret> = { schema: 'jwt_secrets', keyOf: secret => secret.key }

export function jwt(surroundings: Surroundings): Handler {
  return authHandler(schema, surroundings, config => {
    const refuse = refuser(config, surroundings.version)
    return exchange => find(exchange, config, refuse, surroundings.now())
  })
}

type Refuse = (said: string | Readonly<Record<string, string>>, isToken?: boolean) => Finding

/** JSON for every `Accept`. In 3.x, WWW-Authenticate says whether the request had a token. */
function refuser({ realm }: Config, version: Version): Refuse {
  const base = realm ? `Bearer realm="${realm}"` : 'Bearer'
  return (said, isToken = true) => {
    const challenge = isToken ? `${base} error="invalid_token"` : base
    const headers: Header[] = version.major >= 3 ? [['WWW-Authenticate', challenge]] : []
    return { refusal: jsonAnswer(401, typeof said === 'string' ? { message: said } : said, headers) }
  }
}

function find(exchange: Exchange, config: Config, refuse: Refuse, now: number): Finding {
  const { version } = exchange.snapshot
  const found = version.major < 3 ? firstToken(exchange, config) : onlyToken(exchange, config)
  if (found === undefined) return refuse('Unauthorized', false)
  if (found === 'several') return refuse('Multiple tokens provided')
  if (found === 'odd') return refuse('Unrecognizable token')
  const token = readToken(found.text, version.major)
  if (typeof token === 'string') return refuse(`Bad token; ${token}`)
  const name = config.key_claim_name ?? schema.config.key_claim_name.default
  const key = token.claims[name] ?? token.header[name]
  if (key === undefined || key === null || key === false) return refuse(`No mandatory '${name}' in claims`)
  if (key === '') return refuse(`Invalid '${name}' in claims`)
  const [secret] = exchange.snapshot.find(byKey, String(key))
  if (secret === undefined) return refuse(`No credentials found for given '${name}'`)
  const problem = problemOf(token, secret, config, version.major, now)
  if (problem !== undefined) return refuse(problem)
  const identity = identityOf(exchange, secret, secret.key ?? '')
  return identity ? { identity } : refuse(`Could not find consumer for '${name}=${key}'`)
}

function problemOf(
  token: Token,
  secret: JwtSecret,
  config: Config,
  major: number,
  now: number,
): string | Record<string, string> | undefined {
  const algorithm = secret.algorithm ?? 'HS256'
  if (token.algorithm !== algorithm) return 'Invalid algorithm'
  const isShared = algorithm.startsWith('HS')
  const stored = isShared ? secret.secret : secret.rsa_public_key
  // 2.8 takes public keys for base64 too, which PEM is not.
  const isEncoded = config.secret_is_base64 && (isShared || major < 3)
  const key = isEncoded && typeof stored === 'string' ? decodeBase64(base64url(stored), 'base64url') : stored
  if (key === undefined || key === null) return 'Invalid key/secret'
  if (!isSignedBy(token, key)) return 'Invalid signature'
  return claimProblems(token, config.claims_to_verify ?? [], config.maximum_expiration ?? 0, now)
}

type FoundToken = { readonly text: string } | 'several' | 'odd' | undefined

/** 2.8 takes the first place that has one. */
function firstToken(exchange: Exchange, config: Config): FoundToken {
  for (const name of config.uri_param_names ?? []) {
    const values = queryTexts(exchange.query, name)
    if (values.length > 1) return 'several'
    const [value] = values
    if (value !== undefined) return value === true ? 'odd' : { text: value }
  }
  const [text] = [...cookieTokens(exchange, config), ...headerTokens(exchange, config)]
  return text === undefined ? undefined : { text }
}

/** 3.x looks at all places and wants the same token in all of them. */
function onlyToken(exchange: Exchange, config: Config): FoundToken {
  const fromQuery = (config.uri_param_names ?? []).flatMap(name => queryTexts(exchange.query, name))
  const tokens = new Set<string | true>([
    ...fromQuery.filter(text => text !== ''),
    ...cookieTokens(exchange, config),
    ...headerTokens(exchange, config),
  ])
  if (tokens.size > 1) return 'several'
  const [text] = tokens
  if (text === undefined) return undefined
  return text === true ? 'odd' : { text }
}

/** An argument without `=` is true, as Lua reads it. */
const queryTexts = (query: string | undefined, name: string): (string | true)[] =>
  (query ?? '').split('&').flatMap(part => {
    const [pair] = new URLSearchParams(part)
    if (pair?.[0] !== name) return []
    return [part.includes('=') ? pair[1] : true]
  })

const cookieTokens = ({ headers }: Exchange, { cookie_names }: Config): string[] =>
  (cookie_names ?? []).flatMap(name => cookieOf(headers, name) || [])

const headerTokens = ({ headers }: Exchange, { header_names }: Config): string[] =>
  (header_names ?? []).flatMap(
    name => /\s*[Bb]earer\s+(.+)/.exec(headerValues(headers, name)[0] ?? '')?.[1] ?? [],
  )
