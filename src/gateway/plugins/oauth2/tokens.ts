/**
 * Tokens: making them, and finding those that were made. They are entities, `oauth2_tokens`, which the Admin
 * API makes too.
 */
import type { Records } from '../../data-plane.ts'
import type { Index } from '../../exchange/configuration-view.ts'
import type { Exchange } from '../../exchange/exchange.ts'
import type { Config } from './config.ts'

export interface Token {
  readonly id: string
  readonly service: { readonly id: string } | null
  readonly credential: { readonly id: string }
  readonly access_token: string
  readonly refresh_token: string | null
  /** Seconds; 0: without end. */
  readonly expires_in: number
  /** Seconds since 1970. */
  readonly created_at: number
  readonly authenticated_userid: string | null
  readonly scope: string | null
}

const schema = 'oauth2_tokens'
const byAccessToken: Index<Token> = { schema, keyOf: token => token.access_token }
const byRefreshToken: Index<Token> = { schema, keyOf: token => token.refresh_token }

export const tokenOf = ({ snapshot }: Exchange, text: string): Token | undefined =>
  snapshot.find(byAccessToken, text)[0]

export const refreshableOf = ({ snapshot }: Exchange, text: string): Token | undefined =>
  snapshot.find(byRefreshToken, text)[0]

/** The grant of a token. */
export interface Grant {
  readonly credentialId: string
  readonly userId: string | undefined
  readonly scope: string | undefined
  /** Whether it may be refreshed. */
  readonly isRefreshable: boolean
  /** The token that this one replaces. */
  readonly before?: Token
}

export interface TokenMaker {
  readonly config: Config
  readonly records: Records | undefined
  readonly now: () => number
}

/** Where tokens are of one service, its id. */
export const serviceIdOf = (exchange: Exchange, { global_credentials }: Config): string | undefined =>
  global_credentials ? undefined : exchange.service?.id

/** @returns the response to the client; `before` is replaced. @throws if tokens cannot be stored */
export async function makeToken(
  exchange: Exchange,
  { credentialId, userId, scope, isRefreshable, before }: Grant,
  { config, records, now }: TokenMaker,
): Promise<Readonly<Record<string, unknown>>> {
  if (records === undefined) throw new Error('oauth2: there is nowhere to keep tokens')
  const { token_expiration, refresh_token_ttl, reuse_refresh_token } = config
  const isMortal = token_expiration > 0 && refresh_token_ttl > 0
  const common = { expires_in: token_expiration, ...(isMortal && { ttl: refresh_token_ttl }) }
  const response = (access: unknown, refresh: string | null | undefined) => ({
    access_token: access,
    token_type: 'bearer',
    ...(token_expiration > 0 && { expires_in: token_expiration }),
    ...(refresh && { refresh_token: refresh }),
  })
  if (before !== undefined && reuse_refresh_token) {
    const access_token = records.secret()
    await records.update(schema, before.id, {
      ...common,
      access_token,
      created_at: Math.floor(now() / 1000),
    })
    return response(access_token, before.refresh_token)
  }
  const refresh_token = isRefreshable && token_expiration > 0 ? records.secret() : undefined
  const serviceId = serviceIdOf(exchange, config)
  const made = await records.insert(schema, {
    ...common,
    credential: { id: credentialId },
    ...(serviceId !== undefined && { service: { id: serviceId } }),
    ...(userId !== undefined && { authenticated_userid: userId }),
    ...(scope !== undefined && { scope }),
    ...(refresh_token !== undefined && { refresh_token }),
  })
  if (before !== undefined) await records.remove(schema, before.id)
  return response(made['access_token'], refresh_token)
}
