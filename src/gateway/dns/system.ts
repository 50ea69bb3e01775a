/**
 * The machine's name resolution: /etc/hosts, and the name servers for other names. Read once, as in Kong;
 * changes need a restart.
 */
import { getServers } from 'node:dns'
import { readFileSync } from 'node:fs'
import { isIP, isIPv4, isIPv6 } from 'node:net'
import type { NameServer } from './query.ts'

export interface System {
  /** By name in lower case; a name may have one address of each family. */
  readonly hosts: ReadonlyMap<string, { readonly ipv4?: string; readonly ipv6?: string }>
  readonly servers: readonly NameServer[]
  /** Domains that are put behind names with few dots. */
  readonly search: readonly string[]
  /** Names with fewer dots are looked for in the search domains first. */
  readonly ndots: number
  /** Number of queries to a server before the next server is used. */
  readonly attempts: number
  /** Milliseconds that one reply may take. */
  readonly timeout: number
}

export function readSystem(): System {
  const { servers, ...conf } = parseResolvConf(textOf('/etc/resolv.conf'))
  return {
    hosts: parseHosts(textOf('/etc/hosts')),
    ...conf,
    servers: servers.length > 0 ? servers : getServers().flatMap(text => parseServer(text) ?? []),
  }
}

/** Systems without the file have nothing to say there. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const linesOf = (text: string): string[][] =>
  text
    .split('\n')
    .map(line => line.replace(/[#;].*$/, '').trim())
    .filter(line => line !== '')
    .map(line => line.split(/\s+/))

/** The first address of a family counts; `localhost` is always known (RFC 6761). */
export function parseHosts(text: string): System['hosts'] {
  const hosts = new Map<string, { ipv4?: string; ipv6?: string }>()
  for (const [address = '', ...names] of linesOf(text)) {
    if (isIP(address) === 0) continue
    for (const name of names.map(one => one.toLowerCase())) {
      const known = hosts.get(name) ?? {}
      if (isIPv4(address)) known.ipv4 ??= address
      else known.ipv6 ??= address
      hosts.set(name, known)
    }
  }
  if (!hosts.has('localhost')) hosts.set('localhost', { ipv4: '127.0.0.1', ipv6: '::1' })
  return hosts
}

export function parseResolvConf(text: string): Omit<System, 'hosts'> {
  const lines = linesOf(text)
  const last = (word: string) => lines.findLast(([first]) => first === word)?.slice(1)
  const options = lines.filter(([first]) => first === 'options').flatMap(([, ...rest]) => rest)
  const option = (name: string, otherwise: number) => {
    const found = options.find(one => one.startsWith(`${name}:`))
    const value = Number(found?.slice(name.length + 1))
    return found === undefined || Number.isNaN(value) ? otherwise : value
  }
  return {
    servers: lines.flatMap(([first, address = '']) =>
      first === 'nameserver' ? (parseServer(address) ?? []) : [],
    ),
    search: (last('search') ?? last('domain')?.slice(0, 1) ?? []).filter(domain => domain !== '.'),
    ndots: option('ndots', 1),
    attempts: Math.max(1, option('attempts', 2)),
    timeout: Math.max(1, option('timeout', 2)) * 1000,
  }
}

/**
 * `10.0.0.1`, `10.0.0.1:5353`, `::1`, `[::1]:5353`; addresses with a scope (`fe80::1%eth0`) are passed over,
 * as Kong does.
 */
export function parseServer(text: string): NameServer | undefined {
  if (isIP(text) !== 0) return text.includes('%') ? undefined : { host: text, port: 53 }
  const [, bracketed, plain, port = '53'] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = bracketed ?? plain ?? ''
  const fits = bracketed === undefined ? isIPv4(host) : isIPv6(host)
  return fits && Number(port) > 0 && Number(port) < 65536 ? { host, port: Number(port) } : undefined
}
