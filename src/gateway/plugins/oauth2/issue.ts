/**
 * `…/oauth2/token`: a client presents its grant (a code, a user's password that was checked elsewhere, an
 * older token, its own credentials) and receives a token.
 */
import { isHashOf, type Oauth2Credential } from '../../../entities/kinds/oauth2-credential.ts'
import type { Exchange } from '../../exchange/exchange.ts'
import type { Authorizer } from './authorize.ts'
import { proofFault } from './codes.ts'
import type { Config } from './config.ts'
import {
  type Claim,
  claimOf,
  clientOf,
  type Fault,
  fault,
  isFault,
  type Parameters,
  redirectUri,
  scopeOf,
  textIn,
} from './parameters.ts'
import { makeToken, refreshableOf, serviceIdOf } from './tokens.ts'

type TokenResponse = Readonly<Record<string, unknown>>

interface TokenRequest {
  readonly exchange: Exchange
  readonly parameters: Parameters
  readonly authorizer: Authorizer
  readonly client: Oauth2Credential
}

const said = 'Invalid client authentication'
/** A client with a wrong secret, and a client that cannot use this grant. */
const unprovedClient = fault('invalid_client', said)
const otherClient = fault('invalid_client', said)

const grants: Readonly<Record<string, (request: TokenRequest) => Promise<TokenResponse | Fault>>> = {
  authorization_code: byCode,
  client_credentials: byItself,
  password: byPassword,
  refresh_token: byRefresh,
}

function isEnabled(type: unknown, config: Config): type is string {
  if (type === 'client_credentials') return config.enable_client_credentials
  if (type === 'password') return config.enable_password_grant
  return type === 'authorization_code' || type === 'refresh_token'
}

/** @returns status and body, and whether the response has a challenge for a client that used a header */
export async function issue(
  exchange: Exchange,
  parameters: Parameters,
  authorizer: Authorizer,
): Promise<{ readonly status: number; readonly body: object; readonly challenges: boolean }> {
  const claim = claimOf(exchange, parameters, authorizer.config)
  const response = await tokenFor(exchange, parameters, claim, authorizer)
  const { state } = parameters
  const challenges = response === unprovedClient && claim.isInHeader
  const status = isFault(response) ? (challenges ? 401 : 400) : 200
  return { status, body: { ...response, ...(state !== undefined && { state }) }, challenges }
}

async function tokenFor(
  exchange: Exchange,
  parameters: Parameters,
  claim: Claim,
  authorizer: Authorizer,
): Promise<TokenResponse | Fault> {
  if (exchange.scheme !== 'https') return fault('access_denied', 'You must use HTTPS')
  const type = parameters['grant_type']
  const client = clientOf(exchange, claim.id)
  // Of several errors Kong reports the last one.
  const wrong = client && secretFault(client, claim)
  if (wrong !== undefined) return wrong
  if (type !== 'client_credentials') {
    if (!client?.redirect_uris) return unprovedClient
    const place = redirectUri(parameters, client.redirect_uris)
    if (place.fault !== undefined) return place.fault
  }
  if (!isEnabled(type, authorizer.config)) return fault('unsupported_grant_type', 'Invalid grant_type')
  if (type === 'client_credentials') {
    const claimsUser = parameters['authenticated_userid'] !== undefined
    if (claimsUser && !isProvisioned(parameters, authorizer.config)) return notProvisioned
  }
  if (client === undefined) return otherClient
  return (await grants[type]?.({ exchange, parameters, authorizer, client })) ?? otherClient
}

function secretFault(client: Oauth2Credential, { secret }: Claim): Fault | undefined {
  if (client.client_type === 'public') {
    const isGiven = secret !== undefined && secret.trim() !== ''
    return isGiven ? fault('invalid_request', 'client_secret is disallowed for public clients') : undefined
  }
  const isRight = client.hash_secret
    ? isHashOf(client.client_secret, secret)
    : client.client_secret === (secret ?? null)
  return isRight ? undefined : unprovedClient
}

const isProvisioned = (parameters: Parameters, { provision_key }: Config): boolean =>
  parameters['provision_key'] === provision_key

const notProvisioned = fault('invalid_provision_key', 'Invalid provision_key')

async function byCode({
  exchange,
  parameters,
  authorizer,
  client,
}: TokenRequest): Promise<TokenResponse | Fault> {
  const { config, codes, pluginId } = authorizer
  const text = textIn(parameters, 'code') ?? ''
  const code = await codes.get(text)
  const serviceId = serviceIdOf(exchange, config)
  const invalid = fault('invalid_request', 'Invalid code')
  if (code === undefined || (serviceId !== undefined && code.serviceId !== serviceId)) return invalid
  if (code.credentialId !== client.id) return invalid
  const unproved = proofFault(parameters, code, config, client)
  if (unproved !== undefined) return unproved
  const isNew = exchange.snapshot.version.major >= 3
  if (isNew && config.global_credentials && code.pluginId !== pluginId) return invalid
  if (!(await codes.delete(text))) return invalid
  const { userId, scope } = code
  return makeToken(exchange, { credentialId: client.id, userId, scope, isRefreshable: true }, authorizer)
}

async function byItself({
  exchange,
  parameters,
  authorizer,
  client,
}: TokenRequest): Promise<TokenResponse | Fault> {
  const scope = scopeOf(parameters, authorizer.config)
  if (isFault(scope)) return scope
  const userId = textIn(parameters, 'authenticated_userid')
  const grant = { credentialId: client.id, userId, scope: scope.scope, isRefreshable: false }
  return makeToken(exchange, grant, authorizer)
}

async function byPassword({
  exchange,
  parameters,
  authorizer,
  client,
}: TokenRequest): Promise<TokenResponse | Fault> {
  if (!isProvisioned(parameters, authorizer.config)) return notProvisioned
  const userId = textIn(parameters, 'authenticated_userid')
  if (userId === undefined || userId.trim() === '')
    return fault('invalid_authenticated_userid', 'Missing authenticated_userid parameter')
  const scope = scopeOf(parameters, authorizer.config)
  if (isFault(scope)) return scope
  const grant = { credentialId: client.id, userId, scope: scope.scope, isRefreshable: true }
  return makeToken(exchange, grant, authorizer)
}

async function byRefresh({
  exchange,
  parameters,
  authorizer,
  client,
}: TokenRequest): Promise<TokenResponse | Fault> {
  const { config } = authorizer
  const before = refreshableOf(exchange, textIn(parameters, 'refresh_token') ?? '')
  const serviceId = serviceIdOf(exchange, config)
  if (before === undefined || (serviceId !== undefined && before.service?.id !== serviceId))
    return fault('invalid_request', 'Invalid refresh_token')
  if (before.credential.id !== client.id) return otherClient
  const scopes = (before.scope ?? '').split(/\s+/).filter(scope => scope !== '')
  const isNew = exchange.snapshot.version.major >= 3
  if (isNew && !scopes.every(scope => config.scopes?.includes(scope)))
    return fault('invalid_scope', 'Scope mismatch')
  const userId = before.authenticated_userid ?? undefined
  const scope = before.scope ?? undefined
  return makeToken(
    exchange,
    { credentialId: client.id, userId, scope, isRefreshable: true, before },
    authorizer,
  )
}
