/** One worker, seen from the first process: the state that was sent last, and the state that the worker has applied. */
import type { ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import type { EntitySets } from '../data-plane.ts'
import { changesBetween } from './entity-changes.ts'
import type { Figures, FromWorker, HealthBoard, ToWorker } from './messages.ts'

/** What all workers are to act on; each that is newer has a higher number. */
export interface State {
  readonly at: number
  readonly sets: EntitySets
  readonly health: HealthBoard
}

export interface Connection {
  readonly socket: Socket
  readonly isTls: boolean
}

export interface Member {
  readonly pid: number
  readonly figures: Figures | undefined
  send(message: ToWorker): void
  /** Tells it what changed; where it has not taken the last change yet, after that. */
  follow(): void
  /** @param at the number of a state; settles when it acts on that or is gone */
  actsOn(at: number): Promise<void>
  /** Gives it a connection, from which nothing was read. */
  hand(connection: Connection): void
  /** Settles when the process has ended. */
  readonly ended: Promise<void>
  /** Ends it, whatever it does. */
  kill(): void
}

export interface MemberEvents {
  readonly state: () => State
  readonly onMessage: (member: Member, message: FromWorker) => void
  /**
   * @param how in words: `was killed by SIGKILL`
   * @param left connections that it was given and did not take
   */
  readonly onEnd: (member: Member, how: string, left: readonly Connection[]) => void
}

type Waiting = { readonly at: number; readonly done: () => void }

export function createMember(worker: ChildProcess, events: MemberEvents): Member {
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
      // This process's hold of it; the worker has its own.
      handed.get(message.id)?.socket.destroy()
      handed.delete(message.id)
    } else if (message.what === 'figures') member.figures = message.figures
    else events.onMessage(member, message)
  }
  const end = (how: string) => {
    if (isGone) return
    isGone = true
    wake()
    events.onEnd(member, how, [...handed.values()])
  }
  const member: { -readonly [K in keyof Member]: Member[K] } = {
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
  // Only workers speak on this channel.
  worker.on('message', message => take(message as FromWorker))
  worker.on('error', ignored)
  return member
}

/** Where something cannot be said any more, the end of the process tells why. */
const ignored = () => {}
