/** Parts of a configuration that models, agents and MCP servers share. */
import type { Values } from '../../entities/language/values.ts'
import type { Logging, OutboundProxy, RouteSettings } from './document.ts'

/** @returns the fields that have a value */
export const given = (record: Values): Values =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))

const orNothing = (record: Values): Values | undefined =>
  Object.keys(record).length === 0 ? undefined : record

/** The outbound proxy, in the flat form of the AI plugins. */
export function proxyOf(proxy: OutboundProxy | undefined): Values | undefined {
  if (proxy === undefined) return undefined
  const { http_proxy, https_proxy, proxy_scheme, auth, no_proxy } = proxy
  return orNothing(
    given({
      http_proxy_host: http_proxy?.host,
      http_proxy_port: http_proxy?.port,
      https_proxy_host: https_proxy?.host,
      https_proxy_port: https_proxy?.port,
      proxy_scheme,
      auth_username: auth?.username,
      auth_password: auth?.password,
      no_proxy,
    }),
  )
}

/** Statistics are logged, payloads are not, unless the document says otherwise. */
export function loggingOf(logging: Logging | undefined, more: Values = {}): Values {
  const { statistics = true, payloads = false } = logging ?? {}
  return { log_statistics: statistics, log_payloads: payloads, ...given(more) }
}

/** A route of Kong: the same fields, without empty lists and mappings. */
export function routeOf(settings: RouteSettings | undefined, name: string): Values {
  const { name: own, ...rest } = settings ?? {}
  return { ...withoutEmpty(rest), name: own ?? name }
}

export const withoutEmpty = (record: Values): Values =>
  Object.fromEntries(
    Object.entries(given(record)).filter(
      ([, value]) => typeof value !== 'object' || value === null || Object.keys(value).length > 0,
    ),
  )
