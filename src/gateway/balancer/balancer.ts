/**
 * One upstream in one configuration: chooses the peer for a request, receives reports about requests, and
 * reports the upstream's health.
 */
import type { Upstream } from '../../entities/kinds/upstream.ts'
import type { UpstreamHealth } from '../data-plane.ts'
import {
  type Counters,
  fresh,
  type Report,
  reported,
  setManually,
  type Thresholds,
} from '../health/health.ts'
import type { HealthKeeper, PeerPlace } from '../health/keeper.ts'
import type { Peer } from './peers.ts'
import { upstreamHealth } from './reported-health.ts'
import type { Ring } from './rings.ts'

export interface Balancer {
  readonly upstream: Upstream
  /** All peers of now; they change with the configuration and with DNS. */
  readonly peers: readonly Peer[]
  /**
   * The peer for a request, one that was not tried already unless all were; undefined where none is healthy.
   * It counts as busy until `ended`.
   * @param key what consistent hashing goes by; empty where there is nothing
   */
  pick(tried: ReadonlySet<Peer>, key: string): Peer | undefined
  /** The request that a peer was picked for is over. */
  ended(peer: Peer): void
  /** Whether a request would find a target; does not advance the order of peers. */
  hasHealthy(): boolean
  /** While names are looked up for the first time: when that is done. */
  pending(): Promise<unknown> | undefined
  /**
   * Passive health: a status and how long it took in milliseconds (undefined: the upstream gave none), or a
   * failure before one came.
   */
  answered(peer: Peer, status: number, milliseconds?: number): void
  failed(peer: Peer, how: 'tcp_failure' | 'timeout'): void
  /** Active health: a probe's result. */
  probed(peer: Peer, report: Report): void
  setHealth(targetId: string, address: { ip: string; port: number } | undefined, healthy: boolean): boolean
  health(): UpstreamHealth
  /** Passive health, as another process reports it. */
  reported(place: PeerPlace, report: Report): void
  /** Takes over what the keeper knows of its peers now. */
  followKeeper(): void
  /** Its peers that are not as healthy as new ones, and what is counted of them. */
  unwell(): readonly (readonly [PeerPlace, Counters])[]
}

type Checks = Upstream['healthchecks']

/** Kong's record of an active or passive check, with every count present. */
function thresholdsOf(check: NonNullable<Checks['active'] | Checks['passive']>): Thresholds {
  const { healthy, unhealthy } = check
  return {
    successes: healthy.successes ?? 0,
    tcp_failures: unhealthy.tcp_failures ?? 0,
    http_failures: unhealthy.http_failures ?? 0,
    timeouts: unhealthy.timeouts ?? 0,
  }
}

/**
 * Whether any health check is configured. Otherwise targets are shown as HEALTHCHECKS_OFF and are never
 * unhealthy.
 */
function checksAreOn({ active, passive }: Checks): boolean {
  const { tcp_failures, http_failures, timeouts } = thresholdsOf(passive)
  const failures = tcp_failures + http_failures + timeouts
  return failures > 0 || (active.healthy.interval ?? 0) > 0 || (active.unhealthy.interval ?? 0) > 0
}

export function createBalancer(upstream: Upstream, ring: Ring, keeper: HealthKeeper): Balancer {
  const { healthchecks } = upstream
  const isOn = checksAreOn(healthchecks)
  const threshold = healthchecks.threshold ?? 0
  const passive = thresholdsOf(healthchecks.passive)
  const active = thresholdsOf(healthchecks.active)
  const goodStatuses = new Set(healthchecks.passive.healthy.http_statuses ?? [])
  const badStatuses = new Set(healthchecks.passive.unhealthy.http_statuses ?? [])

  const isUp = (peer: Peer) => !isOn || peer.health.healthy
  const isUsable = (peer: Peer) => peer.weight > 0 && isUp(peer)
  const placeOf = ({ target, ip, port }: Peer): PeerPlace => ({
    upstreamId: upstream.id,
    target: target.key,
    ip,
    port,
  })
  const report = (peer: Peer, what: Report, thresholds: Thresholds) => {
    const next = reported(peer.health, what, thresholds)
    if (next !== peer.health) keeper.heard(peer, placeOf(peer), what, next)
  }
  const loaded = (peer: Peer, more: 1 | -1) => {
    peer.connections += more
    ring.algorithm.loadChanged?.(peer)
  }
  const choose = (tried: ReadonlySet<Peer>, key: string): Peer | undefined => {
    if (!hasEnough(ring.peers, threshold, isUp)) return undefined
    if (tried.size === 0) return ring.algorithm.pick(isUsable, key)
    const untried = ring.algorithm.pick(peer => !tried.has(peer) && isUsable(peer), key)
    return untried ?? ring.algorithm.pick(isUsable, key)
  }

  return {
    upstream,
    get peers() {
      return ring.peers
    },
    pick: (tried, key) => {
      const peer = choose(tried, key)
      if (peer !== undefined) loaded(peer, 1)
      return peer
    },
    ended: peer => loaded(peer, -1),
    hasHealthy: () => hasEnough(ring.peers, threshold, isUp),
    pending: () => ring.pending(),
    answered: (peer, status, milliseconds) => {
      if (milliseconds !== undefined) ring.algorithm.answered?.(peer, milliseconds)
      // An upstream's own 504 counts as one that did not answer.
      if (status === 504) report(peer, 'timeout', passive)
      else if (goodStatuses.has(status)) report(peer, 'success', passive)
      else if (badStatuses.has(status)) report(peer, 'http_failure', passive)
    },
    failed: (peer, how) => report(peer, how, passive),
    probed: (peer, what) => report(peer, what, active),
    setHealth: (targetId, address, healthy) => {
      const found = ring.peers.filter(peer => peer.target.targetId === targetId && isAt(peer, address))
      for (const peer of found) keeper.heard(peer, placeOf(peer), undefined, setManually(healthy))
      return found.length > 0
    },
    health: () =>
      upstreamHealth(ring.groups, { isOn, isUp, isEnough: hasEnough(ring.peers, threshold, isUp) }),
    reported: ({ target, ip, port }, what) => {
      const peer = ring.peers.find(one => one.target.key === target && one.ip === ip && one.port === port)
      if (peer !== undefined) report(peer, what, passive)
    },
    followKeeper: () => {
      for (const peer of ring.peers) peer.health = keeper.first(placeOf(peer))
    },
    unwell: () =>
      ring.peers.flatMap(peer => (peer.health === fresh ? [] : [[placeOf(peer), peer.health] as const])),
  }
}

const isAt = (peer: Peer, address: { ip: string; port: number } | undefined): boolean =>
  address === undefined ||
  ((address.ip === peer.ip || address.ip === peer.target.host) && address.port === peer.port)

/** Some weight is up, and it is more than `threshold` percent of all. */
function hasEnough(peers: readonly Peer[], threshold: number, isUp: (peer: Peer) => boolean): boolean {
  let [total, up] = [0, 0]
  for (const peer of peers) {
    total += peer.weight
    if (isUp(peer)) up += peer.weight
  }
  return up > 0 && (up / total) * 100 > threshold
}
