/** What a gateway has: all collections at once, then what lives only below an owner. */
import type { Definition } from '../entities/define.ts'
import { ownerField } from '../entities/identity.ts'
import type { Schemas } from '../entities/schemas.ts'
import { AdminApiError, DeckError } from '../errors.ts'
import { createState, type State, type StateEntity } from '../state/state.ts'
import type { AdminClient } from './client.ts'
import { inParallel } from './in-parallel.ts'
import { listAll } from './list.ts'
import { collectionPath, nestedPath } from './paths.ts'

export interface FetchOptions {
  /** Only what has all of these tags. */
  readonly selectTags?: readonly string[]
  /** Kinds not to read at all. */
  readonly without?: (definition: Definition) => boolean
}

interface Found {
  readonly definition: Definition
  /** Undefined: this gateway has no such collection. */
  readonly entities: readonly StateEntity[] | undefined
}

/** What Konnect keeps for itself; every command passes it over (decK). */
const managed = new Set(['konnect-managed', 'konnect-managed-plugin'])

/** @throws ConnectionError; DeckError naming the collection that could not be read */
export async function fetchState(
  client: AdminClient,
  schemas: Schemas,
  options: FetchOptions = {},
): Promise<State> {
  const kinds = schemas.kinds.filter(definition => options.without?.(definition) !== true)
  const listed = kinds.filter(definition => collectionPath(definition) !== undefined)
  const found = await Promise.all(listed.map(definition => readCollection(client, definition, options)))
  refuseNoCollections(found)
  const bySchema = new Map(found.map(({ definition, entities }) => [definition.schema, entities ?? []]))
  const below = kinds.filter(definition => collectionPath(definition) === undefined)
  const nested = await Promise.all(
    below.map(definition => readBelowOwners(client, definition, bySchema, schemas, options)),
  )
  return createState([...found.flatMap(({ entities }) => entities ?? []), ...nested.flat()], schemas)
}

async function readCollection(
  client: AdminClient,
  definition: Definition,
  { selectTags }: FetchOptions,
): Promise<Found> {
  try {
    const items = await listAll(client, `/${definition.adminPath}`, selectTags)
    return { definition, entities: entitiesOf(definition, items) }
  } catch (error) {
    // Kong has the collections of those plugins alone that are switched on, and each version and edition its own kinds.
    if (error instanceof AdminApiError && error.status === 404) return { definition, entities: undefined }
    throw named(definition, error)
  }
}

/** Some collections may be missing; where all are, this is no Admin API, or no such workspace: an empty state would be a lie. */
function refuseNoCollections(found: readonly Found[]): void {
  const [first] = found
  if (first === undefined || found.some(({ entities }) => entities !== undefined)) return
  throw new DeckError(`${first.definition.adminPath}: HTTP status 404 (message: "Not found")`, {
    hint: 'the address answers, but has none of the Admin API’s collections: check --kong-addr and --workspace',
  })
}

async function readBelowOwners(
  client: AdminClient,
  definition: Definition,
  bySchema: ReadonlyMap<string, readonly StateEntity[]>,
  schemas: Schemas,
  { selectTags }: FetchOptions,
): Promise<StateEntity[]> {
  const owner = ownerField(definition)
  const ownerDefinition = owner && schemas.bySchema(owner.field.reference)
  if (owner === undefined || ownerDefinition === undefined) return []
  const lists = await inParallel(bySchema.get(ownerDefinition.schema) ?? [], client.pace, async one => {
    try {
      const items = await listAll(client, nestedPath(ownerDefinition, one.id, definition), selectTags)
      return entitiesOf(
        definition,
        items.map(item => ({ ...item, [owner.name]: { id: one.id } })),
      )
    } catch (error) {
      // The owner went away between its list and this one.
      if (error instanceof AdminApiError && error.status === 404) return []
      throw named(definition, error)
    }
  })
  return lists.flat()
}

function entitiesOf(
  definition: Definition,
  items: readonly Readonly<Record<string, unknown>>[],
): StateEntity[] {
  return items.flatMap(fields => {
    const tags = Array.isArray(fields['tags']) ? fields['tags'] : []
    if (typeof fields['id'] !== 'string' || tags.some(tag => managed.has(String(tag)))) return []
    return [{ kind: definition.kind, id: fields['id'], fields }]
  })
}

/** decK's form: which collection, then what Kong said. */
function named(definition: Definition, error: unknown): unknown {
  return error instanceof AdminApiError
    ? new DeckError(`${definition.adminPath}: ${error.message}`, {
        cause: error,
        ...((error.status === 401 || error.status === 403) && {
          hint: 'the token (--kong-admin-token) may not read this',
        }),
      })
    : error
}
