/** Peers for algorithms that are tried without a proxy: each the only address of its target. */
import type { Peer, PeerGroup } from '../../src/gateway/balancer/peers.ts'
import { fresh } from '../../src/gateway/health/health.ts'

/** @param weights by IP address */
export function peersAt(weights: Readonly<Record<string, number>>, port = 8000): Peer[] {
  return Object.entries(weights).map(([ip, weight]) => {
    const target: { -readonly [K in keyof PeerGroup]: PeerGroup[K] } = {
      key: `${ip}:${port}`,
      host: ip,
      port,
      targetId: ip,
      weight,
      peers: [],
      dns: 'A',
      pending: undefined,
      adopt: () => {},
      close: () => {},
    }
    const peer: Peer = {
      target,
      ip,
      port,
      address: { host: ip, port },
      weight,
      health: fresh,
      connections: 0,
      credit: 0,
      latency: undefined,
      measuredAt: 0,
    }
    target.peers = [peer]
    return peer
  })
}
