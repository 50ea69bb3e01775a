/** How a run ends early: by a signal, or by the end of its time (`--deadline`). */
import { setMaxListeners } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { DeckError } from '../errors.ts'
import type { ClientSettings } from './settings.ts'

/** @throws DeckError after an interruption, with its reason */
export function stopIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return
  throw signal.reason instanceof DeckError ? signal.reason : new DeckError('interrupted')
}

/** @throws DeckError if an interruption comes meanwhile */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await wait(milliseconds, undefined, signal && { signal }).catch(() => stopIfInterrupted(signal))
}

/** Milliseconds. */
export const timeLeft = ({ deadline }: ClientSettings): number =>
  deadline === undefined ? Number.POSITIVE_INFINITY : deadline - Date.now()

/** Milliseconds that a write under way has after an interruption. */
const graceTime = 600

/**
 * An interruption ends a request that only reads at once; a write under way has a moment to finish, so that its
 * outcome is known. One signal serves all writes of a run: a listener for each of thousands would cost too
 * much.
 *
 * @returns the signal that ends a request of this method
 */
export function interruptionsOf(
  signal: AbortSignal | undefined,
): (method: string) => AbortSignal | undefined {
  if (signal === undefined) return () => undefined
  const later = new AbortController()
  setMaxListeners(0, later.signal)
  const begin = (): void => {
    // Requests under way keep the process alive until then; without any, it ends.
    setTimeout(() => later.abort(), graceTime).unref()
  }
  if (signal.aborted) begin()
  else signal.addEventListener('abort', begin, { once: true })
  return method => (method === 'GET' ? signal : later.signal)
}
