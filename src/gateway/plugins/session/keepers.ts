/**
 * Where sessions are: whole in their cookies, or as entities (`sessions`) whose cookies only name them
 * (behaviour: Kong 2.8.5 and 3.9.1, `storage`).
 */
import type { Records } from '../../data-plane.ts'
import type { Index } from '../../exchange/configuration-view.ts'
import type { Exchange } from '../../exchange/exchange.ts'
import { createSeal, type SessionData } from './sealed.ts'

export interface Keeper {
  /**
   * The cookie value of a new or renewed session.
   *
   * @param seconds lifetime; 0 means without end
   * @param before the session that it replaces
   */
  save(exchange: Exchange, data: SessionData, seconds: number, before?: SessionData): string
  /** The cookie value of a used session. */
  touch(data: SessionData): string
  /** Undefined if the cookie is invalid or the session no longer exists. */
  read(exchange: Exchange, text: string): SessionData | undefined
  forget(exchange: Exchange, data: SessionData): void
}

export function inCookies(secret: string): Keeper {
  const seal = createSeal<SessionData>(secret)
  return {
    save: (_exchange, data) => seal.close(data),
    touch: seal.close,
    read: (_exchange, text) => seal.open(text),
    forget: () => {},
  }
}

interface Row {
  readonly id: string
  readonly session_id: string
  readonly data: string
}

const schema = 'sessions'
const bySessionId: Index<Row> = { schema, keyOf: row => row.session_id }

/**
 * Answers do not wait for what is written, as in Kong.
 *
 * @param stale seconds that the one before is good for yet: other requests with it may be under way
 */
export function inRecords(
  secret: string,
  records: Records,
  stale: number,
  log: (line: string) => void,
): Keeper {
  const seal = createSeal<SessionData>(secret)
  const names = createSeal<Pick<SessionData, 'id' | 'used'>>(secret)
  const rowOf = ({ snapshot }: Exchange, id: string): Row | undefined => snapshot.find(bySessionId, id)[0]
  const logFailure = (written: Promise<unknown>): void => {
    written.catch(error =>
      log(`plugin session: could not keep a session: ${error instanceof Error ? error.message : error}`),
    )
  }
  const touch = ({ id, used }: SessionData) => names.close({ id, used })
  return {
    save: (exchange, data, seconds, before) => {
      const ttl = Math.ceil(seconds)
      const life = ttl > 0 ? { ttl, expires: data.issued + ttl } : {}
      logFailure(records.insert(schema, { session_id: data.id, data: seal.close(data), ...life }))
      const row = before && rowOf(exchange, before.id)
      if (row !== undefined)
        logFailure(records.update(schema, row.id, { ttl: stale, expires: data.issued + stale }))
      return touch(data)
    },
    touch,
    read: (exchange, text) => {
      const named = names.open(text)
      const row = named && rowOf(exchange, named.id)
      const data = row && seal.open(row.data)
      return data && named && { ...data, used: Math.max(data.used, named.used) }
    },
    forget: (exchange, { id }) => {
      const row = rowOf(exchange, id)
      if (row !== undefined) logFailure(records.remove(schema, row.id))
    },
  }
}
