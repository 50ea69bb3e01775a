/**
 * Reads a gateway's entities: all collections at once, and nested collections as soon as a page of their owners
 * is there.
 */
import type { Definition } from '../entities/language/define.ts'
import { ownerField } from '../entities/language/identity.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { AdminApiError, DeckError } from '../errors.ts'
import { linkId } from '../state/links.ts'
import { createState, type State, type StateEntity } from '../state/state.ts'
import type { AdminClient } from './client.ts'
import { type Queue, queueOf } from './in-parallel.ts'
import { listAll } from './list.ts'
import { collectionPath, nestedPath } from './paths.ts'

export interface FetchOptions {
  /** Only what has all of these tags. */
  readonly selectTags?: readonly string[]
  /** Receives the names of collections that the token may not read and that were skipped. */
  readonly tell?: (line: string) => void
  /** Kinds not to read at all. */
  readonly without?: (definition: Definition) => boolean
}

export interface KindEntities {
  readonly definition: Definition
  /** Undefined: this gateway has no such collection. */
  readonly entities: readonly StateEntity[] | undefined
}

/** Entities of Konnect itself, which every command ignores (decK). */
const managed = new Set(['konnect-managed', 'konnect-managed-plugin'])

/** @throws ConnectionError; DeckError naming the collection that could not be read */
export async function fetchState(
  client: AdminClient,
  schemas: Schemas,
  options: FetchOptions = {},
): Promise<State> {
  const kinds = schemas.kinds.filter(definition => options.without?.(definition) !== true)
  const found = await fetchKinds(client, kinds, schemas, options)
  refuseNoCollections(found)
  return createState(
    found.flatMap(({ entities }) => entities ?? []),
    schemas,
  )
}

/** @param kinds those that live below an owner need their owner's kind among them */
export async function fetchKinds(
  client: AdminClient,
  kinds: readonly Definition[],
  schemas: Schemas,
  options: FetchOptions = {},
): Promise<KindEntities[]> {
  const listed = kinds.filter(definition => collectionPath(definition) !== undefined)
  const below = kinds
    .filter(definition => collectionPath(definition) === undefined)
    .map(definition => readerBelow(client, definition, schemas, options))
  const reading = new Map(
    listed.map(definition => {
      const readers = below.filter(({ owner }) => owner === definition.schema)
      const onPage = (owners: readonly StateEntity[]): void => {
        for (const { queue } of readers) queue.add(owners)
      }
      return [definition.schema, readCollection(client, definition, options, onPage)]
    }),
  )
  const nested = below.map(async ({ definition, owner, queue }) => {
    const owners = owner === undefined ? undefined : (await reading.get(owner))?.entities
    // If the owners have no collection, the entities below them have none either.
    return { definition, entities: owners === undefined ? undefined : (await queue.end()).flat() }
  })
  return Promise.all([...reading.values(), ...nested])
}

async function readCollection(
  client: AdminClient,
  definition: Definition,
  { selectTags, tell }: FetchOptions,
  onPage: (entities: readonly StateEntity[]) => void,
): Promise<KindEntities> {
  try {
    const entities: StateEntity[] = []
    await listAll(client, `/${definition.adminPath}`, selectTags, items => {
      const page = entitiesOf(definition, items)
      entities.push(...page)
      onPage(page)
    })
    return { definition, entities }
  } catch (error) {
    // Kong has the collections of enabled plugins only, and each version and edition has its own kinds.
    if (error instanceof AdminApiError && isAway(error, definition))
      return { definition, entities: undefined }
    if (error instanceof AdminApiError && error.status === 403 && isOptional(definition)) {
      tell?.(`Warning: /${definition.adminPath} may not be seen (HTTP status 403): passed over`)
      return { definition, entities: undefined }
    }
    throw named(definition, error)
  }
}

/** Kong answers 400 where what a kind needs is switched off (filter chains without `wasm`). */
const isAway = ({ status }: AdminApiError, definition: Definition): boolean =>
  status === 404 || (status === 400 && isOptional(definition))

const isOptional = ({ optional, enterprise }: Definition): boolean => optional === true || enterprise === true

/**
 * Some collections may be missing. If all are, this is no Admin API, or the workspace does not exist: an
 * empty state would be wrong.
 */
function refuseNoCollections(found: readonly KindEntities[]): void {
  const [first] = found
  if (first === undefined || found.some(({ entities }) => entities !== undefined)) return
  throw new DeckError(`${first.definition.adminPath}: HTTP status 404 (message: "Not found")`, {
    hint: 'check --kong-addr and --workspace: the server has none of the collections of an Admin API',
  })
}

interface ReaderBelow {
  readonly definition: Definition
  /** The schema of the owners. */
  readonly owner: string | undefined
  /** Takes owners. */
  readonly queue: Queue<StateEntity, StateEntity[]>
}

/** Reads a nested collection: below each owner as soon as the page with it is here, without the other pages. */
function readerBelow(
  client: AdminClient,
  definition: Definition,
  schemas: Schemas,
  { selectTags }: FetchOptions,
): ReaderBelow {
  const owner = ownerField(definition)
  const ownerDefinition = owner && schemas.bySchema(owner.field.reference)
  if (owner === undefined || ownerDefinition === undefined)
    return { definition, owner: owner?.field.reference, queue: queueOf(client.pace, async () => []) }
  const queue = queueOf(client.pace, async (one: StateEntity) => {
    try {
      const items = await listAll(client, nestedPath(ownerDefinition, one.id, definition), selectTags)
      return entitiesOf(
        definition,
        items.map(item => belowOwner(definition, owner.name, one.id, item)),
      )
    } catch (error) {
      // The owner went away between its list and this one.
      if (error instanceof AdminApiError && error.status === 404) return []
      throw named(definition, error)
    }
  })
  return { definition, owner: ownerDefinition.schema, queue }
}

/** A list below an owner leaves out whose it is; that of a link's owner lists the members themselves. */
function belowOwner(
  { link }: Definition,
  ownerName: string,
  ownerId: string,
  item: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const owner = { [ownerName]: { id: ownerId } }
  if (link === undefined) return { ...item, ...owner }
  return { id: linkId(ownerId, String(item['id'])), ...owner, [link.member]: { id: item['id'] } }
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
          hint: 'the token (--kong-admin-token) does not have the permission to read this',
        }),
      })
    : error
}
