/**
 * `…/oauth2/authorize`: an application that knows the provision key says which user lets which client in; the
 * answer is where to send the user then.
 */
import type { Exchange } from '../../exchange/exchange.ts'
import type { Shared } from '../../sharing.ts'
import { type Arguments, formatArguments, parseArguments } from '../kit/lua-args.ts'
import { type Codes, challengeIn } from './codes.ts'
import {
  clientOf,
  type Fault,
  fault,
  isFault,
  type Parameters,
  redirectUri,
  scopeOf,
  textIn,
} from './parameters.ts'
import { makeToken, serviceIdOf, type TokenMaker } from './tokens.ts'

export interface Authorizer extends TokenMaker {
  readonly pluginId: string
  readonly codes: Shared<Codes>
}

/** The response to the client, and the redirect URI that it goes to. */
interface Outcome {
  readonly response: Readonly<Record<string, unknown>> | Fault
  readonly place?: string | undefined
  /** The token is in the fragment, behind `#`. */
  readonly isImplicit?: boolean
}

/** @returns status and body */
export async function authorize(
  exchange: Exchange,
  parameters: Parameters,
  authorizer: Authorizer,
): Promise<{ readonly status: number; readonly body: object }> {
  const { response, place, isImplicit = false } = await outcomeOf(exchange, parameters, authorizer)
  const { state } = parameters
  const all = { ...response, ...(state !== undefined && { state }) }
  const status = isFault(response) ? 400 : 200
  return { status, body: place === undefined ? all : { redirect_uri: withAnswer(place, all, isImplicit) } }
}

async function outcomeOf(
  exchange: Exchange,
  parameters: Parameters,
  authorizer: Authorizer,
): Promise<Outcome> {
  const { config } = authorizer
  if (exchange.scheme !== 'https') return { response: fault('access_denied', 'You must use HTTPS') }
  if (parameters['provision_key'] !== config.provision_key)
    return { response: fault('invalid_provision_key', 'Invalid provision_key') }
  const userId = textIn(parameters, 'authenticated_userid')?.trim()
  if (userId === undefined || userId === '')
    return { response: fault('invalid_authenticated_userid', 'Missing authenticated_userid parameter') }
  const type = parameters['response_type']
  const isKnown =
    (type === 'code' && config.enable_authorization_code) ||
    (type === 'token' && config.enable_implicit_grant)
  const scope = scopeOf(parameters, config)
  const client = clientOf(exchange, textIn(parameters, 'client_id'))
  const challenge = challengeIn(parameters, config, client, exchange.snapshot.version.major)
  const place = client?.redirect_uris ? redirectUri(parameters, client.redirect_uris) : undefined
  // Of several errors Kong reports the last one.
  if (isFault(challenge)) return { response: challenge, place: place?.uri }
  if (client === undefined || place === undefined)
    return { response: fault('invalid_client', 'Invalid client authentication') }
  if (place.fault !== undefined) return { response: place.fault, place: place.uri }
  if (isFault(scope)) return { response: scope, place: place.uri }
  if (!isKnown)
    return { response: fault('unsupported_response_type', 'Invalid response_type'), place: place.uri }
  const grant = {
    credentialId: client.id,
    userId: textIn(parameters, 'authenticated_userid') ?? '',
    scope: scope.scope,
  }
  if (type === 'token') {
    const response = await makeToken(exchange, { ...grant, isRefreshable: false }, authorizer)
    return { response, place: place.uri, isImplicit: true }
  }
  return {
    response: { code: newCode(exchange, { ...grant, challenge: challenge.challenge }, authorizer) },
    place: place.uri,
  }
}

function newCode(
  exchange: Exchange,
  code: { credentialId: string; userId: string; scope: string | undefined; challenge: string | undefined },
  { config, records, codes, pluginId }: Authorizer,
): string {
  if (records === undefined) throw new Error('oauth2: there is nowhere to keep tokens')
  const text = records.secret()
  codes.add(text, { ...code, serviceId: serviceIdOf(exchange, config), pluginId })
  return text
}

/** `http://a/b?c=d` with the answer among its arguments, or behind `#`; places of clients have no `#`. */
function withAnswer(place: string, response: object, isImplicit: boolean): string {
  const [base = '', query = ''] = place.split(/\?(.*)/s)
  const table: Arguments = parseArguments(isImplicit ? '' : query)
  for (const [name, value] of Object.entries(response))
    table.set(name, Buffer.from(String(value), 'utf8').toString('latin1'))
  return isImplicit ? `${place}#${formatArguments(table)}` : `${base}?${formatArguments(table)}`
}
