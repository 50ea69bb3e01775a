/**
 * One worker, seen from the first process: the state that was sent last, and the state that the worker has
 * applied.
 */
import type { ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import type { EntitySets } from '../data-plane.ts'
import { changesBetween } from './entity-changes.ts'
import type { Figures, FromWorker, HealthBoard, ToWorker } from './messages.ts'

/** The state that all workers must apply; a newer state has a higher number. */
export interface State {
  readonly at: number
  readonly sets: EntitySets
  readonly health: HealthBoard
}

export interface Connection {
  readonly socket: Socket
  readonly isTls: boolean
}

export interface WorkerHandle {
  readonly pid: number
  readonly figures: Figures | undefined
  send(message: ToWorker): void
  /** Sends the changes; if the worker has not applied the last ones yet, after it has. */
  follow(): void
  /** @param at the number of a state; resolves when the worker applied it or ended */
  actsOn(at: number): Promise<void>
  /** Passes a connection from which nothing was read. */
  hand(connection: Connection): void
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>
  /** Kills the process. */
  kill(): void
}

export interface WorkerEvents {
  readonly state: () => State
  readonly onMessage: (handle: WorkerHandle, message: FromWorker) => void
  /**
   * @param how in words: `was killed by SIGKILL`
   * @param left connections that were sent and not accepted by the worker
   */
  readonly onEnd: (handle: WorkerHandle, how: string, left: readonly Connection[]) => void
}

type Waiting = { readonly at: number; readonly done: () => void }

export function createWorkerHandle(worker: ChildProcess, events: WorkerEvents): WorkerHandle {
  let sent: Pick<State, 'at' | 'sets'> = { at: -1, sets: new Map() }
  let actingOn = -1
  let isGone = false
  let waiting: Waiting[] = []
  const handed = new Map<number, Connection>()
  let lastId = 0

  const send = (message: ToWorker) => {
    if (!isGone && worker.connected) worker.send(message, ignored)
  }
  const follow = () => {
    const state = events.state()
    if (isGone || sent.at !== actingOn || state.at === sent.at) return
    const changes = changesBetween(sent.sets, state.sets)
    sent = { at: state.at, sets: state.sets }
    send({ what: 'state', at: state.at, changes, health: state.health })
  }
  const wake = () => {
    const isDone = ({ at }: Waiting) => isGone || at <= actingOn
    for (const one of waiting.filter(isDone)) one.done()
    waiting = waiting.filter(one => !isDone(one))
  }
  const take = (message: FromWorker) => {
    if (message.what === 'acting') {
      actingOn = message.at
      wake()
      follow()
    } else if (message.what === 'took') {
      // Closes this process's copy; the worker has its own.
      handed.get(message.id)?.socket.destroy()
      handed.delete(message.id)
    } else if (message.what === 'figures') handle.figures = message.figures
    else events.onMessage(handle, message)
  }
  const end = (how: string) => {
    if (isGone) return
    isGone = true
    wake()
    events.onEnd(handle, how, [...handed.values()])
  }
  const handle: { -readonly [K in keyof WorkerHandle]: WorkerHandle[K] } = {
    pid: worker.pid ?? 0,
    figures: undefined,
    send,
    follow,
    actsOn: at =>
      new Promise(done => {
        waiting.push({ at, done })
        wake()
      }),
    hand: connection => {
      lastId += 1
      handed.set(lastId, connection)
      const { socket, isTls } = connection
      worker.send({ what: 'connection', id: lastId, isTls }, socket, { keepOpen: true }, ignored)
    },
    ended: new Promise(resolve => {
      worker.once('exit', (code, signal) => {
        end(signal ? `was killed by ${signal}` : `ended with ${code}`)
        resolve()
      })
    }),
    kill: () => worker.kill('SIGKILL'),
  }
  // Only workers send on this channel.
  worker.on('message', message => take(message as FromWorker))
  worker.on('error', ignored)
  return handle
}

/** A failed send needs no report: the end of the process is logged. */
const ignored = () => {}
