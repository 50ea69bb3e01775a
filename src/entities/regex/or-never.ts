/**
 * Patterns that a configuration may hold although they cannot be used: one route must not bring down the
 * others.
 */
import type { Version } from '../language/define.ts'
import { type PcreOptions, pcre } from './pcre.ts'
import { MatchLimitError, PatternError, type Regex } from './regex.ts'
import { rust } from './rust.ts'

const never: Regex = { test: () => false, find: () => undefined, match: () => undefined }

/** Compiled at its first use: of thousands of routes few are tried. */
function orNever(make: () => Regex): Regex {
  let made: Regex | undefined
  const regex = (): Regex => {
    made ??= neverIfInvalid(make)
    return made
  }
  return {
    test: text => regex().test(text),
    find: text => regex().find(text),
    match: text => regex().match(text),
  }
}

function neverIfInvalid(make: () => Regex): Regex {
  try {
    return make()
  } catch (error) {
    if (error instanceof PatternError) return never
    throw error
  }
}

/** A match that takes too long fails: Kong logs the error and continues without a match. */
function withinLimit(regex: Regex): Regex {
  const orNothing = <T>(run: () => T): T | undefined => {
    try {
      return run()
    } catch (error) {
      if (error instanceof MatchLimitError) return undefined
      throw error
    }
  }
  return {
    test: text => regex.test(text),
    find: text => orNothing(() => regex.find(text)),
    match: text => orNothing(() => regex.match(text)),
  }
}

/** @param pattern a character for each byte */
export const pcreOrNever = (pattern: string, version: Version, options: PcreOptions = {}): Regex =>
  withinLimit(orNever(() => pcre(pattern, { isOld: version.major < 3, ...options })))

/** @param pattern text, not bytes */
export const rustOrNever = (pattern: string): Regex => orNever(() => rust(pattern))
