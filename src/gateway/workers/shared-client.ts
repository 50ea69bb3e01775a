/**
 * A worker's side of shared objects: calls to the process that holds them, one message per turn of the
 * event loop.
 */
import type { Keeping, Share, Shared } from '../sharing.ts'
import type { Call, Result } from './messages.ts'

export interface Remote {
  readonly share: Share
  /** Receives the results. */
  answered(results: readonly Result[]): void
  /** Sends what still waits. */
  flush(): void
}

/** Milliseconds that a `later` notification waits for others. */
const patience = 20

export function createRemote(send: (calls: readonly Call[]) => void): Remote {
  const waiting = new Map<number, (result: Result) => void>()
  let calls: Call[] = []
  let lastId = 0
  let isFlushing = false
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    isFlushing = false
    if (calls.length === 0) return
    const sent = calls
    calls = []
    send(sent)
  }
  /**
   * A call waits for other calls of the same turn. A `now` notification is sent before the client gets its
   * response and can send the next request.
   */
  const flushSoon = (how: 'call' | 'now' | 'later') => {
    if (how === 'later') timer ??= setTimeout(flush, patience).unref()
    else if (how === 'now') flush()
    else if (!isFlushing) {
      isFlushing = true
      setImmediate(flush)
    }
  }
  const methodOf = (name: string, method: string, notification: 'now' | 'later' | undefined) =>
    notification === undefined
      ? (...args: unknown[]) =>
          new Promise((resolve, reject) => {
            lastId += 1
            waiting.set(lastId, result => {
              if ('problem' in result) reject(new Error(result.problem))
              else resolve(result.value)
            })
            calls.push({ id: lastId, name, method, args })
            flushSoon('call')
          })
      : (...args: unknown[]) => {
          calls.push({ name, method, args })
          flushSoon(notification)
        }
  return {
    share: <T extends object>({ name, make, notifications }: Keeping<T>): Shared<T> => {
      // Created only for the names of its methods.
      const methods = Object.entries(make()).filter(([, value]) => typeof value === 'function')
      const remote = methods.map(([method]) => [
        method,
        methodOf(name, method, notifications[method as keyof T]),
      ])
      // Each method calls the method of the same name.
      return Object.fromEntries(remote) as Shared<T>
    },
    answered: results => {
      for (const result of results) {
        waiting.get(result.id)?.(result)
        waiting.delete(result.id)
      }
    },
    flush,
  }
}
