/**
 * oauth2: issues tokens at `…/oauth2/token` and `…/oauth2/authorize`, over TLS only, and authenticates
 * requests with them (behaviour: Kong 2.8.5, 3.9.1). No address counts as a TLS-terminating proxy, as in a
 * Kong without `trusted_ips`.
 */

import type { Oauth2Credential } from '../../entities/kinds/oauth2-credential.ts'
import type { Version } from '../../entities/language/define.ts'
import { oauth2 as schema } from '../../entities/plugins/oauth2.ts'
import { type Answer, type Exchange, type Header, withHeader, withoutHeader } from '../exchange/exchange.ts'
import { configOf, type Handler, type Surroundings, type Work } from '../exchange/handler.ts'
import { authHandler, type Finding, identityOf } from './kit/authentication.ts'
import { jsonAnswer } from './kit/json-answer.ts'
import { formatArguments, parseArguments } from './kit/lua-args.ts'
import { headerValues } from './kit/lua-tables.ts'
import { withoutBodyArgument } from './kit/request-body.ts'
import { type Authorizer, authorize } from './oauth2/authorize.ts'
import { createCodes } from './oauth2/codes.ts'
import type { Config } from './oauth2/config.ts'
import { issue } from './oauth2/issue.ts'
import { readParameters, textIn } from './oauth2/parameters.ts'
import { tokenOf } from './oauth2/tokens.ts'

const notKept: readonly Header[] = [
  ['Cache-Control', 'no-store'],
  ['Pragma', 'no-cache'],
]

export function oauth2(surroundings: Surroundings): Handler {
  const { version, now, records, share } = surroundings
  const codes = share({ name: 'oauth2 codes', make: () => createCodes(now), notifications: { add: 'now' } })
  const auth = authHandler(schema, surroundings, config => {
    const refuse = refuser(config, version)
    return exchange => find(exchange, config, refuse, now())
  })
  return {
    name: schema.name,
    configure: plugin => {
      const config = configOf(plugin, schema)
      const refuse = refuser(config, version)
      const authorizer: Authorizer = { config, records, now, codes, pluginId: plugin.id }
      return withEndpoints(authorizer, refuse, auth.configure(plugin))
    },
  }
}

type Refuse = (status: number, error: string, said: string, isInHeader?: boolean) => Finding

/** JSON, whatever the client accepts. A missing token is not described in the header. */
function refuser({ realm }: Config, { major }: Version): Refuse {
  const named = major < 3 ? 'service' : realm
  const base = named ? `Bearer realm="${named}"` : 'Bearer'
  return (status, error, said, isInHeader = true) => {
    const challenge = isInHeader ? `${base} error="${error}" error_description="${said}"` : base
    const headers: Header[] = [['WWW-Authenticate', challenge]]
    return { refusal: jsonAnswer(status, { error, error_description: said }, headers) }
  }
}

/** Requests to the endpoints are answered; the token of all others is looked at. */
function withEndpoints(authorizer: Authorizer, refuse: Refuse, { access }: Work): Work {
  const answer = async (exchange: Exchange, endpoint: 'token' | 'authorization') => {
    const parameters = await readParameters(exchange)
    if (exchange.answer !== undefined) return
    if (endpoint === 'authorization') {
      const { status, body } = await authorize(exchange, parameters, authorizer)
      return exchange.exit(jsonAnswer(status, body, notKept))
    }
    const { status, body, challenges } = await issue(exchange, parameters, authorizer)
    const challenge: Header[] = challenges ? [['WWW-Authenticate', 'Basic realm="OAuth2.0"']] : []
    exchange.exit(jsonAnswer(status, body, [...notKept, ...challenge]))
  }
  return {
    access: exchange => {
      const endpoint = endpointOf(exchange)
      if (endpoint === undefined) {
        exchange.headers = found.reduce<Header[]>(withoutHeader, exchange.headers)
        return access?.(exchange)
      }
      if (exchange.method === 'POST') return answer(exchange, endpoint)
      const said = `The HTTP method ${exchange.method} is invalid for the ${endpoint} endpoint`
      const finding = refuse(405, 'invalid_method', said)
      if ('refusal' in finding) exchange.exit({ from: 'plugin', ...finding.refusal })
    },
  }
}

/** Headers to the upstream that only this plugin may set. */
const found = ['X-Authenticated-Scope', 'X-Authenticated-UserId']

function endpointOf({ path, rawPath, snapshot }: Exchange): 'token' | 'authorization' | undefined {
  const [, name] = /\/oauth2\/(token|authorize)\/?$/.exec(snapshot.version.major < 3 ? rawPath : path) ?? []
  if (name === undefined) return undefined
  return name === 'token' ? 'token' : 'authorization'
}

async function find(exchange: Exchange, config: Config, refuse: Refuse, now: number): Promise<Finding> {
  const text = await findToken(exchange, config)
  if (text === undefined || text === '')
    return refuse(401, 'invalid_request', 'The access token is missing', false)
  const invalid = refuse(401, 'invalid_token', 'The access token is invalid or has expired')
  const token = tokenOf(exchange, text)
  if (token === undefined) return invalid
  const serviceId = exchange.service?.id
  if (token.service === null && !config.global_credentials) {
    exchange.exit(ofAllServices(invalid, exchange.snapshot.version))
    return invalid
  }
  if (token.service !== null && token.service.id !== serviceId) return invalid
  if (token.expires_in > 0 && now / 1000 - token.created_at > token.expires_in) return invalid
  const credentials = exchange.snapshot.sets.get('oauth2_credentials')
  const credential = credentials?.get(token.credential.id) as Oauth2Credential | undefined // of that set
  const identity = credential && identityOf(exchange, credential, credential.client_id ?? '')
  if (identity === undefined) return invalid
  const { scope, authenticated_userid: user } = token
  if (scope !== null) exchange.headers = withHeader(exchange.headers, 'X-Authenticated-Scope', scope)
  if (user !== null) exchange.headers = withHeader(exchange.headers, 'X-Authenticated-UserId', user)
  return { identity }
}

/** Reported even with an anonymous consumer; 2.8 reports it in the body only. */
function ofAllServices(invalid: Finding, { major }: Version): Answer {
  const headers = 'refusal' in invalid && major >= 3 ? (invalid.refusal.headers ?? []) : []
  return jsonAnswer(
    401,
    {
      error: 'invalid_token',
      error_description:
        "The access token is global, but the current plugin is configured without 'global_credentials'",
    },
    headers.filter(([name]) => name === 'WWW-Authenticate'),
  )
}

/** In the header, else among the arguments; it is taken out where it was found. */
async function findToken(exchange: Exchange, config: Config): Promise<string | undefined> {
  const name = config.auth_header_name ?? ''
  const [header] = headerValues(exchange.headers, name)
  const [kind = '', inHeader, ...more] = header?.split(/\s+/).filter(part => part !== '') ?? []
  if (inHeader !== undefined && more.length === 0 && /^(?:token|bearer)$/i.test(kind)) {
    if (config.hide_credentials) exchange.headers = withoutHeader(exchange.headers, name)
    return inHeader
  }
  const text = header ?? textIn(await readParameters(exchange), 'access_token')
  if (text !== undefined && config.hide_credentials) hideArgument(exchange)
  return text
}

function hideArgument(exchange: Exchange): void {
  const table = parseArguments(exchange.query ?? '')
  table.delete('access_token')
  exchange.query = table.size === 0 ? undefined : formatArguments(table)
  const isForm = headerValues(exchange.headers, 'content-type')[0]?.includes(
    'application/x-www-form-urlencoded',
  )
  if (exchange.method !== 'GET' && isForm) withoutBodyArgument(exchange, 'access_token')
}
