/**
 * What plugins keep that all processes of a proxy have in common: counters, a cache, metrics. Where the proxy
 * is one process, that is an object of its own; a worker has in its place one that asks the process that
 * keeps it (`workers/`).
 */

/** What is kept, by a name that no other has. Its methods take and give values that can be copied. */
export interface Keeping<T> {
  readonly name: string
  /** Called once, in the process that keeps it. */
  readonly make: () => T
  /** Methods without an answer; `later`: it may wait for others a little, and be sent with them. */
  readonly notifications: Readonly<Partial<Record<keyof T, 'now' | 'later'>>>
}

/** The same methods; from another process their answers come later. */
export type Shared<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => R | Promise<R> : never
}

export type Share = <T extends object>(keeping: Keeping<T>) => Shared<T>

/** Shared with nobody. */
export const alone: Share = <T extends object>({ make }: Keeping<T>) => make() as unknown as Shared<T>
