/**
 * JSONPath (RFC 9535) → the selected parts of a state file, not copies: a change in them changes the file.
 * Loads json-p3: import it where it is used.
 */
import { type FilterFunction, FunctionExpressionType, JSONPathEnvironment } from 'json-p3'
import { type GoRegex, goRegex } from '../entities/regex/go.ts'
import { PatternError } from '../entities/regex/regex.ts'
import { UsageError } from '../errors.ts'
import type { Content } from './owners.ts'

/**
 * @param selectors each must start with `$`
 * @returns finds the parts that each of them selects, each part once, in the order of the file
 * @throws UsageError for an invalid JSONPath (decK's words)
 */
export function createSelection(selectors: readonly string[]): (content: Content) => unknown[][] {
  const environment = createEnvironment()
  const queries = selectors.map(selector => {
    try {
      return environment.compile(selector)
    } catch (error) {
      throw new UsageError(
        `selector '${selector}' is not a valid JSONpath expression; ${(error as Error).message}`,
        {
          hint: "for example '$.services[*]' or '$..routes[?(@.name==\"a\")]'",
        },
      )
    }
  })
  // json-p3 takes what can be in JSON; a parsed state file is just that.
  return content =>
    queries.map(query => [...new Set(query.query(content as Parameters<typeof query.query>[0]).values())])
}

/**
 * The library matches with JavaScript's expressions, for which `match(@.name, "(a+)+b")` may take forever.
 */
function createEnvironment(): JSONPathEnvironment {
  const environment = new JSONPathEnvironment()
  environment.functionRegister.set(
    'match',
    regexFunction((regex, text) => regex.testWhole(text)),
  )
  environment.functionRegister.set(
    'search',
    regexFunction((regex, text) => regex.test(text)),
  )
  return environment
}

/** An invalid pattern matches nothing (RFC 9535, section 2.4.6). */
function regexFunction(test: (regex: GoRegex, text: string) => boolean): FilterFunction {
  const { ValueType, LogicalType } = FunctionExpressionType
  const known = new Map<string, GoRegex | undefined>()
  return {
    argTypes: [ValueType, ValueType],
    returnType: LogicalType,
    call: (text, pattern) => {
      if (typeof text !== 'string' || typeof pattern !== 'string') return false
      if (!known.has(pattern)) known.set(pattern, compileOrNothing(pattern))
      const regex = known.get(pattern)
      return regex !== undefined && test(regex, text)
    },
  }
}

function compileOrNothing(pattern: string): GoRegex | undefined {
  try {
    return goRegex(withoutCarriageReturns(pattern))
  } catch (error) {
    if (error instanceof PatternError) return undefined
    throw error
  }
}

/** A dot matches no line break of either kind (RFC 9485, section 5). */
const withoutCarriageReturns = (pattern: string): string =>
  pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\./gsu, part => (part === '.' ? '[^\\n\\r]' : part))
