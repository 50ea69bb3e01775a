/**
 * State of upstreams that outlives configurations: the peers of their targets, and the algorithm's state.
 * Keyed by upstream and address, so that a change of one target does not affect the others.
 */
import type { Target } from '../../entities/kinds/target.ts'
import type { Upstream } from '../../entities/kinds/upstream.ts'
import type { Resolver } from '../dns/resolver.ts'
import type { HealthKeeper } from '../health/keeper.ts'
import { type Algorithm, createAlgorithm } from './algorithm.ts'
import { createPeerGroup, type Peer, type PeerGroup, type ResolveMap, type Surroundings } from './peers.ts'

/** The targets of one upstream, oldest first, and the algorithm that goes round them. */
export interface Ring {
  readonly groups: readonly PeerGroup[]
  readonly peers: readonly Peer[]
  readonly algorithm: Algorithm
  /** Settles when each name has been looked up once; undefined where that is so. */
  pending(): Promise<unknown> | undefined
}

export interface Rings {
  /** @param targets newest first; of two that are alike the newest counts */
  of(upstream: Upstream, targets: readonly Target[]): Ring
  /** Forgets deleted upstreams. */
  keep(upstreamIds: ReadonlySet<string>): void
  close(): void
}

/**
 * Milliseconds that the health of a deleted target is kept: a target that is deleted and created again
 * keeps its health (the same time as in Kong).
 */
const memory = 10_000

export function createRings(resolve: ResolveMap, resolver: Resolver, keeper: HealthKeeper): Rings {
  const byUpstream = new Map<string, LastingRing>()
  return {
    of: (upstream, targets) => {
      let ring = byUpstream.get(upstream.id)
      if (ring === undefined) {
        ring = createRing({
          resolve,
          resolver,
          onChange: keeper.peersChanged,
          firstHealth: (target, ip, port) => keeper.first({ upstreamId: upstream.id, target, ip, port }),
        })
        byUpstream.set(upstream.id, ring)
      }
      ring.follow(upstream, targets)
      return ring
    },
    keep: upstreamIds => {
      for (const [id, ring] of byUpstream) {
        if (upstreamIds.has(id)) continue
        ring.close()
        byUpstream.delete(id)
      }
    },
    close: () => {
      for (const ring of byUpstream.values()) ring.close()
      byUpstream.clear()
    },
  }
}

interface LastingRing extends Ring {
  follow(upstream: Upstream, targets: readonly Target[]): void
  close(): void
}

function createRing(around: Surroundings): LastingRing {
  const known = new Map<string, PeerGroup>()
  /** Timers that forget deleted targets. */
  const leaving = new Map<string, NodeJS.Timeout>()
  let kind = ''
  const onChange = () => {
    ring.peers = ring.groups.flatMap(group => group.peers)
    ring.algorithm.follow(ring.peers, ring.groups.length)
    around.onChange()
  }
  const groupFor = (target: Target): PeerGroup => {
    const { target: key } = target
    clearTimeout(leaving.get(key))
    leaving.delete(key)
    const group = known.get(key) ?? createPeerGroup(target, { ...around, onChange })
    known.set(key, group)
    group.adopt(target)
    return group
  }
  const leave = (group: PeerGroup) => {
    const forget = () => {
      group.close()
      known.delete(group.key)
      leaving.delete(group.key)
    }
    leaving.set(group.key, setTimeout(forget, memory).unref())
  }
  const ring: { -readonly [K in keyof LastingRing]: LastingRing[K] } = {
    groups: [],
    peers: [],
    algorithm: createAlgorithm('round-robin', 0),
    pending: () => {
      const waiting = ring.groups.flatMap(group => group.pending ?? [])
      return waiting.length === 0 ? undefined : Promise.all(waiting)
    },
    follow: ({ algorithm, slots }, targets) => {
      const newest = new Map(targets.toReversed().map(target => [target.target, target]))
      const next = [...newest.values()].map(groupFor)
      for (const group of ring.groups) if (!next.includes(group)) leave(group)
      const isSame =
        next.length === ring.groups.length && next.every((group, at) => group === ring.groups[at])
      const wanted = `${algorithm} ${slots}`
      if (isSame && kind === wanted) return
      ring.groups = next
      if (kind !== wanted) ring.algorithm = createAlgorithm(algorithm, slots ?? 0)
      kind = wanted
      onChange()
    },
    close: () => {
      for (const group of known.values()) group.close()
      for (const timer of leaving.values()) clearTimeout(timer)
    },
  }
  return ring
}
