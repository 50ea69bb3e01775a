/**
 * Hosts as clients name them and as routes do, and which of them are the same. The traditional router reads
 * both differently: `traditional-hosts.ts`.
 */

/**
 * The name alone, in small letters, as nginx's `$host`: `A.example.:81` → `a.example`.
 *
 * @returns undefined where nginx takes it for no host
 */
export function nameOfHost(host: string): string | undefined {
  const [whole = ''] = /^(?:\[[^\]]*\]?|[^:]*)/.exec(host) ?? []
  const name = whole.endsWith('.') ? whole.slice(0, -1) : whole
  return name === '' || name.includes('/') || host.includes('..') ? undefined : name.toLowerCase()
}

/** The host names by which an index of routes is searched. */
export interface HostNames {
  /** Texts that are the whole host of a route. */
  readonly whole: readonly string[]
  /** Wildcards are looked for in it. */
  readonly name: string
}

/** A host as a client names it. */
export interface RequestHost extends HostNames {
  readonly port: string
}

/** A host of a route: the whole name, or the part before or after its wildcard. */
export interface HostTest {
  readonly part: 'whole' | 'end' | 'begin'
  readonly text: string
  /** Undefined: any. */
  readonly port: string | undefined
}

/**
 * `a.example:81` → `['a.example', '81']`; without a port there is one part alone. IPv6 in its brackets stays
 * whole, with its port (as Kong 3.x leaves it).
 */
export const splitHost = (host: string): [name: string, port?: string] => {
  const [, name, port] = /^([^:]*):(\d+)$/.exec(host) ?? []
  return name === undefined || port === undefined ? [host] : [name, port]
}

/**
 * @param listening the proxy's port, the default for a client without one (source: `kong/router/fields` of
 * 3.9)
 */
export function requestHost(whole: string, listening: number): RequestHost {
  const [name, port] = splitHost(whole)
  return { whole: [name], name, port: port ?? String(listening) }
}

/** With one wildcard at its begin or end; case matters (recorded). */
export function hostTest(pattern: string): HostTest {
  const [name, port] = splitHost(pattern)
  if (name.startsWith('*')) return { part: 'end', text: name.slice(1), port }
  if (name.endsWith('*')) return { part: 'begin', text: name.slice(0, -1), port }
  return { part: 'whole', text: name, port }
}

export function isHost({ part, text, port }: HostTest, request: RequestHost): boolean {
  if (port !== undefined && port !== request.port) return false
  if (part === 'whole') return request.name === text
  return part === 'end' ? request.name.endsWith(text) : request.name.startsWith(text)
}
