/**
 * The cookies of a session: how they are written (source: lua-resty-session 3.10 and 4.0.5, which Kong 2.8.5
 * and 3.9.1 use), and how long they are good for.
 */
import type { ConfigOf } from '../../../entities/language/entity-of.ts'
import type { session } from '../../../entities/plugins/session.ts'
import type { Header } from '../../exchange/exchange.ts'
import type { SessionData } from './sealed.ts'

/**
 * Fields of 2.8 and of 3.x; those of the other version are absent. A cookie needs a secret, a name and a
 * path.
 */
export type Config = Omit<ConfigOf<typeof session>, Needed> & Readonly<Record<Needed, string>>

type Needed = 'secret' | 'cookie_name' | 'cookie_path'

export interface Cookies {
  /** Good until the browser ends. */
  made(name: string, value: string): string
  /** @param seconds that it outlives the browser; 0: as long as cookies may */
  lasting(name: string, value: string, at: number, seconds: number): string
  /** Takes it back. */
  undone(name: string): string
}

const longest = 34_560_000

const gone = ['Expires=Thu, 01 Jan 1970 00:00:01 GMT', 'Max-Age=0']

export function cookiesOf(config: Config, major: number): Cookies {
  const site = config.cookie_same_site ?? config.cookie_samesite
  const isNew = major >= 3
  const { cookie_domain: domain } = config
  const flags = [
    ...(domain && domain !== 'localhost' ? [`Domain=${domain}`] : []),
    `Path=${config.cookie_path}`,
    // 2.8 writes no attribute for `off`.
    ...(site && site !== 'off' ? [`SameSite=${site}`] : []),
    ...(config.cookie_secure || (isNew && site === 'None') ? ['Secure'] : []),
    ...((config.cookie_http_only ?? config.cookie_httponly) ? ['HttpOnly'] : []),
  ]
  const written = (name: string, value: string, life: readonly string[]) =>
    [`${name}=${value}`, ...(isNew ? [...flags, ...life] : [...life, ...flags])].join('; ')
  return {
    made: (name, value) => written(name, value, []),
    lasting: (name, value, at, seconds) => {
      const age = seconds === 0 || seconds > longest ? longest : seconds
      return written(name, value, [`Expires=${new Date((at + age) * 1000).toUTCString()}`, `Max-Age=${age}`])
    },
    undone: name => written(name, '', gone),
  }
}

/** Adds this cookie, or replaces one of the same name. */
export function withCookie(headers: readonly Header[], text: string): Header[] {
  const name = text.slice(0, text.indexOf('=') + 1)
  const isOther = ([one, value]: Header) => one.toLowerCase() !== 'set-cookie' || !value.startsWith(name)
  return [...headers.filter(isOther), ['Set-Cookie', text]]
}

/** Seconds; 0: without an end. */
export interface Times {
  readonly rolling: number
  readonly idling: number
  readonly absolute: number
  /** Seconds before its end in which a cookie is renewed. */
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

/** The times of the remember cookie. */
export const rememberedTimes = (config: Config): Times => ({
  rolling: config.remember_rolling_timeout ?? 604_800,
  idling: 0,
  absolute: config.remember_absolute_timeout ?? 2_592_000,
  renew: 0,
})

/** 3.x takes them for the last second too. */
export function isOver(
  { begun, issued, used }: SessionData,
  times: Times,
  at: number,
  major: number,
): boolean {
  const isPast = (since: number, seconds: number) =>
    seconds > 0 && (major < 3 ? at - since >= seconds : at - since > seconds)
  return isPast(issued, times.rolling) || isPast(used, times.idling) || isPast(begun, times.absolute)
}

/** How long the time of last use may be behind, so that not each answer brings a cookie. */
const inexact = 60

export const isWorn = ({ issued, used }: SessionData, times: Times, at: number): boolean =>
  (times.rolling > 0 && issued + times.rolling - at < times.renew) ||
  (times.idling > 0 && at - used > inexact)
