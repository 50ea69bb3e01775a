/** Round-robin: exact shares over a round, whatever the weights. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { roundRobin, type Turn } from '../../src/gateway/balancer/round-robin.ts'

const peersOf = (weights: readonly number[]): Turn[] => weights.map(weight => ({ weight, credit: 0 }))

function turns(peers: readonly Turn[], count: number): number[] {
  return Array.from({ length: count }, () => {
    const peer = roundRobin(peers)
    return peer === undefined ? -1 : peers.indexOf(peer)
  })
}

describe('round-robin', () => {
  it('lets equal ones alternate', () => {
    expect(turns(peersOf([100, 100]), 6)).toEqual([1, 0, 1, 0, 1, 0])
  })

  it('spreads 2 to 1 within the round', () => {
    expect(turns(peersOf([100, 50]), 6)).toEqual([0, 1, 0, 0, 1, 0])
  })

  it('chooses no peer where all weights are zero', () => {
    expect(turns(peersOf([0, 0]), 2)).toEqual([-1, -1])
    expect(turns([], 1)).toEqual([-1])
  })

  it('gives each exactly its share of a whole round', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 6 }), weights => {
        const total = weights.reduce((sum, weight) => sum + weight, 0)
        const counts = weights.map(() => 0)
        for (const index of turns(peersOf(weights), total)) counts[index] = (counts[index] ?? 0) + 1
        expect(counts).toEqual(weights)
      }),
    )
  })
})
