/**
 * A proxy of several processes. This one keeps what they have in common (the configuration, health with its active checks, counters, the cache, metrics) in an
 * ordinary data plane that listens nowhere; workers serve the requests. A worker that ends is replaced.
 */
import { fork } from 'node:child_process'
import type { DataPlane, DataPlaneOptions, EntitySets, Together } from '../data-plane.ts'
import { fresh } from '../health/health.ts'
import { createDataPlane, type ProxyDataPlane } from '../proxy/data-plane.ts'
import { selfSigned } from '../tls/self-signed.ts'
import { createDoor } from './acceptor.ts'
import { createLedger, type Ledger } from './counters.ts'
import type { FromWorker, HealthBoard } from './messages.ts'
import { recordsOf } from './records.ts'
import { type KeptThings, keepThings } from './shared-host.ts'
import { type Connection, createMember, type Member, type State } from './worker-handle.ts'

export interface Workers {
  readonly count: number
  /** The file that a worker process runs: `program.ts`, as built. */
  readonly program: string
}

interface Kept {
  readonly log: (line: string) => void
  /** The health of some peer is another. */
  readonly changed: () => void
}

/** The data plane of this process. */
function createPlane(
  options: DataPlaneOptions,
  things: KeptThings,
  { log, changed, traffic, processes }: Kept & Pick<Ledger, 'traffic' | 'processes'>,
): ProxyDataPlane {
  const together: Together = {
    share: things.share,
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

/** A worker that ends sooner than this, in milliseconds, would do so again: the next one waits as long. */
const soon = 1000

export function createCrew(options: DataPlaneOptions, { count, program }: Workers): DataPlane {
  const { log, records, together: _alone, ...shareable } = options
  const things = keepThings()
  const ledger = createLedger(() => members)
  /** What this process said itself, which workers that are configured alike would say again. */
  const said = new Set<string>()
  const plane = createPlane(options, things, {
    ...ledger,
    changed: () => healthChanged(),
    log: line => {
      said.add(line)
      log(line)
    },
  })
  const fallback = selfSigned('localhost', Date.now())
  const door = createDoor()
  const members = new Set<Member>()
  let state: State = { at: 0, sets: new Map(), health: [] }
  let isClosing = false
  let isHealthDue = false

  const next = (changed: Partial<Omit<State, 'at'>>) => {
    state = { ...state, ...changed, at: state.at + 1 }
    for (const member of members) member.follow()
  }
  const tellHealth = () => {
    isHealthDue = false
    const health = boardOf(plane)
    if (health.length + state.health.length > 0) next({ health })
  }
  /** Several reports of one turn are sent as one message. */
  function healthChanged(): void {
    if (!isHealthDue) setImmediate(() => isHealthDue && tellHealth())
    isHealthDue = true
  }
  const onMessage = (member: Member, message: FromWorker) => {
    if (message.what === 'calls') {
      things.call(message.calls, results => member.send({ what: 'results', results }))
    } else if (message.what === 'report') {
      plane.balancers().get(message.place.upstreamId)?.reported(message.place, message.report)
    } else if (message.what === 'log' && !said.has(message.line)) log(message.line)
  }
  const onEnd = (member: Member, how: string, left: readonly Connection[], startedAt: number) => {
    members.delete(member)
    door.leave(member)
    ledger.keep(member)
    for (const connection of left) door.pass(connection)
    if (isClosing) return
    log(`proxy: worker ${member.pid} ${how}; another takes its place`)
    const wait = performance.now() - startedAt < soon ? soon : 0
    setTimeout(() => {
      if (!isClosing) start().catch(error => log(`proxy: a worker cannot take its place: ${error.message}`))
    }, wait)
  }
  /** Requests come to a worker only when it has its configuration. */
  const start = async (): Promise<void> => {
    const startedAt = performance.now()
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const
    const worker = fork(program, [], { serialization: 'advanced', stdio: [...stdio] })
    const member = createMember(worker, {
      state: () => state,
      onMessage,
      onEnd: (one, how, left) => onEnd(one, how, left, startedAt),
    })
    members.add(member)
    member.send({ what: 'start', options: shareable, fallback })
    member.follow()
    await member.actsOn(state.at)
    if (!members.has(member)) throw new Error('it ended before it served')
    door.enter(member)
  }
  const started = Promise.all(Array.from({ length: count }, start))
  // Who waits for it hears of a failure.
  started.catch(() => {})
  const listen = async (isTls: boolean, host: string, port: number) => {
    await started
    return door.listen(isTls, host, port)
  }

  const settled = async () => {
    if (isHealthDue) tellHealth()
    const { at } = state
    await Promise.all([...members].map(member => member.actsOn(at)))
  }
  things.share(recordsOf(records, settled))

  return {
    pluginEndpoints: plane.pluginEndpoints ?? [],
    configure: (sets: EntitySets) => {
      plane.configure(sets)
      next({ sets })
    },
    healthOf: plane.healthOf,
    trafficOf: ledger.trafficOf,
    setHealth: plane.setHealth,
    traffic: ledger.traffic,
    processes: ledger.processes,
    settled,
    listen: (host, port) => listen(false, host, port),
    listenTls: (host, port) => listen(true, host, port),
    close: async (graceMs = 1000) => {
      isClosing = true
      door.close()
      const all = [...members]
      for (const member of all) member.send({ what: 'close', graceMs })
      const late = setTimeout(() => {
        for (const member of all) member.kill()
      }, graceMs + soon)
      await Promise.all(all.map(member => member.ended))
      clearTimeout(late)
      await plane.close(0)
    },
  }
}
