/**
 * State of plugins that all processes of a proxy share: counters, a cache, metrics. With one process it is
 * a plain object. In a worker it is a client of the process that holds the object (`workers/`).
 */

/** A shared object, with a unique name. Arguments and results of its methods can be copied. */
export interface Keeping<T> {
  readonly name: string
  /** Called once, in the process that holds the object. */
  readonly make: () => T
  /** Methods without an answer; `later`: it may wait for others a little, and be sent with them. */
  readonly notifications: Readonly<Partial<Record<keyof T, 'now' | 'later'>>>
}

/** The same methods; results from another process arrive later. */
export type Shared<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => R | Promise<R> : never
}

export type Share = <T extends object>(keeping: Keeping<T>) => Shared<T>

/** Not shared. */
export const alone: Share = <T extends object>({ make }: Keeping<T>) => make() as unknown as Shared<T>
