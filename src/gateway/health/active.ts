/**
 * Active checks: probes peers at their upstream's intervals and reports what came back. Timers never keep the
 * process alive.
 */
import type { Upstream } from '../../entities/kinds/upstream.ts'
import type { Balancer } from '../balancer/balancer.ts'
import type { Peer } from '../balancer/peers.ts'
import type { Resolver } from '../dns/resolver.ts'
import type { CertificateAndKey } from '../tls/self-signed.ts'
import { probe } from './probe.ts'

export interface ActiveChecks {
  /** Runs the checks of a new configuration; the timing of unchanged upstreams continues. */
  follow(balancers: Iterable<Balancer>): void
  close(): void
}

interface Watched {
  balancer: Balancer
  readonly stop: () => void
}

export interface ProbeOptions {
  readonly userAgent: string
  readonly resolver: Resolver
  /** The client certificate for an upstream's targets. */
  readonly clientOf: (upstream: Upstream) => CertificateAndKey | undefined
}

export function createActiveChecks(options: ProbeOptions): ActiveChecks {
  const watched = new Map<string, Watched>()
  const watch = (balancer: Balancer): Watched => {
    const current = () => one.balancer
    const one: Watched = {
      balancer,
      stop: startChecks(balancer.upstream, { current, ...options }),
    }
    return one
  }
  return {
    follow: balancers => {
      const gone = new Set(watched.keys())
      for (const balancer of balancers) {
        const { id } = balancer.upstream
        gone.delete(id)
        const known = watched.get(id)
        if (known?.balancer.upstream === balancer.upstream) known.balancer = balancer
        else {
          known?.stop()
          watched.set(id, watch(balancer))
        }
      }
      for (const id of gone) {
        watched.get(id)?.stop()
        watched.delete(id)
      }
    },
    close: () => {
      for (const { stop } of watched.values()) stop()
      watched.clear()
    },
  }
}

interface Checking extends ProbeOptions {
  readonly current: () => Balancer
}

/** @returns stops it; probes under way are abandoned */
function startChecks(upstream: Upstream, checking: Checking): () => void {
  const { active } = upstream.healthchecks
  const stopped = new AbortController()
  const every = (seconds: number | null, which: (peer: Peer) => boolean) => {
    if (seconds === null || seconds <= 0) return undefined
    let isRunning = false
    const round = async () => {
      // Slow targets make rounds longer, not more of them at once.
      if (isRunning) return
      isRunning = true
      const due = checking.current().peers.filter(peer => peer.weight > 0 && which(peer))
      await someAtOnce(due, active.concurrency ?? 10, peer => check(peer, upstream, checking, stopped.signal))
      isRunning = false
    }
    return setInterval(() => void round(), seconds * 1000).unref()
  }
  const timers = [
    every(active.healthy.interval, peer => peer.health.healthy),
    every(active.unhealthy.interval, peer => !peer.health.healthy),
  ]
  return () => {
    stopped.abort()
    for (const timer of timers) clearInterval(timer)
  }
}

async function check(
  peer: Peer,
  upstream: Upstream,
  { current, userAgent, resolver, clientOf }: Checking,
  signal: AbortSignal,
): Promise<void> {
  const { host, port } = peer.address
  const address = await resolver.address(host, port).catch(() => undefined)
  if (signal.aborted) return
  const client = clientOf(upstream)
  const report =
    address === undefined
      ? 'tcp_failure'
      : await probe({ peer, address, upstream, userAgent, client, signal })
  if (report !== undefined && !signal.aborted) current().probed(peer, report)
}

/** At most so many at the same time. */
async function someAtOnce<T>(
  list: readonly T[],
  most: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const left = list.values()
  const worker = async () => {
    for (const one of left) await work(one)
  }
  await Promise.all(Array.from({ length: Math.min(most, list.length) }, worker))
}
