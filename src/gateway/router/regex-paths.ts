/** Regex paths of routes: how to recognise them, and which characters are escaped. */
import type { Version } from '../../entities/language/define.ts'
import { asBytes } from '../../entities/regex/regex.ts'
import { keepsEscape, unescapePath } from '../../entities/text/url-path.ts'

/**
 * 3.x: `~` begins a regex. 2.8: every path that is not plain is a regex.
 *
 * @returns the regex as written; undefined for a plain path
 */
export function regexOf(path: string, version: Version): string | undefined {
  const isMarked = path.startsWith('~')
  if (isMarked) return path.slice(1)
  return version.major >= 3 || !/[^A-Za-z0-9._~/%-]/.test(path) ? undefined : path
}

/**
 * A regex as the traditional router gives it to PCRE: a character for each byte, as paths are in the proxy.
 */
export const pcreOfPath = (regex: string, version: Version): string =>
  version.major >= 3 ? asBytes(regex) : unescaped(asBytes(regex))

/**
 * 2.8 reads `%65` in a regex as `e`, and `%2E` as the dot that is one: `\.`. What means something else in an
 * URL stays escaped.
 */
const unescaped = (regex: string): string =>
  unescapePath(regex, one => {
    if (keepsEscape(one)) return undefined
    return /[.^{}\\|-]/.test(one) ? `\\${one}` : one
  })
