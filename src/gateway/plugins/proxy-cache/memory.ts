/** proxy-cache's memory: limited in size, each response for its time. */
import type { Header } from '../../exchange/exchange.ts'

export interface CachedResponse {
  readonly status: number
  readonly headers: readonly Header[]
  readonly body: Buffer
  /** The request's. */
  readonly requestBody: Buffer | undefined
  /** Milliseconds since 1970. */
  readonly at: number
  /** How long it may be answered with, in seconds. */
  readonly ttl: number
  /** Seconds until it is removed from the memory. */
  readonly storedFor: number
}

/** Headers and the entry itself take room too; a kilobyte is about what they take. */
const sizeOf = ({ body }: CachedResponse): number => body.length + 1024

export interface Cache {
  get(key: string, now: number): CachedResponse | undefined
  set(key: string, cached: CachedResponse): void
  delete(key: string): void
  clear(): void
}

/** @param bytes the maximal size; the oldest entry is removed first */
export function createCache(bytes: number): Cache {
  const entries = new Map<string, CachedResponse>()
  let size = 0
  const remove = (key: string) => {
    const cached = entries.get(key)
    if (cached !== undefined) size -= sizeOf(cached)
    entries.delete(key)
  }
  return {
    get: (key, now) => {
      const cached = entries.get(key)
      if (cached === undefined || now <= cached.at + cached.storedFor * 1000) return cached
      remove(key)
      return undefined
    },
    set: (key, cached) => {
      remove(key)
      if (sizeOf(cached) > bytes) return
      entries.set(key, cached)
      size += sizeOf(cached)
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
