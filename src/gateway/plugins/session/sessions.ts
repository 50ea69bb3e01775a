/** The sessions of one configured plugin: read from cookies, saved to cookies, renewed and ended. */
import { randomBytes } from 'node:crypto'
import { cookieOf } from '../../exchange/cookies.ts'
import type { Exchange, Header } from '../../exchange/exchange.ts'
import { type Config, cookiesOf, isOver, isWorn, rememberedTimes, type Times, timesOf } from './cookie.ts'
import type { Keeper } from './keepers.ts'
import type { SessionData } from './sealed.ts'

/** What a session says of its client. */
type Identity = Pick<SessionData, 'consumerId' | 'credentialId' | 'groups' | 'subject'>

export interface Opened {
  readonly data: SessionData
  /** To be sent. */
  readonly cookies: readonly string[]
}

export interface Sessions {
  readonly times: Times
  /** Seconds since 1970. */
  readonly seconds: () => number
  /**
   * The session of the cookie. A session of the cookie that outlives the browser is continued by a new one, and
   * both cookies are made again.
   */
  open(exchange: Exchange): Opened | undefined
  /** A session that is used longer gets a new id from time to time, and its time of last use is kept. */
  renew(exchange: Exchange, data: SessionData, at: number): Opened
  /** @param before the session that this one replaces */
  begin(exchange: Exchange, identity: Identity, before: SessionData | undefined, at: number): Opened
  /** @returns the headers that remove its cookies */
  end(exchange: Exchange, data: SessionData): Header[]
}

const newId = (): string => randomBytes(32).toString('base64url')

export function createSessions(config: Config, keeper: Keeper, major: number, now: () => number): Sessions {
  const cookies = cookiesOf(config, major)
  const times = timesOf(config)
  const longTimes = rememberedTimes(config)
  const { cookie_name: name } = config
  /** The name of the cookie that outlives the browser. */
  const longName = config.remember === true ? (config.remember_cookie_name ?? 'remember') : undefined
  const audience = config.audience ?? undefined
  const seconds = () => Math.floor(now() / 1000)

  const shortCookie = (exchange: Exchange, data: SessionData, before?: SessionData) =>
    cookies.made(name, keeper.save(exchange, data, times.rolling, before))
  /** None where the configuration has no such cookie. */
  const longCookie = (exchange: Exchange, data: SessionData, before?: SessionData): string[] => {
    if (longName === undefined) return []
    const text = keeper.save(exchange, data, longTimes.rolling, before)
    return [cookies.lasting(longName, text, seconds(), longTimes.rolling)]
  }
  const read = (exchange: Exchange, cookie: string | undefined, limits: Times): SessionData | undefined => {
    const text = cookie === undefined ? undefined : cookieOf(exchange.headers, cookie)
    const data = text === undefined ? undefined : keeper.read(exchange, text)
    const isValid =
      data !== undefined && data.audience === audience && !isOver(data, limits, seconds(), major)
    return isValid ? data : undefined
  }

  return {
    times,
    seconds,
    open: exchange => {
      const data = read(exchange, name, times)
      if (data !== undefined) return { data, cookies: [] }
      const lasting = read(exchange, longName, longTimes)
      if (lasting === undefined) return undefined
      const at = seconds()
      const fresh = { ...lasting, id: newId(), begun: at, issued: at, used: at }
      const again = { ...lasting, id: newId(), issued: at, used: at }
      return {
        data: fresh,
        cookies: [...longCookie(exchange, again, lasting), shortCookie(exchange, fresh)],
      }
    },
    renew: (exchange, data, at) => {
      if (isWorn(data, { ...times, idling: 0 }, at)) {
        const next = { ...data, id: newId(), issued: at, used: at }
        return { data: next, cookies: [shortCookie(exchange, next, data)] }
      }
      if (!isWorn(data, times, at)) return { data, cookies: [] }
      const used = { ...data, used: at }
      return { data: used, cookies: [cookies.made(name, keeper.touch(used))] }
    },
    begin: (exchange, identity, before, at) => {
      const data = { ...identity, audience, id: newId(), begun: at, issued: at, used: at }
      const short = shortCookie(exchange, data, before)
      return { data, cookies: [short, ...longCookie(exchange, { ...data, id: newId() })] }
    },
    end: (exchange, data) => {
      keeper.forget(exchange, data)
      const lasting = read(exchange, longName, longTimes)
      if (lasting !== undefined) keeper.forget(exchange, lasting)
      const names = lasting === undefined || longName === undefined ? [name] : [name, longName]
      return names.map(ended => ['Set-Cookie', cookies.undone(ended)])
    },
  }
}
