/**
 * Changes that any gateway refuses on the day: a certificate that has expired may stay where it is stored,
 * and cannot be written.
 */
import type { Schemas } from '../../entities/language/schemas.ts'
import type { Diagnostic } from '../../errors.ts'
import { problem } from '../../file/problem.ts'
import { complaints } from '../../file/value-problems.ts'
import type { Change } from '../../plan/diff.ts'

export const refusedWrites = (changes: readonly Change[], schemas: Schemas): Diagnostic[] =>
  changes.flatMap(({ kind, title, after, origin }) => {
    const violations = after && schemas.of(kind).checkWrite?.(after)
    return complaints(violations).map(({ path, sentence }) =>
      problem(
        'invalid-value',
        `${sentence} (${kind} "${title}")`,
        origin?.document.whereIs([...origin.path, ...path]),
      ),
    )
  })
