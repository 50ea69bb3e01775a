/** Waits for a condition instead of a time: a test is as fast as the machine, and says what did not come. */
import { setTimeout as sleep } from 'node:timers/promises'

type Condition = () => boolean | Promise<boolean>

/**
 * Checks a condition every few milliseconds until it holds.
 *
 * @param event what is waited for, as the end of "waited 60 seconds in vain until …": `the gateway is ready`
 * @throws when the condition does not hold in time, also where one of its checks never ends
 */
export async function until(condition: Condition, event: string, seconds = 60): Promise<void> {
  const late = new Error(`waited ${seconds} seconds in vain until ${event}`)
  const ending = new AbortController()
  const deadline = sleep(seconds * 1000, undefined, { signal: ending.signal }).then(() => {
    throw late
  })
  try {
    while (!(await Promise.race([condition(), deadline]))) await Promise.race([sleep(5), deadline])
  } finally {
    ending.abort()
    await deadline.catch(() => {})
  }
}
