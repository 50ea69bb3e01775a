/** Shares and order of the algorithms that do not hash. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { latency } from '../../src/gateway/balancer/latency.ts'
import { leastConnections } from '../../src/gateway/balancer/least-connections.ts'
import type { Peer } from '../../src/gateway/balancer/peers.ts'
import { createRoundRobin } from '../../src/gateway/balancer/round-robin.ts'
import { peersAt } from '../support/peers.ts'

const usable = ({ weight }: Peer) => weight > 0

function countsOf(picks: readonly (Peer | undefined)[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const peer of picks) counts[peer?.ip ?? 'nobody'] = (counts[peer?.ip ?? 'nobody'] ?? 0) + 1
  return counts
}

describe('round-robin', () => {
  it('gives exact shares of 100,000 requests, also while weights change', () => {
    const peers = peersAt({ a: 70, b: 25, c: 5, d: 0 })
    const algorithm = createRoundRobin()
    algorithm.follow(peers, 4)
    const round = () => Array.from({ length: 100_000 }, () => algorithm.pick(usable, ''))
    expect(countsOf(round())).toEqual({ a: 70_000, b: 25_000, c: 5000 })
    for (const peer of peers) peer.weight = 25
    expect(countsOf(round())).toEqual({ a: 25_000, b: 25_000, c: 25_000, d: 25_000 })
  })
})

describe('least connections', () => {
  function createLoad(weights: Readonly<Record<string, number>>) {
    const algorithm = leastConnections()
    const peers = peersAt(weights)
    algorithm.follow(peers, peers.length)
    const change = (peer: Peer | undefined, more: number) => {
      if (peer === undefined) return
      peer.connections += more
      algorithm.loadChanged?.(peer)
    }
    return {
      peers,
      begin: (may = usable) => {
        const peer = algorithm.pick(may, '')
        change(peer, 1)
        return peer
      },
      end: (peer: Peer | undefined) => change(peer, -1),
    }
  }

  it('idle peers, one request after the other: in the order that Kong recorded', () => {
    const load = createLoad({ a: 100, b: 100, c: 100 })
    const order = Array.from({ length: 6 }, () => {
      const peer = load.begin()
      load.end(peer)
      return peer?.ip
    })
    expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b'])
  })

  it.each<Record<string, number>>([
    { a: 100, b: 100 },
    { a: 100, b: 100, c: 100 },
    { a: 50, b: 30, c: 20, d: 0 },
  ])('100,000 requests, 60 at a time, are within 1 percent of %j', weights => {
    const load = createLoad(weights)
    const underWay = Array.from({ length: 60 }, () => load.begin())
    const counts: Record<string, number> = {}
    let random = 1
    for (let turn = 0; turn < 100_000; turn++) {
      random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0
      const at = random % underWay.length
      load.end(underWay[at])
      const peer = load.begin()
      underWay[at] = peer
      counts[peer?.ip ?? ''] = (counts[peer?.ip ?? ''] ?? 0) + 1
    }
    const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0)
    for (const [ip, weight] of Object.entries(weights)) {
      expect(Math.abs((counts[ip] ?? 0) / 100_000 - weight / total)).toBeLessThan(0.01)
    }
  })

  it('always finds one with the least load, whatever began and ended', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 })
    const steps = fc.array(fc.integer({ min: -1, max: 7 }), { maxLength: 60 })
    fc.assert(
      fc.property(weights, steps, (given, doing) => {
        const load = createLoad(Object.fromEntries(given.map((weight, index) => [`p${index}`, weight])))
        const underWay: (Peer | undefined)[] = []
        for (const step of doing) {
          if (step >= 0 && underWay.length > 0) load.end(underWay.splice(step % underWay.length, 1)[0])
          else {
            const loads = load.peers.map(({ connections, weight }) => (connections + 1) / weight)
            const peer = load.begin()
            underWay.push(peer)
            expect(loads[peer ? load.peers.indexOf(peer) : -1]).toBe(Math.min(...loads))
          }
        }
      }),
    )
  })

  it('passes over those that may not be chosen', () => {
    const load = createLoad({ a: 100, b: 100 })
    expect(load.begin(({ ip }) => ip !== 'a')?.ip).toBe('b')
    expect(load.begin(() => false)).toBeUndefined()
  })
})

describe('latency', () => {
  it('prefers who answers fast, and tries who was slow again when that was long ago', () => {
    let time = 0
    const algorithm = latency(() => time)
    const peers = peersAt({ fast: 100, slow: 100 })
    algorithm.follow(peers, 2)
    const step = () => {
      const peer = algorithm.pick(usable, '')
      if (peer !== undefined) algorithm.answered?.(peer, peer.ip === 'fast' ? 5 : 200)
      time += 10
      return peer
    }
    const counts = countsOf(Array.from({ length: 1000 }, step))
    expect(counts['fast']).toBeGreaterThan(900)
    time += 120_000
    expect(countsOf(Array.from({ length: 20 }, step))['slow']).toBeGreaterThan(0)
  })

  it('lets all have a turn while nothing is measured, and begins a new one with the average', () => {
    const algorithm = latency(() => 0)
    const peers = peersAt({ a: 100, b: 100 })
    algorithm.follow(peers, 2)
    expect(countsOf([algorithm.pick(usable, ''), algorithm.pick(usable, '')])).toEqual({ a: 1, b: 1 })
    for (const [index, peer] of peers.entries()) algorithm.answered?.(peer, 10 + 20 * index)
    const [fresh] = peersAt({ c: 100 })
    algorithm.follow([...peers, ...(fresh ? [fresh] : [])], 3)
    expect(fresh?.latency).toBe(20)
  })
})
