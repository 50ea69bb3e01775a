/**
 * Kong 3's default router makes an expression of each route and refuses a route whose expression cannot be
 * read: patterns that PCRE takes and Rust's regex library does not, and headers without values. Reported here
 * without building the expression. Where the flavour is `expressions`, a route may be written as one itself.
 */
import type { Fields, Version, Violations } from '../language/define.ts'
import { isRecord } from '../language/values.ts'
import { lowerAscii, PatternError } from '../regex/regex.ts'
import { rust } from '../regex/rust.ts'
import { expressionTypeProblem, predicatesOf, withoutOldNames } from './expression-fields.ts'
import { ExpressionError, parseExpression } from './expression-language.ts'

const failed = (reason: string): Violations => ({
  '@entity': [`Router Expression failed validation: ${reason}`],
})

/**
 * A path's regex as Kong gives it to Rust: `~/a` begins where the path does, and groups are named as older
 * versions of Rust's library do.
 */
export const rustOfPath = (regex: string): string => `^${regex.replaceAll('?<', '?P<')}`

function rustProblem(pattern: string): string | undefined {
  try {
    rust(pattern)
    return undefined
  } catch (error) {
    if (error instanceof PatternError) return error.message
    throw error
  }
}

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter(item => typeof item === 'string') : []

/** A path is a pattern after `~`, a header's value after `~*`, which is read in small letters. */
export function routerProblem(
  route: Readonly<Record<string, unknown>>,
  version: Version,
): Violations | undefined {
  if (version.major < 3) return undefined
  const headers = isRecord(route['headers']) ? Object.values(route['headers']) : []
  if (headers.some(values => Array.isArray(values) && values.length === 0)) return failed('expected term')
  const inPaths = textsOf(route['paths']).filter(path => path.startsWith('~'))
  const inHeaders = headers.flatMap(textsOf).filter(value => value.startsWith('~*'))
  const patterns = [
    ...inPaths.map(path => rustOfPath(path.slice(1))),
    ...inHeaders.map(value => lowerAscii(value.slice(2))),
  ]
  const problem = patterns.map(rustProblem).find(found => found !== undefined)
  return problem === undefined ? undefined : failed(problem)
}

/** Additional fields of a route with the flavor `expressions`. */
export const expressionFields = {
  expression: { type: 'string', description: 'The route expression.' },
  priority: {
    type: 'integer',
    required: true,
    default: 0,
    between: [0, 2 ** 46 - 1],
    description:
      'A number used to specify the matching order for expression routes. The higher the `priority`, the sooner an route will be evaluated. This field is ignored unless `expression` field is set.',
  },
} as const satisfies Fields

const matchers = ['methods', 'hosts', 'paths', 'headers', 'snis', 'sources', 'destinations']

const simultaneously = (name: string, others: string): Violations =>
  failed(`cannot set '${name}' with ${others} simultaneously`)

const allMatchers = "'methods', 'hosts', 'paths', 'headers', 'snis', 'sources' or 'destinations'"

/** With the flavor `expressions`, a route matches either by an expression or by the other fields. */
export function expressionProblem(
  route: Readonly<Record<string, unknown>>,
  version: Version,
): Violations | undefined {
  const { expression, priority, regex_priority: regexPriority } = route
  const hasMatchers = matchers.some(name => Object.keys(route[name] ?? {}).length > 0)
  if (typeof expression !== 'string') {
    if (!hasMatchers) return undefined
    return priority === 0 ? routerProblem(route, version) : simultaneously('priority', allMatchers)
  }
  if (hasMatchers) return simultaneously('expression', allMatchers)
  if (typeof regexPriority === 'number' && regexPriority !== 0) {
    return simultaneously('regex_priority', "'expression'")
  }
  const problem = readingProblem(expression, textsOf(route['protocols'])[0] ?? 'http')
  return problem === undefined ? undefined : failed(problem)
}

/** Checks the grammar, then the patterns, then the fields: Kong reports the first problem. */
function readingProblem(text: string, protocol: string): string | undefined {
  try {
    const expression = parseExpression(withoutOldNames(text))
    const patterns = predicatesOf(expression).filter(({ operator }) => operator === '~')
    const bad = patterns.map(({ value }) => rustProblem(String(value.value))).find(one => one)
    return bad ?? expressionTypeProblem(expression, protocol)
  } catch (error) {
    if (error instanceof ExpressionError) return error.message
    throw error
  }
}
