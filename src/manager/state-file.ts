/**
 * One entity as a complete state file: with its references and its nested entities, read from the Admin
 * API.
 */
import { type AdminClient, createClient } from '../admin-client/client.ts'
import { listAll } from '../admin-client/list.ts'
import { nestedPath } from '../admin-client/paths.ts'
import type { ClientSettings } from '../admin-client/settings.ts'
import { readVersion } from '../admin-client/version.ts'
import { everyKind } from '../entities/enterprise.ts'
import type { Definition } from '../entities/language/define.ts'
import { foreignFields, ownerField } from '../entities/language/identity.ts'
import { createSchemas, type Schemas } from '../entities/language/schemas.ts'
import { isRecord } from '../entities/language/values.ts'
import { isEnterprise } from '../entities/language/versions.ts'
import { DeckError } from '../errors.ts'
import { fromState } from '../file/from-state.ts'
import { createState, type StateEntity } from '../state/state.ts'

/** @param path where the entity is on the Admin API: `/upstreams/x/targets/y`; @throws DeckError */
export async function stateFileOf(settings: ClientSettings, schema: string, path: string): Promise<string> {
  const client = await createClient(settings)
  try {
    const { version } = await readVersion(client)
    const schemas = createSchemas(
      version,
      () => undefined,
      isEnterprise(version) ? { definitions: everyKind } : {},
    )
    const definition = schemas.bySchema(schema)
    const fields = await client.get(path)
    if (definition === undefined) throw new DeckError(`state files have no list for ${schema}`)
    if (!isRecord(fields)) return ''
    const entity = asEntity(definition, fields)
    const related = await Promise.all([
      referredBy(entity, definition, client, schemas),
      belowOf(entity, definition, client, schemas),
    ])
    const { write } = await import('../file/yaml/write.ts')
    return write(fromState(createState([entity, ...related.flat()], schemas), { schemas }), 'yaml')
  } finally {
    client.close()
  }
}

const asEntity = ({ kind }: Definition, fields: Readonly<Record<string, unknown>>): StateEntity => ({
  kind,
  id: String(fields['id']),
  fields,
})

/** The referenced entities, and their references. */
async function referredBy(
  { fields }: StateEntity,
  definition: Definition,
  client: AdminClient,
  schemas: Schemas,
): Promise<StateEntity[]> {
  const found = await Promise.all(
    foreignFields(definition).map(async ({ name, field }) => {
      const reference = fields[name]
      const owner = schemas.bySchema(field.reference)
      if (owner === undefined || !isRecord(reference)) return []
      const answer = await client.get(`/${owner.adminPath}/${reference['id']}`)
      if (!isRecord(answer)) return []
      const entity = asEntity(owner, answer)
      return [entity, ...(await referredBy(entity, owner, client, schemas))]
    }),
  )
  return found.flat()
}

/** The nested entities. */
async function belowOf(
  { id }: StateEntity,
  definition: Definition,
  client: AdminClient,
  schemas: Schemas,
): Promise<StateEntity[]> {
  const nested = schemas.kinds.filter(kind => ownerField(kind)?.field.reference === definition.schema)
  const lists = await Promise.all(
    nested.map(async kind => {
      const items = await listAll(client, nestedPath(definition, id, kind))
      return items.map(item => asEntity(kind, item))
    }),
  )
  return lists.flat()
}
