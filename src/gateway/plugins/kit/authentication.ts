/**
 * Common behaviour of authentication plugins (source: Kong 2.8.5 and 3.9.1): the upstream gets the consumer
 * in headers. With `anonymous`, one of several plugins must succeed; without it, each must.
 */
import type { Consumer } from '../../../entities/kinds/consumer.ts'
import type { ConfigOf } from '../../../entities/language/entity-of.ts'
import type { PluginDefinition } from '../../../entities/language/plugin-definition.ts'
import { readBody } from '../../exchange/bodies.ts'
import type { ConfigurationView, Index } from '../../exchange/configuration-view.ts'
import {
  type Answer,
  type Credential,
  type Exchange,
  type Header,
  withHeader,
} from '../../exchange/exchange.ts'
import { configOf, type Handler, type Surroundings, type Work } from '../../exchange/handler.ts'

/** The client of a request, and its credential. */
export interface Identity {
  readonly consumer: Consumer
  readonly credential: Credential
  /** For X-Credential-Identifier. */
  readonly identifier: string
  /** For X-Credential-Username, which 2.8 sends where there is one. */
  readonly username?: string
}

export type Refusal = Omit<Answer, 'from' | 'headers'> & { readonly headers?: readonly Header[] }

/** The result of an authentication plugin. */
export type Finding = { readonly identity: Identity } | { readonly refusal: Refusal }

/** Authenticates a request. */
export type Find = (exchange: Exchange) => Finding | Promise<Finding>

/** Configuration fields that authentication plugins share. */
interface AuthChoices {
  /** The id or username of the consumer for unauthenticated clients. */
  readonly anonymous: string | null
  /** OPTIONS requests pass without a credential. */
  readonly skipsPreflight: boolean
}

/** @param prepare makes ready, once for each configured plugin, what finds out who sent a request */
export const authHandler = <P extends PluginDefinition>(
  schema: P,
  { version }: Surroundings,
  prepare: (config: ConfigOf<P>) => Find,
): Handler => ({
  name: schema.name,
  configure: plugin => {
    const { anonymous, run_on_preflight } = plugin.config
    const choices = {
      anonymous: typeof anonymous === 'string' ? anonymous : null,
      skipsPreflight: run_on_preflight === false,
    }
    return workOf(choices, prepare(configOf(plugin, schema)), version.major)
  },
})

/** For plugins that look into bodies: it is read before. */
export const withBody =
  (find: Find): Find =>
  async exchange => {
    await readBody(exchange)
    return find(exchange)
  }

function workOf({ anonymous, skipsPreflight }: AuthChoices, find: Find, major: number): Work {
  const conclude = (exchange: Exchange, finding: Finding) => {
    if (exchange.answer !== undefined) return
    if ('identity' in finding) beKnown(exchange, finding.identity, major)
    else if (anonymous === null) exchange.exit({ from: 'plugin', ...finding.refusal })
    else beAnonymous(exchange, anonymous)
  }
  return {
    access: exchange => {
      if (skipsPreflight && exchange.method === 'OPTIONS') return
      if (anonymous !== null && exchange.credential !== undefined) return
      const finding = find(exchange)
      if (!(finding instanceof Promise)) return conclude(exchange, finding)
      return finding.then(found => conclude(exchange, found))
    },
  }
}

/** Headers to the upstream that only authentication plugins may set, in lower case. */
const consumerHeaders: ReadonlySet<string> = new Set([
  'x-consumer-id',
  'x-consumer-custom-id',
  'x-consumer-username',
  'x-credential-identifier',
  'x-credential-username',
  'x-anonymous-consumer',
])

/** The client's own headers of these names are overwritten in place, or removed. */
function telling(headers: readonly Header[], said: readonly Header[]): Header[] {
  const others = headers.filter(([name]) => !consumerHeaders.has(name.toLowerCase()))
  if (others.length === headers.length) return [...others, ...said]
  const kept = new Set(said.map(([name]) => name.toLowerCase()))
  const isLeft = (name: string) => !consumerHeaders.has(name) || kept.has(name)
  return said.reduce(
    (all, [name, value]) => withHeader(all, name, value),
    headers.filter(([name]) => isLeft(name.toLowerCase())),
  )
}

/** Sets the headers that identify the consumer to the upstream; values sent by the client are overwritten. */
export function beKnown(
  exchange: Exchange,
  { consumer, credential, identifier, username }: Identity,
  major: number,
): void {
  exchange.consumer = consumer
  exchange.credential = credential
  exchange.headers = telling(exchange.headers, [
    ...headersOfConsumer(consumer),
    ['X-Credential-Identifier', identifier],
    ...(username !== undefined && major < 3 ? [['X-Credential-Username', username] as const] : []),
  ])
}

function beAnonymous(exchange: Exchange, anonymous: string): void {
  const consumer = consumerNamed(exchange.snapshot, anonymous)
  if (consumer === undefined) {
    exchange.exit({ status: 500, message: 'An unexpected error occurred' })
    return
  }
  exchange.consumer = consumer
  exchange.credential = undefined
  exchange.headers = telling(exchange.headers, [
    ...headersOfConsumer(consumer),
    ['X-Anonymous-Consumer', 'true'],
  ])
}

const byUsername: Index<Consumer> = { schema: 'consumers', keyOf: consumer => consumer.username }

/** By id, else by username. */
const consumerNamed = (snapshot: ConfigurationView, text: string): Consumer | undefined =>
  snapshot.consumers.get(text) ?? snapshot.find(byUsername, text)[0]

const headersOfConsumer = ({ id, custom_id, username }: Consumer): Header[] => [
  ['X-Consumer-ID', id],
  ...(custom_id === null ? [] : [['X-Consumer-Custom-ID', custom_id] as const]),
  ...(username === null ? [] : [['X-Consumer-Username', username] as const]),
]

/** The consumer of a credential; undefined if it no longer exists. */
export function identityOf(
  exchange: Exchange,
  credential: Credential & { readonly consumer: { readonly id: string } },
  identifier: string,
  username?: string,
): Identity | undefined {
  const consumer = exchange.snapshot.consumers.get(credential.consumer.id)
  return consumer && { consumer, credential, identifier, ...(username !== undefined && { username }) }
}
