/** What proxy-cache keeps, in memory: so much and no more, each for its time. */
import type { Header } from '../../exchange/exchange.ts'

export interface Kept {
  readonly status: number
  readonly headers: readonly Header[]
  readonly body: Buffer
  /** The request's. */
  readonly requestBody: Buffer | undefined
  /** Milliseconds since 1970. */
  readonly at: number
  /** How long it may be answered with, in seconds. */
  readonly ttl: number
  /** How long it is kept, in seconds. */
  readonly storedFor: number
}

/** Headers and the entry itself take room too; a kilobyte is about what they take. */
const sizeOf = ({ body }: Kept): number => body.length + 1024

export interface Cache {
  get(key: string, now: number): Kept | undefined
  set(key: string, kept: Kept): void
  delete(key: string): void
  clear(): void
}

/** @param bytes how much is kept at the most; the oldest goes first */
export function createCache(bytes: number): Cache {
  const entries = new Map<string, Kept>()
  let size = 0
  const remove = (key: string) => {
    const kept = entries.get(key)
    if (kept !== undefined) size -= sizeOf(kept)
    entries.delete(key)
  }
  return {
    get: (key, now) => {
      const kept = entries.get(key)
      if (kept === undefined || now <= kept.at + kept.storedFor * 1000) return kept
      remove(key)
      return undefined
    },
    set: (key, kept) => {
      remove(key)
      if (sizeOf(kept) > bytes) return
      entries.set(key, kept)
      size += sizeOf(kept)
      for (const oldest of entries.keys()) {
        if (size <= bytes) break
        remove(oldest)
      }
    },
    delete: remove,
    clear: () => {
      entries.clear()
      size = 0
    },
  }
}
