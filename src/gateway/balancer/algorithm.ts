/**
 * The interface of balancing algorithms. Each keeps its own state, on the peers or in itself, and is notified
 * when the peers change.
 */
import type { Upstream } from '../../entities/kinds/upstream.ts'
import { consistentHashing } from './consistent-hashing.ts'
import { latency } from './latency.ts'
import { leastConnections } from './least-connections.ts'
import type { Peer } from './peers.ts'
import { createRoundRobin } from './round-robin.ts'

export interface Algorithm {
  /**
   * The peers of now, healthy or not, with their weights.
   * @param targets how many targets they belong to
   */
  follow(peers: readonly Peer[], targets: number): void
  /**
   * @param may whether a peer may be chosen: it is healthy, weighs something and was not tried yet
   * @param key what is hashed; empty where nothing is
   */
  pick(may: (peer: Peer) => boolean, key: string): Peer | undefined
  /** The peer has one connection more or less. */
  loadChanged?(peer: Peer): void
  /** How many milliseconds an answer took. */
  answered?(peer: Peer, milliseconds: number): void
}

/** @param slots how fine the wheel of consistent hashing is; the others need none */
export function createAlgorithm(name: Upstream['algorithm'], slots: number): Algorithm {
  switch (name) {
    case 'consistent-hashing':
      return consistentHashing(slots)
    case 'least-connections':
      return leastConnections()
    case 'latency':
      return latency()
    default:
      return createRoundRobin()
  }
}
