/** Consistent hashing: Kong's wheel, exact shares, and how little a change moves. */
import { describe, expect, it } from 'vitest'
import { consistentHashing } from '../../src/gateway/balancer/consistent-hashing.ts'
import type { Peer } from '../../src/gateway/balancer/peers.ts'
import { xxhash32 } from '../../src/gateway/balancer/xxhash32.ts'
import { peersAt } from '../support/peers.ts'

const keys = Array.from({ length: 100_000 }, (_none, index) => `user-${index}`)
const all = () => true

function chooser(peers: readonly Peer[], slots = 10_000) {
  const algorithm = consistentHashing(slots)
  algorithm.follow(peers, peers.length)
  return (key: string, may: (peer: Peer) => boolean = all) => algorithm.pick(may, key)?.ip
}

function sharesOf(choose: (key: string) => string | undefined): Record<string, number> {
  const shares: Record<string, number> = {}
  for (const key of keys) {
    const ip = choose(key) ?? 'nobody'
    shares[ip] = (shares[ip] ?? 0) + 1 / keys.length
  }
  return shares
}

it('xxHash is as its specification has it', () => {
  expect(['', 'abc', 'Nobody inspects the spammish repetition'].map(xxhash32)).toEqual([
    0x02cc5d05, 0x32d153ff, 0xe2293b2f,
  ])
})

describe('the wheel', () => {
  // Recorded with real Kong 3.9 and these very targets: kong39/proxy-strict/04-hash-least and
  // proxy39-strict/07-balancer.
  it.each([
    ['', '127.0.0.1:28102'],
    ['127.0.0.1', '127.0.0.1:28103'],
    ['abc', '127.0.0.1:28102'],
    ['zzz', '127.0.0.1:28102'],
  ])('sends %j where Kong sent it', (key, expected) => {
    const peers = [28101, 28102, 28103].flatMap(port => peersAt({ '127.0.0.1': 100 }, port))
    const algorithm = consistentHashing(10_000)
    algorithm.follow(peers, 3)
    const peer = algorithm.pick(all, key)
    expect(`${peer?.ip}:${peer?.port}`).toBe(expected)
  })

  it('does not mind in which order the targets came', () => {
    const peers = peersAt({ '10.0.0.1': 100, '10.0.0.2': 50, '10.0.0.3': 70 })
    const [one, other] = [chooser(peers), chooser(peers.toReversed())]
    expect(keys.slice(0, 1000).every(key => one(key) === other(key))).toBe(true)
  })
})

describe('shares of 100,000 keys', () => {
  it.each<Record<string, number>>([
    { '10.0.0.1': 100, '10.0.0.2': 100 },
    { '10.0.0.1': 100, '10.0.0.2': 100, '10.0.0.3': 100 },
    { '10.0.0.1': 60, '10.0.0.2': 30, '10.0.0.3': 10 },
    { '10.0.0.1': 1000, '10.0.0.2': 1, '10.0.0.3': 0 },
  ])('are within 1 percent of %j', weights => {
    const shares = sharesOf(chooser(peersAt(weights)))
    const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0)
    for (const [ip, weight] of Object.entries(weights)) {
      expect(Math.abs((shares[ip] ?? 0) - weight / total)).toBeLessThan(0.01)
    }
    expect(shares['10.0.0.3'] === undefined).toBe((weights['10.0.0.3'] ?? 0) === 0)
  })
})

describe('a change', () => {
  const moved = (before: readonly (string | undefined)[], after: readonly (string | undefined)[]) =>
    before.map((ip, index) => [ip, after[index]] as const).filter(([from, to]) => from !== to)

  it.each([2, 3, 8])('%i targets and one more: it gets its share, and the others keep nearly all', count => {
    const ips = Array.from({ length: count + 1 }, (_none, index) => `10.0.0.${index + 1}`)
    const weights = (list: readonly string[]) => Object.fromEntries(list.map(ip => [ip, 100]))
    const [few, more] = [chooser(peersAt(weights(ips.slice(0, count)))), chooser(peersAt(weights(ips)))]
    const changes = moved(
      keys.map(key => few(key)),
      keys.map(key => more(key)),
    )
    const toNew = changes.filter(([, to]) => to === ips[count]).length / keys.length
    expect(Math.abs(toNew - 1 / (count + 1))).toBeLessThan(0.01)
    expect(changes.length / keys.length - toNew).toBeLessThan(0.04)
  })

  it('a peer that is down gives its keys away, and keys of other peers stay', () => {
    const choose = chooser(peersAt({ '10.0.0.1': 100, '10.0.0.2': 100, '10.0.0.3': 100 }))
    const changes = moved(
      keys.map(key => choose(key)),
      keys.map(key => choose(key, ({ ip }) => ip !== '10.0.0.2')),
    )
    expect(new Set(changes.map(([from]) => from))).toEqual(new Set(['10.0.0.2']))
    expect(new Set(changes.map(([, to]) => to))).toEqual(new Set(['10.0.0.1', '10.0.0.3']))
  })

  it('no peer is found where no peer may be chosen', () => {
    expect(chooser(peersAt({ '10.0.0.1': 100 }))('a', () => false)).toBeUndefined()
    expect(chooser([])('a')).toBeUndefined()
  })
})
