/** How a run ends early: by a signal, or by the end of its time (`--deadline`). */
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

export interface Interruption {
  readonly signal: AbortSignal | undefined
  /** Must be called when the request is complete. */
  end(): void
}

/**
 * An interruption ends a request that only reads at once; a write under way has a moment to finish, so that its
 * outcome is known.
 */
export const interruptionOf = (method: string, signal: AbortSignal | undefined): Interruption =>
  method === 'GET' || signal === undefined ? { signal, end: () => {} } : delayed(signal)

function delayed(signal: AbortSignal): Interruption {
  const later = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const begin = (): void => {
    timer = setTimeout(() => later.abort(), graceTime)
  }
  signal.addEventListener('abort', begin, { once: true })
  return {
    signal: later.signal,
    end: () => {
      signal.removeEventListener('abort', begin)
      clearTimeout(timer)
    },
  }
}
