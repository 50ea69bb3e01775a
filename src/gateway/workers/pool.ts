/**
 * The worker pool: a proxy of several processes. The first process holds the shared objects (the
 * configuration, health with its active checks, counters, the cache, metrics) in a data plane that does not
 * listen; workers serve the requests. A worker that ends is replaced.
 */
import { fork } from 'node:child_process'
import type { DataPlane, DataPlaneOptions, EntitySets, Together } from '../data-plane.ts'
import { fresh } from '../health/health.ts'
import { createDataPlane, type ProxyDataPlane } from '../proxy/data-plane.ts'
import { selfSigned } from '../tls/self-signed.ts'
import { createAcceptor } from './acceptor.ts'
import { type Counters, createCounters } from './counters.ts'
import type { FromWorker, HealthBoard } from './messages.ts'
import { recordsOf } from './records.ts'
import { createSharedHost, type SharedHost } from './shared-host.ts'
import { type Connection, createWorkerHandle, type State, type WorkerHandle } from './worker-handle.ts'

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

/**
 * A worker that ends sooner than this (ms) would probably end again: its replacement starts after the same
 * time.
 */
const shortestLife = 1000

export function createWorkerPool(options: DataPlaneOptions, { count, program }: Workers): DataPlane {
  const { log, records, together: _alone, ...shareable } = options
  const shared = createSharedHost()
  const counters = createCounters(() => handles)
  /** Lines that this process logged itself; workers with the same configuration would repeat them. */
  const logged = new Set<string>()
  const plane = createPlane(options, shared, {
    ...counters,
    changed: () => healthChanged(),
    log: line => {
      logged.add(line)
      log(line)
    },
  })
  const fallback = selfSigned('localhost', Date.now())
  const acceptor = createAcceptor()
  const handles = new Set<WorkerHandle>()
  let state: State = { at: 0, sets: new Map(), health: [] }
  let isClosing = false
  let isHealthDue = false

  const next = (changed: Partial<Omit<State, 'at'>>) => {
    state = { ...state, ...changed, at: state.at + 1 }
    for (const handle of handles) handle.follow()
  }
  const sendHealth = () => {
    isHealthDue = false
    const health = boardOf(plane)
    if (health.length + state.health.length > 0) next({ health })
  }
  /** Several reports of one turn are sent as one message. */
  function healthChanged(): void {
    if (!isHealthDue) setImmediate(() => isHealthDue && sendHealth())
    isHealthDue = true
  }
  const onMessage = (handle: WorkerHandle, message: FromWorker) => {
    if (message.what === 'calls') {
      shared.call(message.calls, results => handle.send({ what: 'results', results }))
    } else if (message.what === 'report') {
      plane.balancers().get(message.place.upstreamId)?.reported(message.place, message.report)
    } else if (message.what === 'log' && !logged.has(message.line)) log(message.line)
  }
  const onEnd = (handle: WorkerHandle, how: string, left: readonly Connection[], startedAt: number) => {
    handles.delete(handle)
    acceptor.leave(handle)
    counters.keep(handle)
    for (const connection of left) acceptor.pass(connection)
    if (isClosing) return
    log(`proxy: worker ${handle.pid} ${how}; a new worker replaces it`)
    const wait = performance.now() - startedAt < shortestLife ? shortestLife : 0
    setTimeout(() => {
      if (!isClosing) start().catch(error => log(`proxy: the new worker failed: ${error.message}`))
    }, wait)
  }
  /** A worker gets requests only after it has applied the configuration. */
  const start = async (): Promise<void> => {
    const startedAt = performance.now()
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const
    const worker = fork(program, [], { serialization: 'advanced', stdio: [...stdio] })
    const handle = createWorkerHandle(worker, {
      state: () => state,
      onMessage,
      onEnd: (one, how, left) => onEnd(one, how, left, startedAt),
    })
    handles.add(handle)
    handle.send({ what: 'start', options: shareable, fallback })
    handle.follow()
    await handle.actsOn(state.at)
    if (!handles.has(handle)) throw new Error('it ended before it served')
    acceptor.enter(handle)
  }
  const started = Promise.all(Array.from({ length: count }, start))
  // Callers that await it get the failure.
  started.catch(() => {})
  const listen = async (isTls: boolean, host: string, port: number) => {
    await started
    return acceptor.listen(isTls, host, port)
  }

  const settled = async () => {
    if (isHealthDue) sendHealth()
    const { at } = state
    await Promise.all([...handles].map(handle => handle.actsOn(at)))
  }
  shared.share(recordsOf(records, settled))

  return {
    pluginEndpoints: plane.pluginEndpoints ?? [],
    configure: (sets: EntitySets) => {
      plane.configure(sets)
      next({ sets })
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
      isClosing = true
      acceptor.close()
      const all = [...handles]
      for (const handle of all) handle.send({ what: 'close', graceMs })
      const late = setTimeout(() => {
        for (const handle of all) handle.kill()
      }, graceMs + shortestLife)
      await Promise.all(all.map(handle => handle.ended))
      clearTimeout(late)
      await plane.close(0)
    },
  }
}
