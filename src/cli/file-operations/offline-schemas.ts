/** Schemas of entities without a gateway. */
import { everyKind } from '../../entities/enterprise.ts'
import { createSchemas, type Schemas } from '../../entities/language/schemas.ts'
import { parseVersion } from '../../entities/language/versions.ts'
import { DeckError } from '../../errors.ts'

/** With Kong Enterprise's kinds, and routes of both kinds. */
export function offlineSchemas(version: '2.8' | '3.9'): Schemas {
  const parsed = parseVersion(version)
  if (parsed === undefined) throw new DeckError(`no schemas for Kong ${version}`)
  return createSchemas(parsed, () => undefined, { definitions: everyKind, routerFlavor: 'expressions' })
}
