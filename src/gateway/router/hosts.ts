/** Hosts as clients name them and as routes do, and which of them are the same: Kong's traditional router and its others read both differently. */

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

/** A host as a client names it. */
export interface AskedHost {
  /** As sent. */
  readonly whole: string
  readonly name: string
  /** As sent; undefined where the client names none. */
  readonly port: string | undefined
  /** The one that is meant then. */
  readonly usualPort: string
}

/** A host that a route names: all of it, or what stands before or after its wildcard. */
export interface HostTest {
  readonly part: 'whole' | 'end' | 'begin'
  readonly text: string
  /** Undefined: any. */
  readonly port: string | undefined
}

/** `a.example:81` → `['a.example', '81']`; without a port there is one part alone. IPv6 in its brackets stays whole, with its port (as Kong 3.x leaves it). */
export const splitHost = (host: string): [name: string, port?: string] => {
  const [, name, port] = /^([^:]*):(\d+)$/.exec(host) ?? []
  return name === undefined || port === undefined ? [host] : [name, port]
}

/** As the traditional router does it: `[::1]:80` → `['::1', '80']`, `a:` → `['a']`. */
const splitTraditionally = (host: string): [name: string, port?: string] => {
  const [, literal, name = literal, port] = /^(?:\[(.*)\]|([^:]*))(?::(\d*))?$/.exec(host) ?? []
  if (name === undefined) return [host]
  return port ? [name, port] : [name]
}

/** Whether the traditional router takes a host for one with a port; `::11` is none. */
export const namesPort = (host: string): boolean => splitTraditionally(host)[1] !== undefined

const split = (host: string, isTraditional: boolean) =>
  isTraditional ? splitTraditionally(host) : splitHost(host)

/**
 * @param listening the proxy's own port: it is meant where a client names none. The traditional router takes the protocol's then
 *   (source: `kong/router/traditional` and `kong/router/fields` of 3.9; `kong/router` of 2.8)
 */
export function askedHost(
  whole: string,
  protocol: 'http' | 'https',
  listening: number,
  isTraditional: boolean,
): AskedHost {
  const [name, port] = split(whole, isTraditional)
  const usual = protocol === 'https' ? '443' : '80'
  return { whole, name, port, usualPort: isTraditional ? usual : String(listening) }
}

/** With one wildcard at its begin or end; case matters (recorded). To the traditional router a plain host is one text with its port. */
export function hostTest(pattern: string, isTraditional: boolean): HostTest {
  const [name, port] = split(pattern, isTraditional)
  if (name.startsWith('*')) return { part: 'end', text: name.slice(1), port }
  if (name.endsWith('*')) return { part: 'begin', text: name.slice(0, -1), port }
  return isTraditional
    ? { part: 'whole', text: pattern, port: undefined }
    : { part: 'whole', text: name, port }
}

export function isHost({ part, text, port }: HostTest, asked: AskedHost): boolean {
  if (port !== undefined && port !== (asked.port ?? asked.usualPort)) return false
  const { name } = asked
  if (part === 'whole') return name === text || (asked.port !== undefined && asked.whole === text)
  return part === 'end' ? name.endsWith(text) : name.startsWith(text)
}
