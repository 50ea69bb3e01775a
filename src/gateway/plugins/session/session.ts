/**
 * session: who was authenticated once is known by a cookie then, and other auth plugins with `anonymous` ask no more (behaviour: Kong 2.8.5,
 * 3.9.1). The session is in the cookie, whatever `storage` says; `remember` and headers that tell of sessions are not done.
 */
import { readBody } from '../../proxy/bodies.ts'
import { type Exchange, type Header, withHeader, withoutHeader } from '../../proxy/exchange.ts'
import { beKnown, identityOf } from '../authentication.ts'
import { cookieOf } from '../cookies.ts'
import { configOf, type Handler, type Surroundings, type Work } from '../define.ts'
import { parseArguments } from '../lua-args.ts'
import { bodyArgument } from '../request-body.ts'
import { type Config, cookieText, isOver, isWorn, timesOf } from './cookie.ts'
import { createSeal, type SessionData } from './sealed.ts'

export function session(surroundings: Surroundings): Handler {
  const { version, now, log } = surroundings
  let said = false
  return {
    name: 'session',
    configure: plugin => {
      const config = configOf<Config>(plugin)
      if (!said && (config.remember === true || config.storage === 'kong')) {
        said = true
        log(
          'plugin session: sessions are kept in their cookies alone here, and none is remembered beyond them',
        )
      }
      return workOf(config, version.major, now)
    },
  }
}

function workOf(config: Config, major: number, now: () => number): Work {
  const seal = createSeal(config.secret)
  const times = timesOf(config)
  /** Sessions that were opened, and cookies that are to be sent. */
  const opened = new WeakMap<Exchange, SessionData>()
  const seconds = () => Math.floor(now() / 1000)
  const cookie = (data: SessionData | undefined): Header => [
    'Set-Cookie',
    cookieText(config, data && seal.close(data)),
  ]
  const leave = (exchange: Exchange) => {
    const answer = { status: 200, body: Buffer.alloc(0), from: 'plugin' as const }
    exchange.exit({ ...answer, headers: [cookie(undefined)] })
  }
  const enter = (exchange: Exchange, data: SessionData) => {
    const { consumerId, credentialId, groups } = data
    const credential = { id: credentialId, consumer: { id: consumerId } }
    const identity = identityOf(exchange, credential, credentialId)
    if (identity === undefined) {
      exchange.addedHeaders = [...exchange.addedHeaders, cookie(undefined)]
      return
    }
    beKnown(exchange, identity, major)
    exchange.authenticatedGroups = groups
    exchange.headers =
      groups === undefined
        ? withoutHeader(exchange.headers, 'X-Authenticated-Groups')
        : withHeader(exchange.headers, 'X-Authenticated-Groups', groups.join(', '))
    const at = seconds()
    const renewed = isWorn(data, times, at) ? { ...data, issued: at, used: at } : data
    if (renewed !== data) exchange.addedHeaders = [...exchange.addedHeaders, cookie(renewed)]
    opened.set(exchange, renewed)
  }
  return {
    access: exchange => {
      const text = cookieOf(exchange.headers, config.cookie_name)
      const data = text === undefined ? undefined : seal.open(text)
      if (data === undefined || isOver(data, times, seconds())) return undefined
      if (!mayLeave(exchange, config)) return enter(exchange, data)
      if (asksInQuery(exchange, config)) return leave(exchange)
      if (!readsBody(config, major)) return enter(exchange, data)
      return readBody(exchange).then(() =>
        asksInBody(exchange, config) ? leave(exchange) : enter(exchange, data),
      )
    },
    response: (exchange, head) => {
      const { consumer, credential, authenticatedGroups: groups } = exchange
      if (consumer === undefined || credential === undefined) return
      const known = opened.get(exchange)
      if (known?.consumerId === consumer.id && known.credentialId === credential.id) return
      const at = seconds()
      const data = { consumerId: consumer.id, credentialId: credential.id, groups }
      head.headers = [...head.headers, cookie({ ...data, begun: at, issued: at, used: at })]
    },
  }
}

const mayLeave = ({ method }: Exchange, { logout_methods }: Config): boolean =>
  (logout_methods ?? []).includes(method)

const asksInQuery = ({ query }: Exchange, { logout_query_arg }: Config): boolean =>
  logout_query_arg !== null && parseArguments(query ?? '').has(logout_query_arg)

/** 3.x reads bodies only where it is told to. */
const readsBody = ({ read_body_for_logout, logout_post_arg }: Config, major: number): boolean =>
  logout_post_arg !== null && (major < 3 || read_body_for_logout === true)

const asksInBody = (exchange: Exchange, { logout_post_arg }: Config): boolean =>
  logout_post_arg !== null && bodyArgument(exchange, logout_post_arg) !== undefined
