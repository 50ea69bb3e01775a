/**
 * Parameters of a request to oauth2's endpoints: its arguments, the client, the requested scopes
 * (behaviour: Kong 2.8.5, 3.9.1).
 */
import type { Oauth2Credential } from '../../../entities/kinds/oauth2-credential.ts'
import { readBody } from '../../exchange/bodies.ts'
import type { Index } from '../../exchange/configuration-view.ts'
import type { Exchange } from '../../exchange/exchange.ts'
import { decodeBase64 } from '../kit/base64.ts'
import { argumentsAsJson, parseArguments } from '../kit/lua-args.ts'
import { headerValues } from '../kit/lua-tables.ts'
import { formOf, jsonOf } from '../kit/request-body.ts'
import type { Config } from './config.ts'

/** Parameters of query and body. A repeated one is a list, one without a value is true. */
export type Parameters = Readonly<Record<string, unknown>>

/** An error response in OAuth's terms. */
export interface Fault {
  readonly error: string
  readonly error_description: string
}

export const fault = (error: string, error_description: string): Fault => ({ error, error_description })

export const isFault = (value: object): value is Fault => 'error' in value

const methodsWithBody = ['POST', 'PUT', 'PATCH']

export async function readParameters(exchange: Exchange): Promise<Parameters> {
  const fromQuery = argumentsAsJson(parseArguments(exchange.query ?? ''))
  if (!methodsWithBody.includes(exchange.method)) return fromQuery
  await readBody(exchange)
  const form = formOf(exchange)
  const body = form === undefined ? jsonOf(exchange) : argumentsAsJson(form)
  return { ...fromQuery, ...(typeof body === 'object' ? body : undefined) }
}

export const textIn = (parameters: Parameters, name: string): string | undefined => {
  const value = parameters[name]
  return typeof value === 'string' ? value : undefined
}

const byClientId: Index<Oauth2Credential> = {
  schema: 'oauth2_credentials',
  keyOf: credential => credential.client_id,
}

export function clientOf({ snapshot }: Exchange, clientId: string | undefined): Oauth2Credential | undefined {
  return clientId === undefined || clientId === '' ? undefined : snapshot.find(byClientId, clientId)[0]
}

/** The client's credentials, and whether they are in a header. */
export interface Claim {
  readonly id: string | undefined
  readonly secret: string | undefined
  readonly isInHeader: boolean
}

export function claimOf(exchange: Exchange, parameters: Parameters, config: Config): Claim {
  const [id, secret] = [textIn(parameters, 'client_id'), textIn(parameters, 'client_secret')]
  if (id !== undefined && secret !== undefined) return { id, secret, isInHeader: false }
  const [header] = headerValues(exchange.headers, config.auth_header_name ?? '')
  if (header === undefined) return { id, secret: undefined, isInHeader: false }
  const encoded = /\s*[Bb]asic\s*(.+)/.exec(header)?.[1]
  const [named, secretly] =
    decodeBase64(encoded ?? '')
      ?.toString('utf8')
      .split(':') ?? []
  return { id: named, secret: secretly, isInHeader: true }
}

/** The requested scopes, in one text; undefined if there are none. */
export function scopeOf(parameters: Parameters, config: Config): { readonly scope?: string } | Fault {
  const { scope } = parameters
  if (config.scopes === null || scope === undefined) {
    const isMissing = scope === undefined && config.mandatory_scope
    return isMissing ? fault('invalid_scope', 'You must specify a scope') : {}
  }
  if (typeof scope !== 'string') return fault('invalid_scope', 'scope must be a string')
  const wanted = scope.split(/\s+/).filter(one => one !== '')
  const odd = wanted.find(one => config.scopes?.includes(one) !== true)
  if (odd !== undefined) return fault('invalid_scope', `"${odd}" is an invalid scope`)
  return wanted.length === 0 ? {} : { scope: wanted.join(' ') }
}

/**
 * The redirect URI of the response: the requested one, else the client's first. Undefined if the requested
 * one is not registered for the client.
 */
export function redirectUri(
  parameters: Parameters,
  allowed: readonly string[],
): { readonly uri: string | undefined; readonly fault?: Fault } {
  const wanted = parameters['redirect_uri'] ?? allowed[0]
  if (typeof wanted === 'string' && allowed.includes(wanted)) return { uri: wanted }
  return {
    uri: allowed[0],
    fault: fault(
      'invalid_request',
      'Invalid redirect_uri that does not match with any redirect_uri created with the application',
    ),
  }
}
