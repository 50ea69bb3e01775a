/** The other side of what is shared: the things themselves, and the calls that come from workers. */
import type { Keeping, Share, Shared } from '../sharing.ts'
import type { Call, Result } from './messages.ts'

export interface KeptThings {
  readonly share: Share
  /** Runs them in order. @param answer called with the results that a caller waits for, as they complete */
  call(calls: readonly Call[], answer: (results: readonly Result[]) => void): void
}

type Methods = Readonly<Record<string, ((...args: readonly unknown[]) => unknown) | undefined>>

export function keepThings(): KeptThings {
  const things = new Map<string, Methods>()
  return {
    share: <T extends object>({ name, make }: Keeping<T>) => {
      const thing = make()
      things.set(name, thing as unknown as Methods) // by the names that workers took from the same `make`
      return thing as unknown as Shared<T>
    },
    call: (calls, answer) => {
      const atOnce: Result[] = []
      for (const { id, name, method, args } of calls) {
        const value = things.get(name)?.[method]?.(...args)
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
