/** An upstream's health in the words of `/upstreams/{upstream}/health`. */
import type { HealthWord, TargetHealth, UpstreamHealth } from '../data-plane.ts'
import type { Peer, PeerGroup } from './peers.ts'

interface Judgement {
  /** Whether anything is watched. */
  readonly isOn: boolean
  readonly isUp: (peer: Peer) => boolean
  /** Whether so much is up that requests are taken. */
  readonly isEnough: boolean
}

export function upstreamHealth(groups: readonly PeerGroup[], judgement: Judgement): UpstreamHealth {
  const targets = new Map(groups.map(group => [group.targetId, targetHealth(group, judgement)]))
  const weight = totalWeight([...targets.values()].map(target => target.weight))
  const { isOn, isEnough } = judgement
  return { health: isOn ? (isEnough ? 'HEALTHY' : 'UNHEALTHY') : 'HEALTHCHECKS_OFF', targets, weight }
}

function targetHealth(group: PeerGroup, { isOn, isUp }: Judgement): TargetHealth {
  const isWatched = isOn && group.weight > 0
  const word = (peer: Peer): HealthWord =>
    isWatched ? (isUp(peer) ? 'HEALTHY' : 'UNHEALTHY') : 'HEALTHCHECKS_OFF'
  const addresses = group.peers.map(peer => ({
    ip: peer.ip,
    port: peer.port,
    health: word(peer),
    weight: peer.weight,
  }))
  const sum = (list: readonly Peer[]) => list.reduce((total, { weight }) => total + weight, 0)
  const total = sum(group.peers)
  const available = sum(group.peers.filter(isUp))
  return {
    health: wholeWord(addresses.map(({ health }) => health)),
    host: group.host,
    port: group.port,
    dns: group.dns,
    nodeWeight: group.weight,
    weight: { total, available, unavailable: total - available },
    addresses,
  }
}

/** A target is healthy when one of its addresses is; without any its name was not found. */
function wholeWord(words: readonly HealthWord[]): HealthWord {
  if (words.length === 0) return 'DNS_ERROR'
  const order: HealthWord[] = ['HEALTHY', 'UNHEALTHY']
  return order.find(word => words.includes(word)) ?? 'HEALTHCHECKS_OFF'
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
