/**
 * Kong 3's default router makes an expression of each route and refuses a route whose expression can not be read: patterns that
 * PCRE takes and Rust's regex library does not, and headers without values. Told here without making the expression.
 */
import type { Version, Violations } from './define.ts'
import { regexProblem } from './formats.ts'
import { isRecord } from './rules.ts'

const failed = (reason: string): Violations => ({
  '@entity': [`Router Expression failed validation: ${reason}`],
})

/** Look-around, back references, atomic groups and the escapes that PCRE alone has. */
const unknownToRust: readonly (readonly [RegExp, string])[] = [
  [/\(\?<?[=!]/, 'look-around, including look-ahead and look-behind, is not supported'],
  [/(?<!\\)(?:\\\\)*\\[1-9]/, 'backreferences are not supported'],
  [/(?<!\\)(?:\\\\)*\\[EGKQRXZhNgk]/, 'unrecognized escape sequence'],
  [/\(\?>/, 'unrecognized flag'],
]

function rustProblem(pattern: string, version: Version): string | undefined {
  const known = unknownToRust.find(([syntax]) => syntax.test(pattern))
  if (known !== undefined) return `regex parse error: ${known[1]}`
  return regexProblem(pattern, version) === undefined ? undefined : 'regex parse error: unclosed group'
}

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter(item => typeof item === 'string') : []

/** A path is a pattern after `~`; a header's only value after `~*`. */
export function routerProblem(
  route: Readonly<Record<string, unknown>>,
  version: Version,
): Violations | undefined {
  if (version.major < 3) return undefined
  const headers = isRecord(route['headers']) ? Object.values(route['headers']) : []
  if (headers.some(values => Array.isArray(values) && values.length === 0)) return failed('expected term')
  const inPaths = textsOf(route['paths']).filter(path => path.startsWith('~'))
  const inHeaders = headers.flatMap(values => (textsOf(values).length === 1 ? textsOf(values) : []))
  const patterns = [
    ...inPaths.map(path => path.slice(1)),
    ...inHeaders.filter(value => value.startsWith('~*')).map(value => value.slice(2)),
  ]
  const problem = patterns.map(pattern => rustProblem(pattern, version)).find(found => found !== undefined)
  return problem === undefined ? undefined : failed(problem)
}
