/**
 * The worker pool: a proxy of several processes. The first process holds the shared objects (the
 * configuration, health with its active checks, counters, the cache, metrics) in a data plane that does not
 * listen; workers serve the requests. A worker that ends is replaced.
 */
import type { DataPlane, DataPlaneOptions, EntitySets, Together } from '../data-plane.ts'
import { fresh } from '../health/health.ts'
import { createDataPlane, type ProxyDataPlane } from '../proxy/data-plane.ts'
import { selfSigned } from '../tls/self-signed.ts'
import { createAcceptor } from './acceptor.ts'
import { type Counters, createCounters } from './counters.ts'
import type { FromWorker, HealthBoard } from './messages.ts'
import { recordsOf } from './records.ts'
import { createSharedHost, type SharedHost } from './shared-host.ts'
import type { WorkerHandle } from './worker-handle.ts'
import { createWorkerProcesses } from './worker-processes.ts'

export interface Workers {
  readonly count: number
  /** The file that a worker process runs: `program.ts`, as built. */
  readonly program: string
}

interface PlaneEvents {
  readonly log: (line: string) => void
  /** The health of a peer changed. */
  readonly changed: () => void
}

/** The data plane of this process. */
function createPlane(
  options: DataPlaneOptions,
  shared: SharedHost,
  { log, changed, traffic, processes }: PlaneEvents & Pick<Counters, 'traffic' | 'processes'>,
): ProxyDataPlane {
  const together: Together = {
    share: shared.share,
    health: {
      first: () => fresh,
      heard: (peer, _place, _what, next) => {
        peer.health = next
        changed()
      },
      peersChanged: changed,
    },
    probes: true,
    traffic,
    processes,
  }
  return createDataPlane({ ...options, log, together })
}

const boardOf = (plane: ProxyDataPlane): HealthBoard =>
  [...plane.balancers().values()].flatMap(balancer => balancer.unwell())

/** Several reports of one turn become one call of `send`. */
function batched(send: () => void) {
  let isDue = false
  const flush = (): void => {
    if (!isDue) return
    isDue = false
    send()
  }
  return {
    report: (): void => {
      if (!isDue) setImmediate(flush)
      isDue = true
    },
    flush,
  }
}

export function createWorkerPool(options: DataPlaneOptions, { count, program }: Workers): DataPlane {
  const { log, records, together: _alone, ...shareable } = options
  const shared = createSharedHost()
  const counters = createCounters(() => workers.handles)
  /** Lines that this process logged itself; workers with the same configuration would repeat them. */
  const logged = new Set<string>()
  const plane = createPlane(options, shared, {
    ...counters,
    changed: () => health.report(),
    log: line => {
      logged.add(line)
      log(line)
    },
  })
  const onMessage = (handle: WorkerHandle, message: FromWorker): void => {
    if (message.what === 'calls')
      shared.call(message.calls, results => handle.send({ what: 'results', results }))
    else if (message.what === 'report')
      plane.balancers().get(message.place.upstreamId)?.reported(message.place, message.report)
    else if (message.what === 'log' && !logged.has(message.line)) log(message.line)
  }
  const acceptor = createAcceptor()
  const fallback = selfSigned('localhost', Date.now())
  const start = { what: 'start', options: shareable, fallback } as const
  const workers = createWorkerProcesses({ program, count, start, acceptor, counters, onMessage, log })
  const health = batched(() => {
    const board = boardOf(plane)
    if (board.length + workers.state().health.length > 0) workers.publish({ health: board })
  })
  const settled = async (): Promise<void> => {
    health.flush()
    await workers.settled()
  }
  shared.share(recordsOf(records, settled))
  const listen = async (isTls: boolean, host: string, port: number) => {
    await workers.started
    return acceptor.listen(isTls, host, port)
  }

  return {
    pluginEndpoints: plane.pluginEndpoints ?? [],
    configure: (sets: EntitySets) => {
      plane.configure(sets)
      workers.publish({ sets })
    },
    healthOf: plane.healthOf,
    trafficOf: counters.trafficOf,
    setHealth: plane.setHealth,
    traffic: counters.traffic,
    processes: counters.processes,
    settled,
    listen: (host, port) => listen(false, host, port),
    listenTls: (host, port) => listen(true, host, port),
    close: async (graceMs = 1000) => {
      acceptor.close()
      await workers.close(graceMs)
      await plane.close(0)
    },
  }
}
