/** Entities for a data plane that is tried without a store: what is not said is as Kong fills it in. */
import { randomUUID } from 'node:crypto'
import { completeEntity } from '../../src/entities/language/defaults.ts'
import type { Entity, Version } from '../../src/entities/language/define.ts'
import { createSchemas } from '../../src/entities/language/schemas.ts'
import { pluginSchema } from '../../src/entities/plugin-registry.ts'
import type { EntitySets } from '../../src/gateway/data-plane.ts'

export const kong28: Version = { major: 2, minor: 8, text: '2.8.5' }
export const kong39: Version = { major: 3, minor: 9, text: '3.9.1' }

/** For tests that hold for both, by their names. */
export const bothKongs = [
  ['2.8', kong28],
  ['3.9', kong39],
] as const

export type Wanted = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>

/**
 * @example
 * setsOf(kong39, { service: [{ id: 'a', host: 'h' }], route: [{ service: { id: 'a' }, paths: ['/'] }] })
 */
export function setsOf(version: Version, wanted: Wanted): EntitySets {
  const schemas = createSchemas(version, name => pluginSchema(name, version))
  const sets = new Map<string, Map<string, Entity>>()
  let time = 1_700_000_000
  for (const [kind, list] of Object.entries(wanted)) {
    const { schema } = schemas.of(kind)
    const entities = list.map(fields => {
      time += 1
      const entity = completeEntity(kind, fields, schemas)
      return { created_at: time, ...entity, id: String(fields['id'] ?? randomUUID()) }
    })
    sets.set(schema, new Map(entities.map(entity => [entity.id, entity])))
  }
  return sets
}
