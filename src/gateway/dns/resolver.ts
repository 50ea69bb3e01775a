/**
 * Names as Kong resolves them: /etc/hosts first, then SRV, A, AAAA and CNAME records, beginning with the type
 * that was found last. What was found is kept for its time to live; after that it is still given while it is
 * asked for again in the background.
 */
import { isIP, isIPv6 } from 'node:net'
import { roundRobin, type Turn } from '../balancer/round-robin.ts'
import { BadName, type NameServer, NoReply, query, type RecordType } from './query.ts'
import { type DnsRecord, readAnswers } from './reply-records.ts'
import { readSystem, type System } from './system.ts'

export interface Resolution {
  /** The kind of record it was found by; undefined where it was not found. */
  readonly type: RecordType | undefined
  /** Empty where it was not found. */
  readonly records: readonly DnsRecord[]
  /** Why it was not found, in the words of Kong's DNS client. */
  readonly error: string | undefined
  /** Seconds that it may be kept. */
  readonly ttl: number
}

export interface Resolver {
  /** What a name stands for, from memory where that is allowed. */
  resolve(name: string): Promise<Resolution>
  /** The same, asked for anew; what was known last where no name server gives a better answer. */
  refresh(name: string): Promise<Resolution>
  /**
   * One address to send a request to: several take turns, SRV records by weight and with their ports.
   * @throws NameError where there is none
   */
  address(host: string, port: number): Promise<NameServer>
}

export class NameError extends Error {
  /**
   * Name servers know of no such name, or of no address of it (else: they could not be asked, or would not
   * say).
   */
  get isUnknown(): boolean {
    return this.message === noSuchName || this.message === emptyAnswer
  }
}

const noSuchName = 'dns server error: 3 name error'
const emptyAnswer = 'dns client error: 101 empty record received'

/** As lua-resty-dns words them. */
const codes: Readonly<Record<number, string>> = {
  1: 'format error',
  2: 'server failure',
  3: 'name error',
  4: 'not implemented',
  5: 'refused',
}

/**
 * Seconds that "there is none" is believed, and that other failures are (Kong's dns_not_found_ttl and
 * dns_error_ttl).
 */
const notFoundTtl = 30
const errorTtl = 1
/** Aliases of aliases of aliases. */
const longestChain = 8

export interface ResolverOptions {
  /** Asked in the place of those of /etc/resolv.conf. */
  readonly servers?: readonly NameServer[]
  /** Seconds that something is still given after its time: 4 in Kong 2.8, 3600 in 3.x. */
  readonly staleTtl: number
  readonly system?: System
  /** Milliseconds on a clock that only goes on; `performance.now` where absent. */
  readonly now?: () => number
}

interface Known {
  readonly resolution: Resolution
  /** Milliseconds on the clock of `now`. */
  readonly until: number
  /** Whose turn it is among the records. */
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
  const lastTypes = new Map<string, RecordType>()

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

  /** What was known stays while servers cannot be asked, but for no longer than it may be stale. */
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

  const lookUp = async (name: string, depth = 0): Promise<Resolution> => {
    const host = system.hosts.get(name)
    if (host?.ipv4 !== undefined) return forever('A', host.ipv4)
    if (host?.ipv6 !== undefined) return forever('AAAA', host.ipv6)
    let error = emptyAnswer
    try {
      for (const type of typesFor(lastTypes.get(name))) {
        for (const candidate of candidates(name, system)) {
          const { code, answers } = await ask(candidate, type)
          const reading = code === 0 ? readAnswers(candidate, type, answers) : undefined
          if (reading === undefined) error = code === 0 ? emptyAnswer : serverError(code)
          else if ('alias' in reading) {
            if (type !== 'SRV' && depth < longestChain) return lookUp(reading.alias.toLowerCase(), depth + 1)
          } else {
            lastTypes.set(name, type)
            return { type, ...reading, error: undefined }
          }
        }
      }
    } catch (thrown) {
      if (!(thrown instanceof NoReply || thrown instanceof BadName)) throw thrown
      return notFound(thrown.message, errorTtl)
    }
    return notFound(error, error === noSuchName || error === emptyAnswer ? notFoundTtl : errorTtl)
  }

  /** Each server in turn, as often as the system says. */
  const ask = async (name: string, type: RecordType) => {
    let failure = new NoReply('no name server is known')
    for (let turn = 0; turn < system.attempts; turn++) {
      for (const server of servers) {
        try {
          return await query(server, name, type, system.timeout)
        } catch (error) {
          if (!(error instanceof NoReply)) throw error
          failure = error
        }
      }
    }
    throw failure
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

const forever = (type: 'A' | 'AAAA', host: string): Resolution => ({
  type,
  records: [{ host }],
  error: undefined,
  ttl: Number.POSITIVE_INFINITY,
})

const notFound = (error: string, ttl: number): Resolution => ({ type: undefined, records: [], error, ttl })

const serverError = (code: number): string => `dns server error: ${code} ${codes[code] ?? 'unknown'}`

/** The type that was found last is tried first. */
function typesFor(last: RecordType | undefined): RecordType[] {
  const order: RecordType[] = ['SRV', 'A', 'AAAA', 'CNAME']
  return last === undefined ? order : [last, ...order.filter(type => type !== last)]
}

/**
 * Names with few dots are looked for in the search domains first, others last; a dot at the end says that the
 * name is whole.
 */
function candidates(name: string, { search, ndots }: System): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)]
  const domains = search.map(domain => `${name}.${domain}`)
  return name.split('.').length - 1 < ndots ? [...domains, name] : [name, ...domains]
}

/** An IP address as it stands in URLs and in what Kong prints: IPv6 between brackets. */
export const printedAddress = (host: string): string =>
  host.includes(':') && isIPv6(host) ? `[${host}]` : host
