/** Parts of a configuration that models, agents and MCP servers share. */
import type { Values } from '../../entities/language/values.ts'
import type { Logging, OutboundProxy, RouteSettings, Upstream } from './document.ts'
import { type Notes, quoted } from './notes.ts'

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

/** How Kong signs requests to the upstream. @param of for warnings: `agent "a"` */
export function upstreamAuth(upstream: Upstream | undefined, of: string, notes: Notes): Values | undefined {
  const auth = upstream?.auth
  if (auth === undefined) return undefined
  if (auth.type !== 'aws') {
    notes.push(`${of}: unsupported upstream auth type ${quoted(auth.type)}; only "aws" is supported`)
    return undefined
  }
  const aws_iam = orNothing(
    given({
      aws_access_key_id: auth.access_key_id,
      aws_secret_access_key: auth.secret_access_key,
      aws_session_token: auth.session_token,
      aws_region: auth.region,
      assume_role_arn: auth.assume_role_arn,
      role_session_name: auth.role_session_name,
      sts_endpoint_url: auth.sts_endpoint_url,
    }),
  )
  return { provider: 'aws_iam', ...(aws_iam && { aws_iam }) }
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
