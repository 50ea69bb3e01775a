/**
 * The outbound proxies of openid-connect as those of ai-mcp-oauth2, which has one scheme and one pair of
 * credentials for both: what would need two is refused.
 */
import type { Values } from '../../entities/language/values.ts'
import { refuse } from './notes.ts'
import { given } from './settings.ts'

interface Endpoint {
  readonly scheme: string
  readonly host: string
  readonly port?: number
}

/** @param which of what, for messages; @throws DeckError */
export function proxyFields(oidc: Values, which: string): Values | undefined {
  const fail = (reason: string): never =>
    refuse(`${which} references an identity provider with unsupported proxy configuration: ${reason}`)
  const text = (name: string): string => {
    const value = oidc[name]
    return typeof value === 'string' ? value : ''
  }
  const [http, https] = (['http_proxy', 'https_proxy'] as const).map(name =>
    endpointOf(text(name), name, fail),
  )
  const [httpAuth, httpsAuth] = [text('http_proxy_authorization'), text('https_proxy_authorization')]
  if (httpAuth !== '' && http === undefined) fail('http_proxy_authorization requires http_proxy')
  if (httpsAuth !== '' && https === undefined) fail('https_proxy_authorization requires https_proxy')
  if (http !== undefined && https !== undefined) {
    if (http.scheme !== https.scheme) fail('http_proxy and https_proxy must use the same scheme')
    if (httpAuth !== httpsAuth) fail('http_proxy and https_proxy must use the same authorization')
  }
  const no_proxy = text('no_proxy')
  if (http === undefined && https === undefined && no_proxy === '') return undefined
  const authorization = httpAuth === '' ? httpsAuth : httpAuth
  return given({
    http_proxy_host: http?.host,
    http_proxy_port: http?.port,
    https_proxy_host: https?.host,
    https_proxy_port: https?.port,
    proxy_scheme: http?.scheme ?? https?.scheme,
    no_proxy: no_proxy === '' ? undefined : no_proxy,
    ...(authorization !== '' && credentialsOf(authorization, fail)),
  })
}

function endpointOf(url: string, field: string, fail: (reason: string) => never): Endpoint | undefined {
  if (url === '') return undefined
  const [, scheme = '', authority = '', rest = ''] =
    /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is.exec(url) ?? []
  const [, user, host = '', port] = /^(?:(.*)@)?(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority) ?? []
  if (authority === '' || (host === '' && port === undefined))
    return fail(`${field}: must be an absolute URL`)
  if (user !== undefined || !['', '/', '?', '#', '/?', '/#'].includes(rest))
    return fail(`${field}: must not include user info, a path, a query, or a fragment`)
  const plain = scheme.toLowerCase()
  if (plain !== 'http' && plain !== 'https') return fail(`${field}: scheme must be http or https`)
  const bare = host.replace(/^\[|\]$/g, '')
  if (port === undefined || port === '') return { scheme: plain, host: bare }
  const number = Number(port)
  if (number < 1 || number > 65_535) return fail(`${field}: has an invalid port`)
  return { scheme: plain, host: bare, port: number }
}

function credentialsOf(authorization: string, fail: (reason: string) => never): Values {
  const [scheme = '', encoded = '', ...more] = authorization.trim().split(/\s+/)
  if (scheme.toLowerCase() !== 'basic' || encoded === '' || more.length > 0)
    return fail('proxy authorization must use the Basic scheme')
  if (!isBase64(encoded)) return fail('proxy authorization has invalid Basic credentials')
  const [, username, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? []
  if (username === undefined)
    return fail('proxy authorization Basic credentials must contain a username and password')
  return { auth_username: username, auth_password: password }
}

/** With its padding, or without. */
const isBase64 = (text: string): boolean =>
  /^[A-Za-z0-9+/]+$/.test(text)
    ? text.length % 4 !== 1
    : /^[A-Za-z0-9+/]+={1,2}$/.test(text) && text.length % 4 === 0
