/** Active checks: probes targets at their upstream's intervals and reports what came back. Timers never keep the process alive. */
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import type { Upstream } from '../../entities/kinds/upstream.ts'
import type { Balancer } from '../balancer/balancer.ts'
import type { Peer } from '../balancer/peers.ts'
import type { Report } from './health.ts'

type Active = Upstream['healthchecks']['active']

export interface ActiveChecks {
  /** Checks what the balancers of a new configuration say; the rhythm of upstreams that did not change goes on. */
  follow(balancers: Iterable<Balancer>): void
  close(): void
}

interface Watched {
  balancer: Balancer
  readonly stop: () => void
}

export function createActiveChecks(userAgent: string): ActiveChecks {
  const watched = new Map<string, Watched>()
  const watch = (balancer: Balancer): Watched => {
    const one: Watched = { balancer, stop: startChecks(balancer.upstream, () => one.balancer, userAgent) }
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

/** @returns stops it; probes under way are abandoned */
function startChecks(upstream: Upstream, current: () => Balancer, userAgent: string): () => void {
  const { active } = upstream.healthchecks
  const stopped = new AbortController()
  const every = (seconds: number | null, which: (peer: Peer) => boolean) => {
    if (seconds === null || seconds <= 0) return undefined
    const timer = setInterval(() => {
      for (const peer of current().peers.filter(which)) void check(peer)
    }, seconds * 1000)
    return timer.unref()
  }
  const check = async (peer: Peer) => {
    const report = await probe(peer, active, userAgent, stopped.signal)
    if (report !== undefined && !stopped.signal.aborted) current().probed(peer, report)
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

/** @returns undefined for a status that neither list names */
function probe(
  peer: Peer,
  active: Active,
  userAgent: string,
  signal: AbortSignal,
): Promise<Report | undefined> {
  const milliseconds = (active.timeout ?? 1) * 1000
  if (active.type === 'tcp') return probeTcp(peer, milliseconds)
  return probeHttp(peer, active, milliseconds, userAgent, signal)
}

function probeTcp(peer: Peer, timeout: number): Promise<Report> {
  return new Promise(resolve => {
    const socket = connect({ host: peer.address.host, port: peer.address.port, timeout })
    const end = (report: Report) => {
      socket.destroy()
      resolve(report)
    }
    socket.once('connect', () => end('success'))
    socket.once('timeout', () => end('timeout'))
    socket.once('error', () => end('tcp_failure'))
  })
}

function probeHttp(
  peer: Peer,
  active: Active,
  timeout: number,
  userAgent: string,
  signal: AbortSignal,
): Promise<Report | undefined> {
  const isTls = active.type === 'https' || active.type === 'grpcs'
  return new Promise(resolve => {
    const request = (isTls ? httpsRequest : httpRequest)({
      host: peer.address.host,
      port: peer.address.port,
      path: active.http_path ?? '/',
      headers: { host: peer.key, 'user-agent': userAgent, connection: 'close', ...headersOf(active) },
      timeout,
      agent: false,
      signal,
      ...(isTls && {
        rejectUnauthorized: active.https_verify_certificate,
        servername: active.https_sni ?? peer.host,
      }),
    })
    request.once('timeout', () => {
      resolve('timeout')
      request.destroy()
    })
    request.once('error', () => resolve('tcp_failure'))
    request.once('response', response => {
      response.resume()
      resolve(statusReport(response.statusCode ?? 0, active))
    })
    request.end()
  })
}

function headersOf(active: Active): Record<string, string[]> {
  const { headers } = active as { headers?: Record<string, string[]> | null }
  return headers ?? {}
}

function statusReport(status: number, { healthy, unhealthy }: Active): Report | undefined {
  if (healthy.http_statuses?.includes(status)) return 'success'
  return unhealthy.http_statuses?.includes(status) ? 'http_failure' : undefined
}
