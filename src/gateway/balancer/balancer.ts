/** One upstream: chooses the next target for a request, takes reports of how requests went, and tells its health. */
import type { Upstream } from '../../entities/kinds/upstream.ts'
import type { HealthWord, TargetHealth, UpstreamHealth } from '../data-plane.ts'
import { type Report, reported, type Thresholds, told } from '../health/health.ts'
import type { Peer } from './peers.ts'
import { roundRobin } from './round-robin.ts'

export interface Balancer {
  readonly upstream: Upstream
  readonly peers: readonly Peer[]
  /** The next target that is not among those tried already (unless all were); undefined where none is healthy. */
  pick(tried: ReadonlySet<Peer>): Peer | undefined
  /** Whether a request would find a target; takes nobody's turn. */
  hasHealthy(): boolean
  /** Passive health: a status, or a failure before one came. */
  answered(peer: Peer, status: number): void
  failed(peer: Peer, how: 'tcp_failure' | 'timeout'): void
  /** Active health: a probe's result. */
  probed(peer: Peer, report: Report): void
  setHealth(targetId: string, address: { ip: string; port: number } | undefined, healthy: boolean): boolean
  health(): UpstreamHealth
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

/** Whether anything is watched at all; where not, targets are told as HEALTHCHECKS_OFF. */
export function checksAreOn({ active, passive }: Checks): boolean {
  const counts = Object.values(thresholdsOf(passive))
  return (
    (active.healthy.interval ?? 0) > 0 ||
    (active.unhealthy.interval ?? 0) > 0 ||
    counts.some(count => count > 0)
  )
}

export function createBalancer(upstream: Upstream, peers: readonly Peer[]): Balancer {
  const { healthchecks } = upstream
  const isOn = checksAreOn(healthchecks)
  const passive = thresholdsOf(healthchecks.passive)
  const active = thresholdsOf(healthchecks.active)
  const goodStatuses = new Set(healthchecks.passive.healthy.http_statuses ?? [])
  const badStatuses = new Set(healthchecks.passive.unhealthy.http_statuses ?? [])

  const isUp = (peer: Peer) => peer.dnsError === undefined && peer.health.healthy
  const report = (peer: Peer, what: Report, thresholds: Thresholds) => {
    peer.health = reported(peer.health, what, thresholds)
  }

  return {
    upstream,
    peers,
    pick: tried => {
      const up = peers.filter(isUp)
      if (!hasEnough(peers, healthchecks.threshold ?? 0, isUp)) return undefined
      const untried = up.filter(peer => !tried.has(peer))
      return roundRobin(untried.some(peer => peer.weight > 0) ? untried : up)
    },
    hasHealthy: () => hasEnough(peers, healthchecks.threshold ?? 0, isUp),
    answered: (peer, status) => {
      if (badStatuses.has(status)) report(peer, 'http_failure', passive)
      else if (goodStatuses.has(status)) report(peer, 'success', passive)
    },
    failed: (peer, how) => report(peer, how, passive),
    probed: (peer, what) => report(peer, what, active),
    setHealth: (targetId, address, healthy) => {
      const found = peers.filter(peer => peer.targetId === targetId && isAt(peer, address))
      for (const peer of found) peer.health = told(healthy)
      return found.length > 0
    },
    health: () => {
      const targets = new Map(peers.map(peer => [peer.targetId, targetHealth(peer, isOn)]))
      const weight = totalWeight([...targets.values()].map(target => target.weight))
      return { health: wholeHealth(peers, healthchecks, isOn, isUp), targets, weight }
    },
  }
}

const isAt = (peer: Peer, address: { ip: string; port: number } | undefined): boolean =>
  address === undefined ||
  ((address.ip === peer.ip || address.ip === peer.host) && address.port === peer.port)

/** Some weight is there, and at least `threshold` percent of it is up. */
function hasEnough(peers: readonly Peer[], threshold: number, isUp: (peer: Peer) => boolean): boolean {
  const sum = (list: readonly Peer[]) => list.reduce((total, peer) => total + peer.weight, 0)
  const total = sum(peers.filter(peer => peer.dnsError === undefined))
  const up = sum(peers.filter(isUp))
  return up > 0 && (up / total) * 100 >= threshold
}

function wholeHealth(
  peers: readonly Peer[],
  { threshold }: Checks,
  isOn: boolean,
  isUp: (peer: Peer) => boolean,
): HealthWord {
  if (!isOn) return 'HEALTHCHECKS_OFF'
  return hasEnough(peers, threshold ?? 0, isUp) ? 'HEALTHY' : 'UNHEALTHY'
}

function wordOf(peer: Peer, isOn: boolean): HealthWord {
  if (peer.dnsError !== undefined) return 'DNS_ERROR'
  if (!peer.health.healthy) return 'UNHEALTHY'
  return isOn ? 'HEALTHY' : 'HEALTHCHECKS_OFF'
}

function targetHealth(peer: Peer, isOn: boolean): TargetHealth {
  const health = wordOf(peer, isOn)
  const found = peer.dnsError === undefined
  const total = found ? peer.weight : 0
  const available = health === 'UNHEALTHY' ? 0 : total
  return {
    health,
    host: peer.host,
    port: peer.port,
    dns: peer.dnsError ?? 'A',
    nodeWeight: peer.weight,
    weight: { total, available, unavailable: total - available },
    addresses: found ? [{ ip: peer.ip, port: peer.port, health, weight: peer.weight }] : [],
  }
}

function totalWeight(weights: readonly TargetHealth['weight'][]): TargetHealth['weight'] {
  const sum = (pick: (weight: TargetHealth['weight']) => number) =>
    weights.reduce((total, one) => total + pick(one), 0)
  return {
    total: sum(one => one.total),
    available: sum(one => one.available),
    unavailable: sum(one => one.unavailable),
  }
}
