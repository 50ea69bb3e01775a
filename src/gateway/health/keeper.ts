/** Who keeps the health of peers: this process, or one in which the reports of several come together. */
import { type Counters, fresh, type Report } from './health.ts'

/** The same peer in every process. */
export interface PeerPlace {
  readonly upstreamId: string
  /** As the target says it: `host:port`. */
  readonly target: string
  readonly ip: string
  readonly port: number
}

export interface HealthKeeper {
  /** Of a peer that is new here. */
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
