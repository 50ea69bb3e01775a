/**
 * session: recognises an authenticated client by a cookie, so that other authentication plugins with
 * `anonymous` do not run again (behaviour: Kong 2.8.5, 3.9.1). The session is stored in the cookie, or in
 * `sessions` of the Admin API if `storage` says so.
 */

import { randomBytes } from 'node:crypto'
import { session as schema } from '../../entities/plugins/session.ts'
import { readBody } from '../exchange/bodies.ts'
import { cookieOf } from '../exchange/cookies.ts'
import { type Exchange, type Header, withHeader, withoutHeader } from '../exchange/exchange.ts'
import { configOf, type Handler, type Surroundings, type Work } from '../exchange/handler.ts'
import { beKnown, identityOf } from './kit/authentication.ts'
import { parseArguments } from './kit/lua-args.ts'
import { bodyArgument } from './kit/request-body.ts'
import {
  type Config,
  cookiesOf,
  isOver,
  isWorn,
  rememberedTimes,
  timesOf,
  withCookie,
} from './session/cookie.ts'
import { inCookies, inRecords, type Keeper } from './session/keepers.ts'
import type { SessionData } from './session/sealed.ts'
import { sessionHeaders } from './session/session-headers.ts'

export function session(surroundings: Surroundings): Handler {
  const { version, now, records, log } = surroundings
  return {
    name: schema.name,
    configure: plugin => {
      const { secret: given, cookie_name, cookie_path, ...others } = configOf(plugin, schema)
      const usual = schema.config
      const config = {
        ...others,
        secret: given ?? usual.secret.default,
        cookie_name: cookie_name ?? usual.cookie_name.default,
        cookie_path: cookie_path ?? usual.cookie_path.default,
      }
      const { secret, storage, stale_ttl, cookie_discard } = config
      const keeper =
        storage === 'kong' && records !== undefined
          ? inRecords(secret, records, stale_ttl ?? cookie_discard ?? 10, log)
          : inCookies(secret)
      return workOf(config, keeper, version.major, now)
    },
  }
}

const newId = (): string => randomBytes(32).toString('base64url')

function workOf(config: Config, keeper: Keeper, major: number, now: () => number): Work {
  const cookies = cookiesOf(config, major)
  const times = timesOf(config)
  const longTimes = rememberedTimes(config)
  const remembered = config.remember === true ? (config.remember_cookie_name ?? 'remember') : undefined
  const audience = config.audience ?? undefined
  /** Sessions that were opened, and cookies that are to be sent. */
  const opened = new WeakMap<Exchange, SessionData>()
  const seconds = () => Math.floor(now() / 1000)
  const cookie = (text: string) => cookies.made(config.cookie_name, text)
  const newCookie = (exchange: Exchange, data: SessionData, before?: SessionData) =>
    cookie(keeper.save(exchange, data, times.rolling, before))
  const lastingCookie = (exchange: Exchange, name: string, data: SessionData, before?: SessionData) => {
    const text = keeper.save(exchange, data, longTimes.rolling, before)
    return cookies.lasting(name, text, seconds(), longTimes.rolling)
  }

  const read = (exchange: Exchange, name: string | undefined, good: typeof times) => {
    const text = name === undefined ? undefined : cookieOf(exchange.headers, name)
    const data = text === undefined ? undefined : keeper.read(exchange, text)
    const isOurs = data !== undefined && data.audience === audience && !isOver(data, good, seconds(), major)
    return isOurs ? data : undefined
  }
  /** Reads the session cookie, else the remember cookie; in the second case both are created again. */
  const open = (exchange: Exchange): SessionData | undefined => {
    const data = read(exchange, config.cookie_name, times)
    const older = data === undefined ? read(exchange, remembered, longTimes) : undefined
    if (older === undefined || remembered === undefined) return data
    const at = seconds()
    const fresh = { ...older, id: newId(), begun: at, issued: at, used: at }
    const again = { ...older, id: newId(), issued: at, used: at }
    send(exchange, lastingCookie(exchange, remembered, again, older))
    send(exchange, newCookie(exchange, fresh))
    return fresh
  }
  const send = (exchange: Exchange, text: string) => {
    exchange.addedHeaders = withCookie(exchange.addedHeaders, text)
  }
  const undo = (exchange: Exchange, data: SessionData): Header[] => {
    const texts = [cookies.undone(config.cookie_name)]
    keeper.forget(exchange, data)
    const older = read(exchange, remembered, longTimes)
    if (older !== undefined && remembered !== undefined) {
      keeper.forget(exchange, older)
      texts.push(cookies.undone(remembered))
    }
    return texts.map(text => ['Set-Cookie', text])
  }
  const leave = (exchange: Exchange, data: SessionData) => {
    const answer = { status: 200, body: Buffer.alloc(0), from: 'plugin' as const }
    exchange.addedHeaders = withoutHeader(exchange.addedHeaders, 'set-cookie')
    exchange.exit({ ...answer, headers: undo(exchange, data) })
  }
  const enter = (exchange: Exchange, data: SessionData) => {
    const { consumerId, credentialId, groups } = data
    const credential = { id: credentialId, consumer: { id: consumerId } }
    const identity = identityOf(exchange, credential, credentialId)
    if (identity === undefined) {
      for (const [, text] of undo(exchange, data)) send(exchange, text)
      return
    }
    beKnown(exchange, identity, major)
    exchange.authenticatedGroups = groups
    exchange.headers =
      groups === undefined
        ? withoutHeader(exchange.headers, 'X-Authenticated-Groups')
        : withHeader(exchange.headers, 'X-Authenticated-Groups', groups.join(', '))
    const at = seconds()
    const current = renewed(data, at)
    if (current.id !== data.id) send(exchange, newCookie(exchange, current, data))
    else if (current !== data) send(exchange, cookie(keeper.touch(current)))
    for (const [name, value] of sessionHeaders(current, config.request_headers, times, at))
      exchange.headers = withHeader(exchange.headers, name, value)
    for (const [name, value] of sessionHeaders(current, config.response_headers, times, at))
      exchange.addedHeaders = withHeader(exchange.addedHeaders, name, value)
    opened.set(exchange, current)
  }
  /** Who comes now and then has a longer time; who was idle for a while has only been here. */
  const renewed = (data: SessionData, at: number): SessionData => {
    if (isWorn(data, { ...times, idling: 0 }, at)) return { ...data, id: newId(), issued: at, used: at }
    return isWorn(data, times, at) ? { ...data, used: at } : data
  }
  return {
    access: exchange => {
      const data = open(exchange)
      if (data === undefined) return undefined
      if (!mayLeave(exchange, config)) return enter(exchange, data)
      if (asksInQuery(exchange, config)) return leave(exchange, data)
      if (!readsBody(config, major)) return enter(exchange, data)
      return readBody(exchange).then(() =>
        asksInBody(exchange, config) ? leave(exchange, data) : enter(exchange, data),
      )
    },
    response: (exchange, head) => {
      const { consumer, credential, authenticatedGroups: groups } = exchange
      if (consumer === undefined || credential === undefined) return
      const known = opened.get(exchange)
      if (known?.consumerId === consumer.id && known.credentialId === credential.id) return
      const at = seconds()
      const subject = consumer.username ?? consumer.custom_id ?? consumer.id
      const who = { consumerId: consumer.id, credentialId: credential.id, groups, subject, audience }
      const data = { ...who, id: newId(), begun: at, issued: at, used: at }
      head.headers = withCookie(head.headers, newCookie(exchange, data, known))
      if (remembered !== undefined) {
        const lasting = lastingCookie(exchange, remembered, { ...data, id: newId() })
        head.headers = withCookie(head.headers, lasting)
      }
      for (const [name, value] of sessionHeaders(data, config.response_headers, times, at))
        head.headers = withHeader(head.headers, name, value)
    },
  }
}

const mayLeave = ({ method }: Exchange, { logout_methods }: Config): boolean =>
  (logout_methods ?? []).some(name => name === method)

const asksInQuery = ({ query }: Exchange, { logout_query_arg }: Config): boolean =>
  logout_query_arg !== null && parseArguments(query ?? '').has(logout_query_arg)

/** 3.x reads bodies only if configured. */
const readsBody = ({ read_body_for_logout, logout_post_arg }: Config, major: number): boolean =>
  logout_post_arg !== null && (major < 3 || read_body_for_logout === true)

const asksInBody = (exchange: Exchange, { logout_post_arg }: Config): boolean =>
  logout_post_arg !== null && bodyArgument(exchange, logout_post_arg) !== undefined
