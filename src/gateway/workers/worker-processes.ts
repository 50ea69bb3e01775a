/** The processes of a worker pool: started, kept at one state, and replaced when they end. */
import { fork } from 'node:child_process'
import type { Acceptor } from './acceptor.ts'
import type { Counters } from './counters.ts'
import type { FromWorker, ToWorker } from './messages.ts'
import { type Connection, createWorkerHandle, type State, type WorkerHandle } from './worker-handle.ts'

/**
 * A worker that ends sooner than this (ms) would probably end again: its replacement starts after the same
 * time.
 */
const shortestLife = 1000

interface ProcessOptions {
  /** The file that a process runs. */
  readonly program: string
  readonly count: number
  /** The first message to each process. */
  readonly start: ToWorker
  readonly acceptor: Acceptor
  readonly counters: Pick<Counters, 'keep'>
  readonly onMessage: (handle: WorkerHandle, message: FromWorker) => void
  readonly log: (line: string) => void
}

export interface WorkerProcesses {
  readonly handles: ReadonlySet<WorkerHandle>
  /** Rejects if a process ended before it served. */
  readonly started: Promise<unknown>
  state(): State
  /** Sends what has changed to all processes. */
  publish(changed: Partial<Omit<State, 'at'>>): void
  /** Resolves when all processes act on the state of this moment. */
  settled(): Promise<void>
  close(graceMs: number): Promise<void>
}

export function createWorkerProcesses(options: ProcessOptions): WorkerProcesses {
  const { program, count, acceptor, counters, onMessage, log } = options
  const handles = new Set<WorkerHandle>()
  let state: State = { at: 0, sets: new Map(), health: [] }
  let isClosing = false

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
    handle.send(options.start)
    handle.follow()
    await handle.actsOn(state.at)
    if (!handles.has(handle)) throw new Error('it ended before it served')
    acceptor.enter(handle)
  }
  const started = Promise.all(Array.from({ length: count }, start))
  // Callers that await it get the failure.
  started.catch(() => {})

  return {
    handles,
    started,
    state: () => state,
    publish: changed => {
      state = { ...state, ...changed, at: state.at + 1 }
      for (const handle of handles) handle.follow()
    },
    settled: async () => {
      const { at } = state
      await Promise.all([...handles].map(handle => handle.actsOn(at)))
    },
    close: async graceMs => {
      isClosing = true
      const all = [...handles]
      for (const handle of all) handle.send({ what: 'close', graceMs })
      const late = setTimeout(() => {
        for (const handle of all) handle.kill()
      }, graceMs + shortestLife)
      await Promise.all(all.map(handle => handle.ended))
      clearTimeout(late)
    },
  }
}
