/**
 * session: recognises an authenticated client by a cookie, so that other authentication plugins with
 * `anonymous` do not run again (behaviour: Kong 2.8.5, 3.9.1). The session is stored in the cookie, or in
 * `sessions` of the Admin API if `storage` says so.
 */

import { session as schema } from '../../entities/plugins/session.ts'
import { readBody } from '../exchange/bodies.ts'
import { type Exchange, withHeader, withoutHeader } from '../exchange/exchange.ts'
import { configOf, type Handler, type Surroundings, type Work } from '../exchange/handler.ts'
import { beKnown, identityOf } from './kit/authentication.ts'
import { parseArguments } from './kit/lua-args.ts'
import { bodyArgument } from './kit/request-body.ts'
import { type Config, withCookie } from './session/cookie.ts'
import { inCookies, inRecords } from './session/keepers.ts'
import type { SessionData } from './session/sealed.ts'
import { sessionHeaders } from './session/session-headers.ts'
import { createSessions, type Sessions } from './session/sessions.ts'

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
      return workOf(config, createSessions(config, keeper, version.major, now), version.major)
    },
  }
}

function workOf(config: Config, sessions: Sessions, major: number): Work {
  const { times, seconds } = sessions
  /** Sessions that requests continue. */
  const continued = new WeakMap<Exchange, SessionData>()

  const leave = (exchange: Exchange, data: SessionData): void => {
    exchange.addedHeaders = withoutHeader(exchange.addedHeaders, 'set-cookie')
    const headers = sessions.end(exchange, data)
    exchange.exit({ status: 200, body: Buffer.alloc(0), from: 'plugin', headers })
  }
  const enter = (exchange: Exchange, data: SessionData): void => {
    const { consumerId, credentialId, groups } = data
    const credential = { id: credentialId, consumer: { id: consumerId } }
    const identity = identityOf(exchange, credential, credentialId)
    if (identity === undefined) {
      for (const [, text] of sessions.end(exchange, data)) sendCookie(exchange, text)
      return
    }
    beKnown(exchange, identity, major)
    exchange.authenticatedGroups = groups
    exchange.headers =
      groups === undefined
        ? withoutHeader(exchange.headers, 'X-Authenticated-Groups')
        : withHeader(exchange.headers, 'X-Authenticated-Groups', groups.join(', '))
    const at = seconds()
    const { data: current, cookies } = sessions.renew(exchange, data, at)
    for (const text of cookies) sendCookie(exchange, text)
    for (const [name, value] of sessionHeaders(current, config.request_headers, times, at))
      exchange.headers = withHeader(exchange.headers, name, value)
    for (const [name, value] of sessionHeaders(current, config.response_headers, times, at))
      exchange.addedHeaders = withHeader(exchange.addedHeaders, name, value)
    continued.set(exchange, current)
  }
  return {
    access: exchange => {
      const opened = sessions.open(exchange)
      if (opened === undefined) return undefined
      const { data, cookies } = opened
      for (const text of cookies) sendCookie(exchange, text)
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
      const known = continued.get(exchange)
      if (known?.consumerId === consumer.id && known.credentialId === credential.id) return
      const at = seconds()
      const subject = consumer.username ?? consumer.custom_id ?? consumer.id
      const identity = { consumerId: consumer.id, credentialId: credential.id, groups, subject }
      const { data, cookies } = sessions.begin(exchange, identity, known, at)
      head.headers = cookies.reduce(withCookie, head.headers)
      for (const [name, value] of sessionHeaders(data, config.response_headers, times, at))
        head.headers = withHeader(head.headers, name, value)
    },
  }
}

function sendCookie(exchange: Exchange, text: string): void {
  exchange.addedHeaders = withCookie(exchange.addedHeaders, text)
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
