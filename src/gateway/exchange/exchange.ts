/** One request through the proxy, from its first byte to its last: what the phases read and change. */
import type { Socket } from 'node:net'
import type { Consumer } from '../../entities/kinds/consumer.ts'
import type { Route } from '../../entities/kinds/route.ts'
import type { Service } from '../../entities/kinds/service.ts'
import type { ClientRequest } from './client.ts'
import type { ConfigurationView } from './configuration-view.ts'

export type Header = readonly [name: string, value: string]

/** An answer of the gateway's own: a message for people, or a ready body. */
export interface Answer {
  readonly status: number
  /** Put into JSON, HTML, XML or plain text, as the client accepts. */
  readonly message?: string
  readonly body?: Buffer
  readonly headers: readonly Header[]
  /** nginx's own errors (502, 504, 400) look a little different from Kong's. */
  readonly from: 'kong' | 'nginx' | 'plugin'
  /** Counted as proxied although nothing was sent: a cache hit. */
  readonly proxied?: boolean
}

/** The upstream's response: status and headers, unchanged. */
export interface UpstreamResponse {
  readonly status: number
  readonly headers: readonly Header[]
}

/** Status and headers for the client, before they are sent: plugins may change them. */
export interface ResponseHead {
  status: number
  headers: Header[]
}

/** The credential, of any kind, with which a consumer was authenticated. */
export interface Credential {
  readonly id: string
}

/** One try to send a request on. */
export interface UpstreamAttempt {
  readonly ip: string
  readonly port: number
  /** The target whose address it is, where there is one. */
  readonly target?: { readonly id: string; readonly key: string }
  /** Milliseconds since 1970. */
  readonly at: number
  /** On the clock with fractions of milliseconds. */
  readonly begun: number
  /** Milliseconds until the head of its answer, with their parts. */
  took?: number
  /** How it failed; undefined where it was answered. */
  failed?: string
}

/** Captures of a route's regexes, for plugins that insert them elsewhere. */
export interface Captures {
  /** The whole match of the last regex, if it has groups. */
  readonly whole?: string
  /** By their number, from 1. */
  readonly unnamed: readonly (string | undefined)[]
  readonly named: Readonly<Record<string, string>>
}

export interface Exchange {
  /** The configuration that the request sees from its first byte to its last. */
  readonly snapshot: ConfigurationView
  readonly request: ClientRequest
  /**
   * The client's connection. Node sets `request.socket` to null when it destroys a request whose body is
   * not read to its end.
   */
  readonly connection: Socket
  readonly scheme: 'http' | 'https'
  /** The proxy's port that the client used. */
  readonly port: number
  readonly method: string
  /** The client's Host header, perhaps with a port; empty where it sends none. */
  readonly host: string
  /**
   * The requested host, of an absolute URL or else of the header, without a port; `kong` if there is none.
   */
  readonly forwardedHost: string
  /** The path as sent, without the query. */
  readonly rawPath: string
  /** Normalised: dots resolved, what need not be encoded decoded, slashes merged. */
  readonly path: string
  /** Without `?`; undefined where the request has none. Plugins may change it. */
  query: string | undefined
  /** Client's headers that go on to the upstream; plugins add and remove. */
  headers: Header[]
  readonly clientIp: string
  /** Whether the client requested a trace. */
  readonly isTraced: boolean
  readonly requestId: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  route: Route | undefined
  service: Service | undefined
  /** The part of the path that the route matched. */
  matchedPath: string
  /** The captures of the route's regexes; computed by each call. */
  captures: () => Captures
  /** The matched part if it is stripped, for X-Forwarded-Prefix. */
  matchedPrefix: string | undefined
  consumer: Consumer | undefined
  credential: Credential | undefined
  /** Groups that an auth plugin found without a consumer. */
  authenticatedGroups: readonly string[] | undefined
  /** The method of the upstream request; undefined: the client's. */
  upstreamMethod: string | undefined
  /**
   * The path of the upstream request, in the place of the one from route and service; escaped, without the
   * query.
   */
  upstreamPath: string | undefined
  /** The Host header for the upstream, instead of the service's or the client's. */
  upstreamHost: string | undefined
  /** The request's body where a plugin or a retry needs it whole; undefined: it streams. */
  body: Buffer | undefined
  /** A plugin made that body. */
  isBodyReplaced: boolean
  /** Added to whatever is answered. */
  addedHeaders: Header[]
  /** Set once by `exit`. */
  answer: Answer | undefined
  upstream: UpstreamResponse | undefined
  readonly attempts: UpstreamAttempt[]
  /** Fields that plugins add to the log entry of the exchange. */
  logFields: Readonly<Record<string, unknown>> | undefined
  /** The log entry, after it was created. */
  logEntry: string | undefined
  /** Status and headers of the response to the client. */
  sent: ResponseHead | undefined
  /** Bytes written to the client's connection before this exchange; set only if a plugin logs. */
  writtenBefore: number
  /** Receives the whole response body when it was sent, e.g. to cache it. */
  onBody: ((body: Buffer) => void) | undefined
  /** Makes another body of the whole one, before it is sent: such responses do not stream. */
  rewriteBody: ((body: Buffer) => Buffer) | undefined
  /** Time of the upstream request, in milliseconds since 1970. */
  upstreamAskedAt: number | undefined
  /** When its head came. */
  upstreamAnsweredAt: number | undefined
  exit(
    answer: Omit<Answer, 'headers' | 'from'> & {
      readonly headers?: readonly Header[]
      readonly from?: Answer['from']
    },
  ): void
}

/** Whether a name is the one in lower case. */
const isNamed = (name: string, lower: string): boolean =>
  name.length === lower.length && (name === lower || name.toLowerCase() === lower)

export const headerOf = (headers: readonly Header[], name: string): string | undefined => {
  const lower = name.toLowerCase()
  return headers.find(([one]) => isNamed(one, lower))?.[1]
}

export const headersOf = (headers: readonly Header[], name: string): string[] => {
  const lower = name.toLowerCase()
  return headers.filter(([one]) => isNamed(one, lower)).map(([, value]) => value)
}

export const withoutHeader = (headers: readonly Header[], name: string): Header[] => {
  const lower = name.toLowerCase()
  return headers.filter(([one]) => !isNamed(one, lower))
}

/**
 * Sets one header and removes repetitions. It keeps the place and, as in nginx, the spelling of the first
 * one.
 */
export function withHeader(headers: readonly Header[], name: string, value: string): Header[] {
  const lower = name.toLowerCase()
  const at = headers.findIndex(([one]) => isNamed(one, lower))
  if (at === -1) return [...headers, [name, value]]
  const others = headers.filter(([one], index) => index <= at || !isNamed(one, lower))
  return others.with(at, [others[at]?.[0] ?? name, value])
}

/** Node's flat list of names and values, as pairs. */
export function headerPairs(raw: readonly string[]): Header[] {
  const pairs: Header[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([raw[at] ?? '', raw[at + 1] ?? ''])
  return pairs
}
