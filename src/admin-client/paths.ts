/** Where an entity lives on the Admin API, from its definition. */
import type { Definition } from '../entities/language/define.ts'
import { ownerField } from '../entities/language/identity.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { isRecord } from '../entities/language/values.ts'

type Values = Readonly<Record<string, unknown>>

/** `/services`; undefined for a kind that has no collection but those below its owners. */
export const collectionPath = (definition: Definition): string | undefined =>
  definition.collection === false ? undefined : `/${definition.adminPath}`

/** `/upstreams/{id}/targets`. */
export const nestedPath = (owner: Definition, ownerId: string, definition: Definition): string =>
  `/${owner.adminPath}/${ownerId}/${definition.nestedPath ?? definition.adminPath}`

/** Where an entity is put into: below its owner where it lives below one, else its own collection. */
export function homePath(definition: Definition, entity: Values, schemas: Schemas): string {
  const owner = ownerField(definition)
  const ownerDefinition = owner && schemas.bySchema(owner.field.reference)
  const reference = owner && entity[owner.name]
  if (ownerDefinition === undefined || !isRecord(reference)) return `/${definition.adminPath}`
  return nestedPath(ownerDefinition, String(reference['id']), definition)
}
