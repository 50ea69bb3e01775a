/** JSONPath (RFC 9535) → the parts of a state file that it selects, as they are: what is changed in them is changed in the file. Loads json-p3: import it where it is used. */
import { compile } from 'json-p3'
import { UsageError } from '../errors.ts'
import type { Content } from './owners.ts'

/**
 * @param selectors each must start with `$`
 * @returns finds what any of them selects, each part once, in the order of the selectors and of the file
 * @throws UsageError for a selector that is no JSONPath (decK's words)
 */
export function createSelection(selectors: readonly string[]): (content: Content) => unknown[] {
  const queries = selectors.map(selector => {
    try {
      return compile(selector)
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
  return content => [
    ...new Set(queries.flatMap(query => query.query(content as Parameters<typeof query.query>[0]).values())),
  ]
}
