/** One request through the proxy, from its first byte to its last: what the phases read and change. */
import type { IncomingMessage } from 'node:http'
import type { Consumer } from '../../entities/kinds/consumer.ts'
import type { KeyauthCredential } from '../../entities/kinds/keyauth-credential.ts'
import type { Route } from '../../entities/kinds/route.ts'
import type { Service } from '../../entities/kinds/service.ts'
import type { ActivePlugin, Handler } from '../plugins/define.ts'
import type { Snapshot } from './snapshot.ts'

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

/** What came from the upstream: status and headers, before they are sent on. */
export interface UpstreamResponse {
  status: number
  headers: Header[]
}

export interface Exchange {
  readonly snapshot: Snapshot
  readonly request: IncomingMessage
  readonly method: string
  /** What the client asked for, perhaps with a port: of an absolute URL, else its Host header; `kong` where it names none. */
  readonly host: string
  /** As sent, without the query. */
  readonly rawPath: string
  /** Normalised: dots resolved, what need not be encoded decoded, slashes merged. */
  readonly path: string
  /** Without `?`; undefined where the request has none. Plugins may change it. */
  query: string | undefined
  /** Client's headers that go on to the upstream; plugins add and remove. */
  headers: Header[]
  readonly clientIp: string
  readonly requestId: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  route: Route | undefined
  service: Service | undefined
  /** What of the path the route matched. */
  matchedPath: string
  /** The same where it is stripped, for X-Forwarded-Prefix. */
  matchedPrefix: string | undefined
  consumer: Consumer | undefined
  credential: KeyauthCredential | undefined
  /** The request's body where a plugin or a retry needs it whole; undefined: it streams. */
  body: Buffer | undefined
  /** Added to whatever is answered. */
  readonly addedHeaders: Header[]
  /** Set once by `exit`. */
  answer: Answer | undefined
  upstream: UpstreamResponse | undefined
  /** Plugins that ran, in order; their later phases run too. */
  readonly ran: (readonly [Handler, ActivePlugin])[]
  /** Receives the whole response body when it was sent, e.g. to cache it. */
  onBody: ((body: Buffer) => void) | undefined
  /** When the upstream was asked, milliseconds since 1970. */
  upstreamAskedAt: number | undefined
  exit(
    answer: Omit<Answer, 'headers' | 'from'> & {
      readonly headers?: readonly Header[]
      readonly from?: Answer['from']
    },
  ): void
}

export const headerOf = (headers: readonly Header[], name: string): string | undefined => {
  const lower = name.toLowerCase()
  return headers.find(([one]) => one.toLowerCase() === lower)?.[1]
}

export const headersOf = (headers: readonly Header[], name: string): string[] => {
  const lower = name.toLowerCase()
  return headers.filter(([one]) => one.toLowerCase() === lower).map(([, value]) => value)
}

export const withoutHeader = (headers: readonly Header[], name: string): Header[] => {
  const lower = name.toLowerCase()
  return headers.filter(([one]) => one.toLowerCase() !== lower)
}

/** Node's flat list of names and values, as pairs. */
export function headerPairs(raw: readonly string[]): Header[] {
  const pairs: Header[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([raw[at] ?? '', raw[at + 1] ?? ''])
  return pairs
}
