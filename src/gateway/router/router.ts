/**
 * Which route a request belongs to. Kong has two ways to decide it: by a priority of each route (3.x,
 * `priority-router.ts`), and by categories of routes (2.8, and 3.x's flavor `traditional`:
 * `traditional-router.ts`). Both are pure; they are compiled once for each configuration, and where few
 * routes changed, for those alone.
 */
import { type RouterFlavor, stockFlavor } from '../../entities/expressions/router-flavors.ts'
import type { Route } from '../../entities/kinds/route.ts'
import type { Version } from '../../entities/language/define.ts'
import type { Captures, Header } from '../exchange/exchange.ts'
import { createPriorityCompiler } from './priority-router.ts'
import { createTraditionalCompiler } from './traditional-router.ts'

export interface RouterRequest {
  readonly method: string
  /** Normalised. */
  readonly path: string
  /** The host as sent, with or without a port. */
  readonly host: string
  readonly headers: readonly Header[]
  /** The proxy's own port, for hosts with ports. */
  readonly port: number
  /** Without `?`. */
  readonly query?: string | undefined
  readonly connection: Connection
}

/** The properties of a connection that expressions can use. */
export interface Connection {
  readonly protocol: 'http' | 'https'
  /** The server name (SNI) of the client's TLS handshake. */
  readonly serverName?: string | undefined
  readonly source?: Address | undefined
  readonly destination?: Address | undefined
}

export interface Address {
  readonly ip: string
  readonly port: number
}

export interface Match {
  readonly route: Route
  /** The matched part of the path: the prefix, or the regex's match. */
  readonly matched: string
  /** The captures of its regexes, computed by each call: few routes have groups, and few plugins use them. */
  readonly captures: () => Captures
}

export type Router = (request: RouterRequest) => Match | undefined

/** All routes by their ids. */
export type Routes = ReadonlyMap<string, Route>

/** @param isServed routes of which it says no are as if they did not exist */
export type CompileRouter = (routes: Routes, isServed?: (route: Route) => boolean) => Router

/** Compiles configuration after configuration; what is the same in the next one is not compiled again. */
export const createRouterCompiler = (version: Version, flavor: RouterFlavor = stockFlavor): CompileRouter =>
  version.major < 3 || flavor === 'traditional'
    ? createTraditionalCompiler(version)
    : createPriorityCompiler(version)
