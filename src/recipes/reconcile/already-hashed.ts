/** Passwords from a dump: the gateway stores hashes, and would hash the hash again. */
import type { Schemas } from '../../entities/language/schemas.ts'
import { rehashedFields } from '../../entities/language/transformations.ts'
import type { Diagnostic } from '../../errors.ts'
import type { Change } from '../../plan/diff.ts'

/**
 * A warning for each. The change is made nevertheless, because only its author knows whether the text is a
 * password.
 */
export const rehashedPasswords = (changes: readonly Change[], schemas: Schemas): Diagnostic[] =>
  changes
    .filter(({ op }) => op !== 'delete')
    .flatMap(({ kind, title, before, after = {}, origin }) =>
      rehashedFields(schemas.of(kind), after, before).map(field => {
        const where = origin?.document.whereIs([...origin.path, field])
        const seen = before === undefined ? 'looks like a hash' : 'is the hash that the gateway keeps'
        return {
          severity: 'warning' as const,
          code: 'hashed-password',
          message: `${kind} ${title}: the ${field} ${seen}, and Kong will hash it again: the credential will stop working`,
          ...(where && { where }),
          hint: `write the ${field} itself`,
        }
      }),
    )
