/**
 * The targets behind upstreams as the balancer keeps them: their addresses, health counters, turns and connections in use. They outlive configurations, keyed
 * by upstream and address, so that changing one target leaves the others alone.
 */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Target } from '../../entities/kinds/target.ts'
import { type Counters, fresh } from '../health/health.ts'

export interface Peer {
  /** `host:port`, as the target says it. */
  readonly key: string
  readonly host: string
  readonly port: number
  /** Where its traffic goes: `--resolve`'s address, or its own. */
  readonly address: { readonly host: string; readonly port: number }
  /** The target entity's id; another one after it was deleted and made again. */
  targetId: string
  weight: number
  /** Round-robin's place. */
  credit: number
  health: Counters
  /** Why its name was not found; undefined where it was, or need not be. */
  dnsError: string | undefined
  /** The IP address its name was last found at. */
  ip: string
}

export type ResolveMap = ReadonlyMap<string, { readonly host: string; readonly port: number }>

export interface PeerStore {
  /** The peers of an upstream, for its targets of now; those of targets that are gone are forgotten. */
  of(upstreamId: string, targets: readonly Target[]): Peer[]
  /** Forgets upstreams that are gone. */
  keep(upstreamIds: ReadonlySet<string>): void
}

/** `[::1]:80` → `::1` and 80. */
export function splitAddress(text: string): { host: string; port: number } {
  const match = /^\[?([^\]]*?)\]?:(\d+)$/.exec(text)
  return { host: match?.[1] ?? text, port: Number(match?.[2] ?? 0) }
}

export function createPeerStore(resolve: ResolveMap): PeerStore {
  const byUpstream = new Map<string, Map<string, Peer>>()
  return {
    of: (upstreamId, targets) => {
      const known = byUpstream.get(upstreamId) ?? new Map<string, Peer>()
      const next = new Map<string, Peer>()
      // Targets come newest first; of two that are alike the newest counts.
      for (const target of targets) {
        if (next.has(target.target)) continue
        const peer = known.get(target.target) ?? newPeer(target, resolve)
        peer.targetId = target.id
        peer.weight = target.weight ?? 100
        next.set(target.target, peer)
      }
      byUpstream.set(upstreamId, next)
      return [...next.values()]
    },
    keep: upstreamIds => {
      for (const id of byUpstream.keys()) if (!upstreamIds.has(id)) byUpstream.delete(id)
    },
  }
}

function newPeer(target: Target, resolve: ResolveMap): Peer {
  const { host, port } = splitAddress(target.target)
  const peer: Peer = {
    key: target.target,
    host,
    port,
    address: resolve.get(target.target) ?? { host, port },
    targetId: target.id,
    weight: target.weight ?? 100,
    credit: 0,
    health: fresh,
    dnsError: undefined,
    ip: host,
  }
  findAddress(peer)
  return peer
}

/** The name is looked up once; what is sent there looks it up again, so that a changed record is seen. */
function findAddress(peer: Peer): void {
  const { host } = peer.address
  if (isIP(host) !== 0) {
    peer.ip = host
    return
  }
  lookup(host).then(
    found => {
      peer.ip = found.address
      peer.dnsError = undefined
    },
    () => {
      peer.dnsError = 'dns server error: 3 name error'
    },
  )
}
