/**
 * The peers of a target: one for each address of its name. They outlive configurations with their health,
 * order and connections, and are resolved again when the name's time to live ends.
 */
import { isIP, isIPv6 } from 'node:net'
import type { Target } from '../../entities/kinds/target.ts'
import type { Resolution } from '../dns/look-up.ts'
import type { DnsRecord } from '../dns/reply-records.ts'
import { printedAddress, type Resolver } from '../dns/resolver.ts'
import type { Counters } from '../health/health.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

export type ResolveMap = ReadonlyMap<string, Address>

export interface Peer {
  readonly target: PeerGroup
  /** An IP address, or the name that an SRV record gave. */
  readonly ip: string
  readonly port: number
  /** Where its traffic goes: `--resolve`'s address, or its own. */
  readonly address: Address
  weight: number
  health: Counters
  /** Requests under way. */
  connections: number
  /** Round-robin's place. */
  credit: number
  /**
   * Milliseconds that answers took of late (latency's measure), and when that was measured, on the clock of
   * `performance.now`.
   */
  latency: number | undefined
  measuredAt: number
}

/** A target and its current peers. */
export interface PeerGroup {
  /** `host:port`, as the target says it. */
  readonly key: string
  readonly host: string
  readonly port: number
  /** The target entity's id; another one after it was deleted and made again. */
  readonly targetId: string
  readonly weight: number
  /** In the order of their addresses; empty until the name is found. */
  readonly peers: readonly Peer[]
  /** The kind of record that the name was found by, or why it was not. */
  readonly dns: string
  /** Set while nothing is known yet. */
  readonly pending: Promise<void> | undefined
  /** Follows the entity's weight and id. */
  adopt(target: Target): void
  /** Ends the looking up. */
  close(): void
}

/** `[::1]:80` → `::1` and 80. */
function splitAddress(text: string): Address {
  const match = /^\[?([^\]]*?)\]?:(\d+)$/.exec(text)
  return { host: match?.[1] ?? text, port: Number(match?.[2] ?? 0) }
}

/**
 * Seconds until a name with a time to live of 0 is resolved again in the background; until then each
 * request resolves it (as in Kong).
 */
const ttl0Interval = 60

export interface Surroundings {
  readonly resolve: ResolveMap
  readonly resolver: Resolver
  /** Called when peers are added or removed, or their weights change. */
  readonly onChange: () => void
  /** The initial health of a new peer. */
  readonly firstHealth: (target: string, ip: string, port: number) => Counters
}

export function createPeerGroup(target: Target, around: Surroundings): PeerGroup {
  const { resolve, resolver, onChange } = around
  const { host, port } = splitAddress(target.target)
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  const fixed = resolve.get(target.target)

  const group: { -readonly [K in keyof PeerGroup]: PeerGroup[K] } = {
    key: target.target,
    host,
    port,
    targetId: target.id,
    weight: target.weight ?? 100,
    peers: [],
    dns: 'unknown',
    pending: undefined,
    adopt: ({ id, weight }) => {
      group.targetId = id
      if (weight === group.weight) return
      group.weight = weight ?? 100
      // SRV records bring weights of their own.
      if (group.dns === 'SRV') return
      for (const peer of group.peers) peer.weight = group.weight
      onChange()
    },
    close: () => {
      isClosed = true
      clearTimeout(timer)
    },
  }
  const take = (found: Resolution): void => {
    group.pending = undefined
    if (isClosed) return
    const isVirtual = found.ttl === 0 && found.error === undefined
    const records = isVirtual ? [{ host }] : found.records
    group.dns = isVirtual ? 'ttl=0, virtual SRV' : (found.error ?? found.type ?? 'A')
    const next = records.map(record => known(record) ?? newPeer(group, record, around, fixed))
    const isChanged = next.length !== group.peers.length || next.some((peer, at) => peer !== group.peers[at])
    group.peers = next
    if (weigh(records) || isChanged) onChange()
    lookAgain(isVirtual ? ttl0Interval : found.ttl)
  }
  const known = ({ host: ip, port: own }: DnsRecord) =>
    group.peers.find(peer => peer.ip === ip && peer.port === (own ?? port))
  const weigh = (records: readonly DnsRecord[]): boolean => {
    let isChanged = false
    for (const [at, peer] of group.peers.entries()) {
      const weight = records[at]?.weight ?? group.weight
      isChanged ||= peer.weight !== weight
      peer.weight = weight
    }
    return isChanged
  }
  const lookAgain = (seconds: number) => {
    // Longer than a timer can wait.
    if (seconds > 2_000_000) return
    timer = setTimeout(() => void resolver.refresh(host).then(take), Math.max(seconds * 1000, 100)).unref()
  }

  if (fixed !== undefined || isIP(host) !== 0) {
    group.dns = isIPv6(host) ? 'AAAA' : 'A'
    group.peers = [newPeer(group, { host: isIP(host) === 0 ? (fixed?.host ?? host) : host }, around, fixed)]
  } else group.pending = resolver.resolve(host).then(take)
  return group
}

function newPeer(
  target: PeerGroup,
  { host: ip, port = target.port, weight }: DnsRecord,
  { firstHealth }: Surroundings,
  fixed?: Address,
): Peer {
  return {
    target,
    ip,
    port,
    address: fixed ?? { host: ip, port },
    weight: weight ?? target.weight,
    health: firstHealth(target.key, ip, port),
    connections: 0,
    credit: 0,
    latency: undefined,
    measuredAt: 0,
  }
}

/** `127.0.0.1:80`, `[::1]:80`. */
export const printedPeer = ({ ip, port }: Peer): string => `${printedAddress(ip)}:${port}`
