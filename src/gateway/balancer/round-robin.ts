/**
 * Round-robin by weight, exact over a round and evenly spread within it: each pick is the peer that is
 * furthest behind its share. Two equal peers alternate, the later one first (Kong begins anywhere); 2 to 1
 * gives A B A. The state is stored on the peers, so that a change of one target does not change the order
 * of the others.
 */
import type { Algorithm } from './algorithm.ts'
import type { Peer } from './peers.ts'

/** The part of a peer that the algorithm reads and writes. */
export interface Turn {
  readonly weight: number
  /** How far the peer is behind (above 0) or ahead of its share. */
  credit: number
}

const anyone = (): boolean => true

/** @param may whether one may be chosen; those that may not lose no turn */
export function roundRobin<P extends Turn>(
  peers: readonly P[],
  may: (peer: P) => boolean = anyone,
): P | undefined {
  let total = 0
  let best: P | undefined
  for (const peer of peers) {
    if (peer.weight === 0 || !may(peer)) continue
    total += peer.weight
    peer.credit += peer.weight
    if (best === undefined || peer.credit >= best.credit) best = peer
  }
  if (best !== undefined) best.credit -= total
  return best
}

export function createRoundRobin(): Algorithm {
  let peers: readonly Peer[] = []
  return {
    follow: next => {
      peers = next
    },
    pick: may => roundRobin(peers, may),
  }
}
