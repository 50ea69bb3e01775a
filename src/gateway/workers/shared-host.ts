/** The shared objects of the first process, and the calls from workers. */
import type { Keeping, Share, Shared } from '../sharing.ts'
import type { Call, Result } from './messages.ts'

export interface SharedHost {
  readonly share: Share
  /** Runs them in order. @param answer called with the results that a caller waits for, as they complete */
  call(calls: readonly Call[], answer: (results: readonly Result[]) => void): void
}

type Methods = Readonly<Record<string, ((...args: readonly unknown[]) => unknown) | undefined>>

export function createSharedHost(): SharedHost {
  const objects = new Map<string, Methods>()
  return {
    share: <T extends object>({ name, make }: Keeping<T>) => {
      const object = make()
      objects.set(name, object as unknown as Methods) // by the names that workers took from the same `make`
      return object as unknown as Shared<T>
    },
    call: (calls, answer) => {
      const atOnce: Result[] = []
      for (const { id, name, method, args } of calls) {
        const value = objects.get(name)?.[method]?.(...args)
        if (id === undefined) continue
        if (!(value instanceof Promise)) atOnce.push({ id, value })
        else
          value.then(
            later => answer([{ id, value: later }]),
            (error: Error) => answer([{ id, problem: error.message }]),
          )
      }
      if (atOnce.length > 0) answer(atOnce)
    },
  }
}
