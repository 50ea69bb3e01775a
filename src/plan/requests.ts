/**
 * The request of a step, as decK sends it: a whole entity by PUT at its id, references as ids, without
 * absent values.
 */
import { homePath } from '../admin-client/paths.ts'
import type { Definition } from '../entities/language/define.ts'
import { foreignFields } from '../entities/language/identity.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { isAbsent, isRecord } from '../entities/language/values.ts'
import type { Change } from './diff.ts'
import type { Step } from './plan.ts'

type Values = Readonly<Record<string, unknown>>

export type StepRequest =
  | { readonly method: 'DELETE'; readonly path: string; readonly collection: string; readonly entity: Values }
  /**
   * `collection`: where to POST the same body for a kind that PUT does not create. `entity`: what the body
   * was made of.
   */
  | {
      readonly method: 'PUT'
      readonly path: string
      readonly body: Record<string, unknown>
      readonly collection: string
      readonly entity: Values
    }

export function requestOf(step: Step, schemas: Schemas): StepRequest {
  const { change, action } = step
  const definition = schemas.of(change.kind)
  const before = change.before ?? {}
  if (action === 'delete') {
    const collection = homePath(definition, before, schemas)
    const path = `${collection}/${endOf(definition, before, change.id)}`
    return { method: 'DELETE', path, collection, entity: before }
  }
  const entity = action === 'rename' ? { ...before, ...step.temporary } : (change.after ?? {})
  const collection = homePath(definition, entity, schemas)
  const body = action === 'rename' ? wholeBody(change, entity, schemas) : putBody(change, schemas)
  return {
    method: 'PUT',
    path: `${collection}/${endOf(definition, entity, change.id)}`,
    body,
    collection,
    entity,
  }
}

/** The end of an entity's path: its id, but for what has none. */
function endOf({ link, address }: Definition, entity: Values, id: string): string {
  if (link !== undefined) return String((entity[link.member] as { id?: unknown } | undefined)?.id)
  return address === undefined ? id : address(entity)
}

/**
 * The body of a create or update: what the file gives, and of an existing entity what only the server makes.
 */
export function putBody(change: Change, schemas: Schemas): Record<string, unknown> {
  return wholeBody(change, { ...made(change, schemas), ...change.after }, schemas)
}

/** Values that the server generated when the entity was created: a PUT without them generates new ones. */
function made({ kind, before = {}, after = {} }: Change, schemas: Schemas): Values {
  const automatic = Object.entries(schemas.of(kind).fields).filter(
    ([name, { auto, transient }]) =>
      // Values that are stored elsewhere (a certificate's server names) would be removed.
      (auto === true || transient === true) &&
      name !== 'updated_at' &&
      isAbsent(after[name]) &&
      !isAbsent(before[name]),
  )
  return Object.fromEntries(automatic.map(([name]) => [name, before[name]]))
}

/** An entity as a request body: references as ids, without values that have no effect. */
export function wholeBody(
  { kind, id }: Pick<Change, 'kind' | 'id'>,
  entity: Values,
  schemas: Schemas,
): Record<string, unknown> {
  const definition = schemas.of(kind)
  const references = new Set(foreignFields(definition).map(({ name }) => name))
  const { link } = definition
  if (link !== undefined) return { [link.member]: (entity[link.member] as { id?: unknown } | undefined)?.id }
  const body: Record<string, unknown> = definition.address === undefined ? { id } : {}
  for (const [name, value] of Object.entries(entity)) {
    if (name === 'id' || name === 'updated_at') continue
    // Null is said only where saying nothing would mean something else.
    if (isAbsent(value) && isAbsent(definition.fields[name]?.default)) continue
    if (value !== undefined)
      body[name] = references.has(name) && isRecord(value) ? { id: value['id'] } : value
  }
  return body
}
