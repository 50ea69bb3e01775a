/** Collects the problems of an OpenAPI document with their places, so that one run reports all of them. */
import { DeckError, type Diagnostic, type Place } from '../../errors.ts'
import { inOrder, problem } from '../../file/problem.ts'

/** The place of a part of an object; without a key, of the object itself. */
export type WhereIs = (holder: object, key?: string | number) => Place | undefined

export interface Problems {
  /** In the order of files and lines. */
  found(): readonly Diagnostic[]
  readonly hasErrors: () => boolean
  add(diagnostic: Diagnostic): void
  /** A reference that leads nowhere. */
  reference(message: string, where: Place | undefined, hint?: string): void
  error(message: string, holder: object, key?: string | number, hint?: string): void
  warn(message: string, holder: object, key?: string | number, hint?: string): void
  /** Runs a step of the work; what the step throws on purpose is an error at that place. */
  attempt<T>(work: () => T, holder: object, key?: string | number): T | undefined
}

export function createProblems(whereIs: WhereIs): Problems {
  const found: Diagnostic[] = []
  const seen = new Set<string>()
  const add = (diagnostic: Diagnostic): void => {
    const { file, line, column } = diagnostic.where ?? {}
    // An anchor is one text with many places in the content.
    const key = [file, line, column, diagnostic.message].join('\0')
    if (!seen.has(key)) found.push(diagnostic)
    seen.add(key)
  }
  const error: Problems['error'] = (message, holder, key, hint) =>
    add(problem('openapi', message, whereIs(holder, key), { hint }))
  return {
    found: () => inOrder(found, [...new Set(found.flatMap(({ where }) => where?.file ?? []))]),
    hasErrors: () => found.some(({ severity }) => severity === 'error'),
    add,
    reference: (message, where, hint) => add(problem('openapi-reference', message, where, { hint })),
    error,
    warn: (message, holder, key, hint) =>
      add(problem('openapi-left-out', message, whereIs(holder, key), { severity: 'warning', hint })),
    attempt: (work, holder, key) => {
      try {
        return work()
      } catch (thrown) {
        if (!(thrown instanceof DeckError)) throw thrown
        error(thrown.message, holder, key, thrown.hint)
        return undefined
      }
    },
  }
}
