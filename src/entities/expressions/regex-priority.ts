/** Unusual values of a route's `regex_priority`, and their effect in Kong. */
import type { Surprise, Version } from '../language/define.ts'

/** The first number that does not count as what it is. */
const tooHigh = 4096

const hint = 'use a number from 0 to 4095: routes with the greater number are tried first'

/**
 * Kong 3 shifts the number by 19 bits, and LuaJIT shifts in 32 bits
 * (docs/decisions/2026-11-30-route-order.md). 2.8 and the router `traditional` of 3.x compare the numbers
 * as they are.
 *
 * @returns undefined if the number acts as written
 */
export function regexPrioritySurprise(
  { paths, regex_priority: priority }: Readonly<Record<string, unknown>>,
  { major }: Version,
): Readonly<Record<string, Surprise>> {
  const isRegex = Array.isArray(paths) && paths.some(path => typeof path === 'string' && path.startsWith('~'))
  if (major < 3 || !isRegex || typeof priority !== 'number') return {}
  if (priority >= 0 && priority < tooHigh) return {}
  const counted = (priority << 19) >> 19
  const message =
    counted < 0
      ? `Kong 3 tries a route with regex_priority ${priority} before nearly all others, whatever theirs is`
      : `to Kong 3 regex_priority ${priority} is the same as ${counted}`
  return { regex_priority: { message, hint } }
}
