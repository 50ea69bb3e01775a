/**
 * Looks a name up as Kong does: /etc/hosts first, then SRV, A, AAAA and CNAME records of the name servers,
 * beginning with the type that was found last.
 */
import { BadName, type NameServer, NoReply, query, type RecordType } from './query.ts'
import { type DnsRecord, readAnswers } from './reply-records.ts'
import type { System } from './system.ts'

export interface Resolution {
  /** The kind of record it was found by; undefined where it was not found. */
  readonly type: RecordType | undefined
  /** Empty where it was not found. */
  readonly records: readonly DnsRecord[]
  /** Why it was not found, in the words of Kong's DNS client. */
  readonly error: string | undefined
  /** Seconds that it may be cached. */
  readonly ttl: number
}

export class NameError extends Error {
  /**
   * True if the name servers do not know the name, or know no address of it. False if they did not respond
   * or refused.
   */
  get isUnknown(): boolean {
    return this.message === noSuchName || this.message === emptyAnswer
  }
}

export const noSuchName = 'dns server error: 3 name error'
const emptyAnswer = 'dns client error: 101 empty record received'

/** In the words of lua-resty-dns. */
const codes: Readonly<Record<number, string>> = {
  1: 'format error',
  2: 'server failure',
  3: 'name error',
  4: 'not implemented',
  5: 'refused',
}

/**
 * Seconds that "not found" is cached, and that other failures are (Kong's dns_not_found_ttl and
 * dns_error_ttl).
 */
const notFoundTtl = 30
export const errorTtl = 1
/** Aliases of aliases of aliases. */
export const longestChain = 8

export function createLookUp(
  servers: readonly NameServer[],
  system: System,
): (name: string) => Promise<Resolution> {
  const lastTypes = new Map<string, RecordType>()

  const lookUp = async (name: string, depth = 0): Promise<Resolution> => {
    const host = system.hosts.get(name)
    if (host?.ipv4 !== undefined) return forever('A', host.ipv4)
    if (host?.ipv6 !== undefined) return forever('AAAA', host.ipv6)
    return askServers(name, depth).catch((error: unknown) => {
      if (!(error instanceof NoReply || error instanceof BadName)) throw error
      return notFound(error.message, errorTtl)
    })
  }

  const askServers = async (name: string, depth: number): Promise<Resolution> => {
    let error = emptyAnswer
    for (const { type, candidate } of questions(name, lastTypes.get(name), system)) {
      const { code, answers } = await ask(candidate, type, servers, system)
      const reading = code === 0 ? readAnswers(candidate, type, answers) : undefined
      if (reading === undefined) error = code === 0 ? emptyAnswer : serverError(code)
      else if ('alias' in reading) {
        if (type !== 'SRV' && depth < longestChain) return lookUp(reading.alias.toLowerCase(), depth + 1)
      } else {
        lastTypes.set(name, type)
        return { type, ...reading, error: undefined }
      }
    }
    return notFound(error, error === noSuchName || error === emptyAnswer ? notFoundTtl : errorTtl)
  }

  return name => lookUp(name)
}

/** Queries the servers in order, with as many attempts as the system's configuration says. */
async function ask(name: string, type: RecordType, servers: readonly NameServer[], system: System) {
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

/** The queries in their order: each type of record for each full form of the name. */
const questions = (name: string, last: RecordType | undefined, system: System) =>
  typesFor(last).flatMap(type => candidates(name, system).map(candidate => ({ type, candidate })))

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
