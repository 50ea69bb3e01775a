/** Go's patterns (RE2), as decK's `file lint` and its selectors use them: Unicode, in linear time. */
import { createRequire } from 'node:module'
import { PatternError } from './regex.ts'

type Library = typeof import('re2js')

/** Loaded when the first pattern is compiled: 40 ms. */
const library = ((): (() => Library) => {
  let loaded: Library | undefined
  return () => {
    const { url } = import.meta
    // The build bundles what is required by name.
    loaded ??= (url === undefined ? require('re2js') : createRequire(url)('re2js')) as Library
    return loaded
  }
})()

export interface GoRegex {
  /** Whether a part of the text matches: Go's `MatchString`. */
  test(text: string): boolean
  /** Whether the whole text matches. */
  testWhole(text: string): boolean
}

/**
 * @throws PatternError with Go's own text
 * @example goRegex('(?i)^[a-z]+$').test('ABC') // true
 */
export function goRegex(pattern: string): GoRegex {
  const { RE2JS } = library()
  try {
    const compiled = RE2JS.compile(pattern)
    return { test: text => compiled.matcher(text).find(), testWhole: text => compiled.matches(text) }
  } catch (error) {
    throw new PatternError(error instanceof Error ? error.message : String(error))
  }
}
