/** The cookie of a session: how it is written, and how long it is good for. */
import type { SessionData } from './sealed.ts'

/** Fields of 2.8 and of 3.x; those of the other version are absent. */
export interface Config {
  readonly secret: string
  readonly storage: string
  readonly cookie_name: string
  readonly cookie_path: string
  readonly cookie_domain: string | null
  readonly cookie_secure: boolean
  readonly cookie_same_site?: string | null
  readonly cookie_samesite?: string | null
  readonly cookie_http_only?: boolean | null
  readonly cookie_httponly?: boolean | null
  readonly rolling_timeout?: number | null
  readonly idling_timeout?: number | null
  readonly absolute_timeout?: number | null
  readonly cookie_lifetime?: number | null
  readonly cookie_idletime?: number | null
  readonly cookie_renew?: number | null
  readonly remember?: boolean | null
  readonly logout_methods: readonly string[] | null
  readonly logout_query_arg: string | null
  readonly logout_post_arg: string | null
  readonly read_body_for_logout?: boolean | null
}

/** @param value undefined: the cookie is taken back */
export function cookieText(config: Config, value: string | undefined): string {
  const site = config.cookie_same_site ?? config.cookie_samesite
  const parts = [
    `${config.cookie_name}=${value ?? ''}`,
    ...(value === undefined ? ['Expires=Thu, 01 Jan 1970 00:00:01 GMT', 'Max-Age=0'] : []),
    `Path=${config.cookie_path}`,
    ...(config.cookie_domain === null ? [] : [`Domain=${config.cookie_domain}`]),
    ...(site && site !== 'off' && site !== 'Default' ? [`SameSite=${site}`] : []),
    ...(config.cookie_secure ? ['Secure'] : []),
    ...((config.cookie_http_only ?? config.cookie_httponly) ? ['HttpOnly'] : []),
  ]
  return parts.join('; ')
}

/** Seconds; 0: without an end. */
export interface Times {
  readonly rolling: number
  readonly idling: number
  readonly absolute: number
  /** A cookie this close to its end is made anew. */
  readonly renew: number
}

export function timesOf(config: Config): Times {
  const rolling = config.rolling_timeout ?? config.cookie_lifetime ?? 3600
  return {
    rolling,
    idling: config.idling_timeout ?? config.cookie_idletime ?? 0,
    absolute: config.absolute_timeout ?? 0,
    renew: config.cookie_renew ?? rolling / 4,
  }
}

export const isOver = ({ begun, issued, used }: SessionData, times: Times, at: number): boolean =>
  isPast(issued, times.rolling, at) || isPast(used, times.idling, at) || isPast(begun, times.absolute, at)

const isPast = (since: number, seconds: number, at: number): boolean => seconds > 0 && at - since >= seconds

/** How long the time of last use may be behind, so that not each answer brings a cookie. */
const inexact = 60

export const isWorn = ({ issued, used }: SessionData, times: Times, at: number): boolean =>
  (times.rolling > 0 && issued + times.rolling - at < times.renew) ||
  (times.idling > 0 && at - used >= Math.min(inexact, times.idling / 2))
