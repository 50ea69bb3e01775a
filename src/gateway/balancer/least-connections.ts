/**
 * Chooses the peer with the fewest requests in progress for its weight: (connections + 1) / weight. The
 * added one makes the heaviest of the idle peers the first. A heap, as in Kong: of equal peers, the one
 * higher in the heap is chosen, e.g. A B A B for three idle peers and one request at a time.
 */
import type { Algorithm } from './algorithm.ts'
import type { Peer } from './peers.ts'

const load = ({ connections, weight }: Peer): number => (connections + 1) / weight

export function leastConnections(): Algorithm {
  let heap: Peer[] = []
  let places = new Map<Peer, number>()

  const put = (peer: Peer, at: number) => {
    heap[at] = peer
    places.set(peer, at)
  }
  /** Which of two places has less load; the first of equals. */
  const lesser = (a: number, b: number): number => {
    const [one, other] = [heap[a], heap[b]]
    if (other === undefined) return a
    return one === undefined || load(other) < load(one) ? b : a
  }
  const swap = (a: number, b: number) => {
    const [one, other] = [heap[a], heap[b]]
    if (one === undefined || other === undefined) return
    put(one, b)
    put(other, a)
  }
  const rise = (from: number): number => {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (lesser(parent, at) === parent) break
      swap(parent, at)
      at = parent
    }
    return at
  }
  const sink = (from: number) => {
    let at = from
    for (;;) {
      const least = lesser(lesser(at, 2 * at + 1), 2 * at + 2)
      if (least === at) break
      swap(at, least)
      at = least
    }
  }

  return {
    follow: peers => {
      heap = []
      places = new Map()
      for (const peer of peers) {
        if (peer.weight === 0) continue
        put(peer, heap.length)
        rise(heap.length - 1)
      }
    },
    pick: may => {
      const top = heap[0]
      if (top === undefined || may(top)) return top
      const others = heap.filter(may)
      return others.reduce<Peer | undefined>(
        (best, peer) => (best === undefined || load(peer) < load(best) ? peer : best),
        undefined,
      )
    },
    loadChanged: peer => {
      const at = places.get(peer)
      if (at !== undefined) sink(rise(at))
    },
  }
}
