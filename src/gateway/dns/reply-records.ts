/** Reads the records of a name from a name server's reply. Pure. */
import { isIPv6 } from 'node:net'
import type { Answer, SrvAnswer, StringAnswer } from 'dns-packet'
import type { RecordType } from './query.ts'

/** One address or service of a name. */
export interface DnsRecord {
  /** An IP address; with SRV it may be a name. */
  readonly host: string
  /** The port of an SRV record; absent if it is 0, which keeps the requested port. */
  readonly port?: number
  /** With SRV alone. */
  readonly weight?: number
}

export type Reading =
  | { readonly records: readonly DnsRecord[]; readonly ttl: number }
  /** Another name to resolve. */
  | { readonly alias: string }
  | undefined

const sameName = (a: string, b: string): boolean => plain(a) === plain(b)
const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '')

/** Follows the aliases within the reply; seconds to live are the least of all records on the way. */
export function readAnswers(name: string, type: RecordType, answers: readonly Answer[]): Reading {
  let owner = name
  let ttl = Number.POSITIVE_INFINITY
  for (let steps = 0; steps <= answers.length; steps++) {
    const own = answers.filter(answer => sameName(answer.name, owner))
    const found = own.filter(answer => answer.type === type)
    const alias = own.find(answer => answer.type === 'CNAME') as StringAnswer | undefined
    if (type !== 'CNAME' && found.length > 0) return recordsOf(owner, found as Records[], ttl)
    if (alias === undefined) break
    ttl = Math.min(ttl, alias.ttl ?? 0)
    owner = alias.data
  }
  return sameName(owner, name) ? undefined : { alias: owner }
}

type Records = StringAnswer | SrvAnswer

function recordsOf(owner: string, answers: readonly Records[], ttl: number): Reading {
  const shortest = Math.min(ttl, ...answers.map(answer => answer.ttl ?? 0))
  const services = answers.filter(answer => answer.type === 'SRV')
  if (services.length === 0) {
    const records = (answers as readonly StringAnswer[]).map(({ data }) => ({ host: data }))
    return { records: sorted(records), ttl: shortest }
  }
  // A service that refers to itself would be a circle.
  if (services.every(({ data }) => sameName(data.target, owner))) return undefined
  const first = Math.min(...services.map(({ data }) => data.priority ?? 0))
  const best = services.filter(({ data }) => (data.priority ?? 0) === first)
  const records = best.map(({ data: { target, port, weight } }) => ({
    host: target,
    ...(port > 0 && { port }),
    // 0 means rarely, not never (RFC 2782); Kong treats it as 1.
    weight: Math.max(1, weight ?? 0),
  }))
  return { records: sorted(records), ttl: shortest }
}

/** Name servers shuffle records; sorting them prevents false changes. */
function sorted(records: readonly DnsRecord[]): DnsRecord[] {
  const key = ({ host, port }: DnsRecord) => `${isIPv6(host) ? `[${host}]` : host}:${port ?? ''}`
  return [...records].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
