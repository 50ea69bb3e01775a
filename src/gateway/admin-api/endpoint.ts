/** An Admin API endpoint: a path, and a handler per method. `server.ts` and `dispatch.ts` call it. */

import type { PluginDefinition } from '../../entities/language/plugin-definition.ts'
import type { DataPlane } from '../data-plane.ts'
import type { Declarative } from '../declarative/declarative.ts'
import type { TrafficCount } from '../exchange/traffic.ts'
import type { Expiry } from '../store/expiry.ts'
import type { Store } from '../store/store.ts'
import type { Surroundings } from '../store/surroundings.ts'
import type { Writes } from '../store/writes.ts'
import type { Listener } from './configuration.ts'

export type Values = Readonly<Record<string, unknown>>

export interface AdminRequest {
  readonly method: string
  /** By the names between braces in the endpoint's path; unescaped. */
  readonly params: Readonly<Record<string, string>>
  /** The same, as written in the path. */
  readonly rawParams: Readonly<Record<string, string>>
  readonly query: Values
  /** The values of the body, nested; empty without a body. */
  readonly input: Values
  /** The body as it came. */
  readonly text: () => string
  /** False where all values are texts (forms), so that the schema must say what they mean. */
  readonly typed: boolean
}

export interface Answer {
  readonly status: number
  /** Answered as JSON; absent: no body. */
  readonly body?: unknown
  /** Answered as plain text. */
  readonly text?: string
  /** Answered with nginx's page for a 404. */
  readonly page?: true
  readonly headers?: Readonly<Record<string, string>>
}

export type Handler = (request: AdminRequest) => Answer

export const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type Method = (typeof methods)[number]

export interface Endpoint {
  /** In the form of `/endpoints`: `/services/{services}/routes`. */
  readonly path: string
  readonly handlers: Readonly<Partial<Record<Method, Handler>>>
  /** Bodies may be YAML too, which the handler reads itself. */
  readonly takesYaml?: boolean
  /** Not an endpoint of Kong: `/endpoints` does not list it. */
  readonly unlisted?: boolean
  /** Looks at the path first, whichever of its methods (OPTIONS too): what it answers is the answer. */
  readonly before?: (params: Readonly<Record<string, string>>) => Answer | undefined
}

/** A plugin of the gateway, as the Admin API lists it. */
export type KnownPlugin = Pick<PluginDefinition, 'name' | 'priority'>

/** The services that endpoints use. */
export interface Admin {
  readonly store: Store
  readonly writes: Writes
  readonly expiry: Expiry
  readonly dataPlane: DataPlane
  readonly plugins: readonly KnownPlugin[]
  /** The configuration of a node without a database. */
  readonly declarative?: Declarative
  readonly around: Surroundings
  /** Counts of the Admin API itself. */
  readonly traffic: TrafficCount
  /** The current listeners of the gateway. */
  readonly listeners: () => readonly Listener[]
  readonly nodeId: string
  readonly hostname: string
}

export const ok = (body: unknown): Answer => ({ status: 200, body })
export const created = (body: unknown): Answer => ({ status: 201, body })
export const noContent: Answer = { status: 204 }
export const refuse = (status: number, message: string): Answer => ({ status, body: { message } })
export const notFound: Answer = refuse(404, 'Not found')
export const methodNotAllowed: Answer = refuse(405, 'Method not allowed')
/** Kong's response to its own bugs. */
export const mistake: Answer = refuse(500, 'An unexpected error occurred')
