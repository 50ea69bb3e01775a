/** Numbers of connections and requests, for metrics. */
import type { Socket } from 'node:net'

export interface Traffic {
  /** Connections since the start. */
  readonly accepted: number
  /** Connections now. */
  readonly active: number
  /** Requests since the start. */
  readonly requests: number
  /** Requests that are not answered yet. */
  readonly underWay: number
}

export interface TrafficCount {
  now(): Traffic
  connected(socket: Socket): void
  begun(): void
  ended(): void
}

export function countTraffic(): TrafficCount {
  const count = { accepted: 0, active: 0, requests: 0, underWay: 0 }
  return {
    now: () => ({ ...count }),
    connected: socket => {
      count.accepted += 1
      count.active += 1
      socket.once('close', () => {
        count.active -= 1
      })
    },
    begun: () => {
      count.requests += 1
      count.underWay += 1
    },
    ended: () => {
      count.underWay -= 1
    },
  }
}
