/** Captures of a route's regexes, for plugins that insert them elsewhere. */
import type { RegexMatch } from '../../entities/regex/regex.ts'
import type { Captures } from '../exchange/exchange.ts'

export const noCaptures: Captures = { unnamed: [], named: {} }

/**
 * Captures of all regexes of a route for one request, by number (0 is the whole match) and by name; a later
 * one replaces the same key.
 */
export type CapturesByKey = Map<string, string>

export function addCaptures(captures: CapturesByKey, { whole, groups, named }: RegexMatch): void {
  captures.set('0', whole)
  groups.forEach((group, index) => {
    if (group !== undefined) captures.set(String(index + 1), group)
  })
  for (const [name, value] of Object.entries(named)) captures.set(name, value)
}

/**
 * A whole match alone does not count as a capture (source: `has_capture` in `kong/router/atc.lua` of 3.9).
 */
export function capturesFrom(byKey: CapturesByKey): Captures {
  if (byKey.size < 2) return noCaptures
  const whole = byKey.get('0')
  const numbers = [...byKey.keys()].map(Number).filter(number => number > 0)
  const unnamed = Array.from({ length: Math.max(0, ...numbers) }, (_, index) => byKey.get(String(index + 1)))
  const named = Object.fromEntries([...byKey].filter(([key]) => !/^\d+$/.test(key)))
  return { ...(whole !== undefined && { whole }), unnamed, named }
}
