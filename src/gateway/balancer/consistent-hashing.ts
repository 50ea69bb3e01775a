/**
 * Sends equal keys to the same peer while it exists. As in Kong, peers have points on a ring, at hashes of
 * their addresses, and a key belongs to the first point at or below its own; adding or removing a target
 * moves few other keys. With Kong's points alone, shares differ from the weights by up to a tenth, so the
 * places of the ring are distributed until each peer has its exact share
 * (docs/decisions/2026-11-21-exact-hashing.md).
 */
import { printedAddress } from '../dns/resolver.ts'
import type { Algorithm } from './algorithm.ts'
import { type Peer, printedPeer } from './peers.ts'
import { xxhash32 } from './xxhash32.ts'

/** Points for each target, when all weigh the same. */
const pointsEach = 160
/** Smaller wheels are not fine enough: Kong takes this many places in their stead. */
const fewestSlots = 1000

export function consistentHashing(wanted: number): Algorithm {
  const slots = Math.max(wanted, fewestSlots)
  let peers: readonly Peer[] = []
  let targets = 0
  /** Computed at its first use, so that many changes in a row cost nothing. */
  let wheel: Wheel | undefined
  return {
    follow: (next, count) => {
      peers = next
      targets = count
      wheel = undefined
    },
    pick: (may, key) => {
      wheel ??= makeWheel(peers, targets, slots)
      const slot = xxhash32(key) % slots
      const owner = wheel.owners[slot]
      if (owner === undefined || may(owner)) return owner
      return firstFrom(slot, wheel.points, may)
    },
  }
}

interface Wheel {
  /** By slot; empty where no peer has its point there. */
  readonly points: readonly (Peer | undefined)[]
  /** By slot: whose keys they are while it is healthy. */
  readonly owners: readonly (Peer | undefined)[]
}

/** Downwards from a slot, once around. */
function firstFrom(slot: number, points: Wheel['points'], may: (peer: Peer) => boolean): Peer | undefined {
  for (let step = 0; step < points.length; step++) {
    const peer = points[(slot - step + points.length) % points.length]
    if (peer !== undefined && may(peer)) return peer
  }
  return undefined
}

function makeWheel(peers: readonly Peer[], targets: number, slots: number): Wheel {
  const inOrder = peers.filter(peer => peer.weight > 0).sort(byName)
  const points = placePoints(inOrder, targets, slots)
  return { points, owners: dealOut(inOrder, points) }
}

/**
 * Peers are always placed in the same order, whenever they came: where two want one slot, the first has it.
 */
function byName(a: Peer, b: Peer): number {
  const name = ({ target }: Peer) => printedAddress(target.host)
  if (name(a) !== name(b)) return name(a) < name(b) ? -1 : 1
  if (a.target.port !== b.target.port) return a.target.port - b.target.port
  return printedPeer(a) < printedPeer(b) ? -1 : 1
}

function placePoints(peers: readonly Peer[], targets: number, slots: number): (Peer | undefined)[] {
  const points = Array<Peer | undefined>(slots).fill(undefined)
  const total = weightOf(peers)
  for (const peer of peers) {
    let wanted = Math.max(1, Math.floor((peer.weight / total) * targets * pointsEach))
    // A place that is taken is made up for by one more point.
    for (let point = 1; point <= wanted && point <= slots; point++) {
      const slot = xxhash32(`${printedAddress(peer.ip)}::${peer.port} ${point}`) % slots
      if (points[slot] === undefined) points[slot] = peer
      else wanted += 1
    }
  }
  return points
}

const weightOf = (peers: readonly Peer[]): number => peers.reduce((sum, { weight }) => sum + weight, 0)

/** Each slot goes to the first peer below it that has not got its share yet. */
function dealOut(peers: readonly Peer[], points: Wheel['points']): (Peer | undefined)[] {
  const slots = points.length
  const owners = Array<Peer | undefined>(slots).fill(undefined)
  const left = sharesOf(peers, slots)
  const stride = strideFor(slots)
  // Scattered, so that what the last ones get from further off comes from everywhere.
  for (let step = 0, slot = 0; step < slots; step++, slot = (slot + stride) % slots) {
    const owner = firstFrom(slot, points, peer => (left.get(peer) ?? 0) > 0)
    if (owner === undefined) continue
    left.set(owner, (left.get(owner) ?? 0) - 1)
    owners[slot] = owner
  }
  return owners
}

/** The number of slots of each peer: its share by weight, rounded so that the sum is exact. */
function sharesOf(peers: readonly Peer[], slots: number): Map<Peer, number> {
  const total = weightOf(peers)
  const shares = new Map<Peer, number>()
  let [weight, given] = [0, 0]
  for (const peer of peers) {
    weight += peer.weight
    const upTo = Math.round((weight / total) * slots)
    shares.set(peer, upTo - given)
    given = upTo
  }
  return shares
}

/**
 * About the golden section of the slots, and without a divisor in common with them: every slot is reached
 * once.
 */
function strideFor(slots: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
  let stride = Math.floor(slots * 0.618)
  while (divisor(stride, slots) !== 1) stride += 1
  return stride
}
