/**
 * Whether a gateway has done what it says. The answer to a write is the entity that was sent. Where it is
 * anything else (no body, another entity, unrelated JSON), something between may have answered in the
 * gateway's place: the entity is read back, and the change fails unless it is there.
 */
import type { AdminClient } from '../admin-client/client.ts'
import { listAll } from '../admin-client/list.ts'
import type { Definition } from '../entities/language/define.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { isAbsent, isRecord } from '../entities/language/values.ts'
import { AdminApiError, DeckError } from '../errors.ts'
import type { FieldChange } from './compare.ts'
import { type Change, differences } from './diff.ts'
import type { StepRequest } from './requests.ts'

type Values = Readonly<Record<string, unknown>>
type Sent = Extract<StepRequest, { method: 'PUT' }>

/** @throws DeckError where the gateway has not stored what was sent */
export async function confirmStored(
  change: Change,
  sent: Sent,
  answer: unknown,
  { client, schemas }: { readonly client: AdminClient; readonly schemas: Schemas },
): Promise<void> {
  const definition = schemas.of(change.kind)
  const isSent = (found: unknown): boolean =>
    isSame(definition, sent, change.id, found) &&
    fieldsBeside(found, sent.entity, change, schemas).length === 0
  if (definition.link === undefined ? isSent(answer) : mentions(answer, memberOf(definition, sent.entity)))
    return
  const found = await readBack(definition, sent, change.id, client)
  const problem = problemOf(found, sent.entity, change, schemas)
  if (problem !== undefined) throw unconfirmed(describe(answer), problem)
}

/** @throws DeckError where the gateway still has the entity */
export async function confirmDeleted(
  change: Change,
  sent: Extract<StepRequest, { method: 'DELETE' }>,
  status: number,
  { client, schemas }: { readonly client: AdminClient; readonly schemas: Schemas },
): Promise<void> {
  if (status === 204) return
  const found = await readBack(schemas.of(change.kind), sent, change.id, client)
  if (found !== undefined) throw unconfirmed(`status ${status}`, stillThere)
}

/**
 * A problem of the stored entity, in words; undefined if there is none. A gateway may fill in and normalise
 * values, and a plugin's configuration in ways that only the plugin knows. So only these count: a plain
 * field of the kind itself with another value, and an update without any effect.
 */
export function problemOf(
  found: Values | undefined,
  entity: Values,
  change: Change,
  schemas: Schemas,
): string | undefined {
  if (found === undefined) return 'does not have the entity'
  const { link } = schemas.of(change.kind)
  if (link !== undefined) return undefined
  const differing = fieldsBeside(found, entity, change, schemas)
  const plain = differing.map(({ path }) => path).filter(path => isPlain(path, schemas.of(change.kind)))
  if (plain.length > 0) return `has another value of ${plain.join(', ')}`
  return differing.length > 0 && isAsBefore(found, change, schemas) ? 'has not changed the entity' : undefined
}

/** Fields in which an entity of a gateway is not what was sent. */
const fieldsBeside = (
  found: unknown,
  entity: Values,
  { kind, id }: Change,
  schemas: Schemas,
): readonly FieldChange[] =>
  differences(
    schemas.of(kind),
    { kind, id, fields: isRecord(found) ? found : {} },
    { kind, id, fields: entity },
    schemas,
  )

/** A number, boolean or text of the kind itself that the gateway stores unchanged. */
function isPlain([name = '', ...rest]: readonly string[], definition: Definition): boolean {
  const { type, auto, secret, encrypted } = definition.fields[name] ?? {}
  const isStoredAsSent =
    auto !== true && secret !== true && encrypted !== true && definition.transformations === undefined
  return (
    rest.length === 0 && isStoredAsSent && ['string', 'integer', 'number', 'boolean'].includes(type ?? '')
  )
}

/** The time of the last write distinguishes a change that was normalised away from one that never arrived. */
function isAsBefore(found: Values, { kind, id, before }: Change, schemas: Schemas): boolean {
  if (before === undefined || found['updated_at'] !== before['updated_at']) return false
  const asBefore = differences(
    schemas.of(kind),
    { kind, id, fields: found },
    { kind, id, fields: before },
    schemas,
  )
  return asBefore.length === 0
}

function isSame(
  definition: Definition,
  { entity }: Pick<Sent, 'entity'>,
  id: string,
  found: unknown,
): boolean {
  if (!isRecord(found)) return false
  const { link, address } = definition
  if (link !== undefined) return found['id'] === memberOf(definition, entity)
  if (address !== undefined) return address(found) === address(entity)
  return typeof found['id'] === 'string' && found['id'].toLowerCase() === id.toLowerCase()
}

const memberOf = ({ link }: Definition, entity: Values): unknown =>
  link && (entity[link.member] as { id?: unknown } | undefined)?.id

/** The answer to a new link names its two ends, each version in its own form. */
const mentions = (answer: unknown, id: unknown): boolean =>
  isRecord(answer) && typeof id === 'string' && JSON.stringify(answer).includes(JSON.stringify(id))

/** The gateway's current entity; entities without an address of their own are found in their list. */
async function readBack(
  definition: Definition,
  sent: Pick<Sent, 'entity' | 'path' | 'collection'>,
  id: string,
  client: AdminClient,
): Promise<Values | undefined> {
  try {
    if (definition.collection === false)
      return (await listAll(client, sent.collection)).find(one => isSame(definition, sent, id, one))
    const found = await client.get(sent.path)
    return isRecord(found) && isSame(definition, sent, id, found) ? found : undefined
  } catch (error) {
    if (error instanceof AdminApiError && error.status === 404) return undefined
    throw error
  }
}

/** Nothing of its content: it may be anybody's. */
export function describe(answer: unknown): string {
  if (isAbsent(answer)) return 'no body'
  return isRecord(answer) && typeof answer['id'] === 'string' ? 'another entity' : 'unrelated JSON'
}

export const stillThere = 'still has the entity'

export const notTheGateway = 'a proxy or a cache in front of the Admin API may have answered in its place'

export const unconfirmed = (answer: string, problem: string): DeckError =>
  new DeckError(`the response was a success with ${answer}, but the gateway ${problem}`, {
    hint: notTheGateway,
  })
