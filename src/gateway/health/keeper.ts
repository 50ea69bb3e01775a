/** Stores the health of peers: in this process, or in one that receives the reports of several. */
import { type Counters, fresh, type Report } from './health.ts'

/** Identifies a peer in every process. */
export interface PeerPlace {
  readonly upstreamId: string
  /** The text of the target: `host:port`. */
  readonly target: string
  readonly ip: string
  readonly port: number
}

export interface HealthKeeper {
  /** The initial health of a new peer. */
  first(place: PeerPlace): Counters
  /**
   * Receives a report about a peer.
   *
   * @param what undefined: the state was set manually
   * @param next the resulting counters
   */
  heard(peer: { health: Counters }, place: PeerPlace, what: Report | undefined, next: Counters): void
  /** Peers came or went. */
  peersChanged(): void
}

export const ownHealth: HealthKeeper = {
  first: () => fresh,
  heard: (peer, _place, _what, next) => {
    peer.health = next
  },
  peersChanged: () => {},
}
