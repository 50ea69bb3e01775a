/**
 * The DNS cache: a resolution is used for its time to live. After that it is still used while the name is
 * resolved again in the background (`look-up.ts`).
 */
import { isIP, isIPv6 } from 'node:net'
import { roundRobin, type Turn } from '../balancer/round-robin.ts'
import { createLookUp, errorTtl, longestChain, NameError, noSuchName, type Resolution } from './look-up.ts'
import type { NameServer } from './query.ts'
import type { DnsRecord } from './reply-records.ts'
import { readSystem, type System } from './system.ts'

export interface Resolver {
  /** The records of a name, from the cache if possible. */
  resolve(name: string): Promise<Resolution>
  /** Resolves again; returns the last result if no name server has a better one. */
  refresh(name: string): Promise<Resolution>
  /**
   * One address for a request. Several addresses alternate; SRV records count by weight and bring their
   * ports.
   * @throws NameError if there is none
   */
  address(host: string, port: number): Promise<NameServer>
}

export interface ResolverOptions {
  /** Used instead of the servers of /etc/resolv.conf. */
  readonly servers?: readonly NameServer[]
  /** Seconds that a result is used after its time to live: 4 in Kong 2.8, 3600 in 3.x. */
  readonly staleTtl: number
  readonly system?: System
  /** Milliseconds on a monotonic clock; default: `performance.now`. */
  readonly now?: () => number
}

interface Known {
  readonly resolution: Resolution
  /** Milliseconds on the clock of `now`. */
  readonly until: number
  /** The order of the records. */
  readonly turns: readonly (Turn & { readonly record: DnsRecord })[]
}

export function createResolver({
  servers: given,
  staleTtl,
  system = readSystem(),
  now = () => performance.now(),
}: ResolverOptions): Resolver {
  const servers = given ?? system.servers
  const known = new Map<string, Known>()
  const underWay = new Map<string, Promise<Resolution>>()
  const lookUp = createLookUp(servers, system)

  const keep = (name: string, resolution: Resolution): Known => {
    const turns = resolution.records.map(record => ({ record, weight: record.weight ?? 1, credit: 0 }))
    const made = { resolution, until: now() + resolution.ttl * 1000, turns }
    known.set(name, made)
    return made
  }

  const refresh = (name: string): Promise<Resolution> => {
    const lower = name.toLowerCase()
    const running = underWay.get(lower)
    if (running !== undefined) return running
    const asked = lookUp(lower).then(found => {
      underWay.delete(lower)
      const before = known.get(lower)
      if (before !== undefined && isBetter(before, found)) return { ...before.resolution, ttl: errorTtl }
      return keep(lower, found).resolution
    })
    underWay.set(lower, asked)
    return asked
  }

  /** A known result stays while servers do not respond, but no longer than it may be stale. */
  const isBetter = ({ resolution, until }: Known, found: Resolution): boolean =>
    found.error !== undefined &&
    found.error !== noSuchName &&
    resolution.error === undefined &&
    now() < until + staleTtl * 1000

  const resolve = (name: string): Promise<Resolution> => {
    const found = known.get(name.toLowerCase())
    const at = now()
    if (found === undefined || at >= found.until + staleTtl * 1000) return refresh(name)
    if (at < found.until) return Promise.resolve(found.resolution)
    const asked = refresh(name)
    return found.resolution.error === undefined ? Promise.resolve(found.resolution) : asked
  }

  const address = async (host: string, port: number, depth = 0): Promise<NameServer> => {
    if (isIP(host) !== 0) return { host, port }
    const name = host.toLowerCase()
    const resolution = await resolve(name)
    const { turns } = known.get(name) ?? keep(name, resolution)
    const record = turns.length === 1 ? turns[0]?.record : roundRobin(turns)?.record
    if (record === undefined) throw new NameError(resolution.error)
    if (isIP(record.host) !== 0) return { host: record.host, port: record.port ?? port }
    if (depth === longestChain) throw new NameError('recursion detected')
    return address(record.host, record.port ?? port, depth + 1)
  }

  return { resolve, refresh, address: (host, port) => address(host, port) }
}

/** An IP address as in URLs and Kong's output: IPv6 in brackets. */
export const printedAddress = (host: string): string =>
  host.includes(':') && isIPv6(host) ? `[${host}]` : host
