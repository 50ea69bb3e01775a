/** A state of every kind: one entity of each, valid on a gateway. */
import { levels } from '../../src/entities/language/levels.ts'
import type { Schemas } from '../../src/entities/language/schemas.ts'
import type { StateEntity } from '../../src/state/state.ts'
import { requiredOwners, sampleEntity, sampleValue } from './sample-entity.ts'
import { leastConfig } from './sample-plugin.ts'

/**
 * One of each kind, with all that it must belong to; of a plugin whose gateway prints old names beside new
 * ones.
 */
export function oneOfEach(schemas: Schemas, kong: string): StateEntity[] {
  const made = new Map<string, StateEntity>()
  for (const [index, definition] of levels(schemas.kinds).flat().entries()) {
    const { kind, keys } = definition
    const id = `6f2c8f30-0d0c-4d9d-9c51-${String(index).padStart(12, '0')}`
    const owners = requiredOwners(definition, schemas).map(({ field, owner }) => [
      field,
      { id: made.get(owner.kind)?.id },
    ])
    const names = keys[0]?.filter(name => definition.fields[name]?.type === 'string') ?? []
    const named = names.map(name => [
      name,
      sampleValue(definition.fields[name] ?? { type: 'string' }, `${kind}-1`),
    ])
    const plugin = { name: 'rate-limiting', config: leastConfig('rate-limiting', kong) }
    const fields = {
      ...Object.fromEntries([...named, ...owners]),
      ...sampleEntity(definition, `${kind}-1`),
      ...(definition.subschema?.key === 'name' && definition.subschema.types === undefined && plugin),
    }
    made.set(kind, { kind, id, fields: { id, ...fields } })
  }
  return [...made.values()]
}
