/**
 * The peer that has answered fastest of late, for its weight: a moving average whose past fades over ten
 * seconds, so that one that was slow is tried again (Kong 3.x's `latency`, after Finagle's EWMA). A new peer
 * begins with the average of the others.
 */
import type { Algorithm } from './algorithm.ts'
import type { Peer } from './peers.ts'

/** Milliseconds in which a measurement fades to a third. */
const decay = 10_000

/** The current average: the weight of `measured` follows from the time since the last measurement. */
function faded(peer: Peer, measured: number, now: number): number {
  if (peer.latency === undefined) return measured
  const kept = Math.exp(-Math.max(0, now - peer.measuredAt) / decay)
  return peer.latency * kept + measured * (1 - kept)
}

export function latency(now: () => number = () => performance.now()): Algorithm {
  let peers: readonly Peer[] = []
  let turn = 0
  return {
    follow: next => {
      peers = next
      const measured = next.filter(peer => peer.latency !== undefined)
      if (measured.length === 0) return
      const average = measured.reduce((sum, peer) => sum + (peer.latency ?? 0), 0) / measured.length
      for (const peer of next) {
        if (peer.latency !== undefined) continue
        peer.latency = average
        peer.measuredAt = now()
      }
    },
    pick: may => {
      const time = now()
      let best: Peer | undefined
      let lowest = Number.POSITIVE_INFINITY
      turn += 1
      // Of equal peers, as all are at first, a different one each time.
      for (let step = 0; step < peers.length; step++) {
        const peer = peers[(turn + step) % peers.length]
        if (peer === undefined || !may(peer)) continue
        const score = faded(peer, 0, time) / peer.weight
        if (score < lowest) {
          best = peer
          lowest = score
        }
      }
      return best
    },
    answered: (peer, milliseconds) => {
      const time = now()
      peer.latency = faded(peer, milliseconds, time)
      peer.measuredAt = time
    },
  }
}
