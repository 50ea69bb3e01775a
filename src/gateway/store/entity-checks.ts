/** Checks an entity before it is stored, and converts it to its stored form. */

import { settled } from '../../entities/language/defaults.ts'
import type { Definition, Entity, Neighbours } from '../../entities/language/define.ts'
import { foreignFields } from '../../entities/language/identity.ts'
import { transformed } from '../../entities/language/transformations.ts'
import { validateEntity } from '../../entities/language/validate.ts'
import { isAbsent, isRecord } from '../../entities/language/values.ts'
import { brokenSchema, nullRefused } from './errors.ts'
import { nullCharacters } from './null-characters.ts'
import type { Store } from './store.ts'

type Values = Readonly<Record<string, unknown>>

/** @throws KongError where what a write says does not fit to other entities */
export function checkFit(store: Store, definition: Definition, input: Values, before?: Values): void {
  const neighbours: Neighbours = {
    get: (schema, id) => store.table(schema).get(id),
    referring: (schema, field, id) => store.table(schema).referring(field, id),
  }
  const violations = definition.fits?.(input, neighbours, before)
  if (violations !== undefined) throw brokenSchema(violations)
}

export interface WriteContext {
  /** The values of the write itself. */
  readonly input: Values
  /** The entity that a PATCH changes. */
  readonly before?: Entity
  /** The key in the request's path, if it is not the id. */
  readonly key?: Values | undefined
}

/**
 * @param values complete: with defaults, ids and times
 * @throws KongError
 */
export function checkedEntity(
  { schemas }: Store,
  definition: Definition,
  values: Values,
  { input, before, key }: WriteContext,
): Entity {
  const violations = validateEntity(definition.kind, values, schemas, {
    update: before !== undefined,
    written: input,
    ...(before && { before }),
  })
  if (violations !== undefined) throw brokenSchema(violations)
  const unstorable = nullCharacters(values)
  if (unstorable !== undefined) throw brokenSchema(unstorable)
  if (isAbsent(values['id'])) throw nullRefused(key ?? { id: null })
  return stored(definition, transformed(definition, values, input))
}

/** @throws KongError @param key identifies the entity in the error */
export function checkNeverNull(definition: Definition, entity: Entity, key: Values): void {
  for (const [name, field] of Object.entries(definition.fields)) {
    if (field.never_null === true && isAbsent(entity[name])) throw nullRefused(key)
  }
}

/** Ids are stored in lower case, references as `{ id }` only. */
export function stored(definition: Definition, values: Values): Entity {
  const result: Record<string, unknown> = {
    ...settled(definition, values),
    id: String(values['id']).toLowerCase(),
  }
  for (const [name, field] of Object.entries(definition.fields)) {
    // Code that accepts such a value stores it elsewhere.
    if (field.transient === true) delete result[name]
  }
  for (const { name } of foreignFields(definition)) {
    const value = result[name]
    if (isRecord(value)) result[name] = { id: String(value['id']).toLowerCase() }
  }
  return result as Entity
}
