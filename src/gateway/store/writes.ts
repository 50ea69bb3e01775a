/**
 * What a write means in Kong: an input becomes an entity (short forms, defaults, id, times, references by
 * name), is checked, and is stored. One rule for all kinds; where it comes from (POST, PATCH, PUT, a nested
 * path) is the endpoints' business.
 */

import { randomBytes, randomUUID } from 'node:crypto'
import { rightId } from '../../entities/language/check-value.ts'
import { completeEntity, completeExpanded, settled } from '../../entities/language/defaults.ts'
import type { Definition, Entity, Field, Fields, Neighbours } from '../../entities/language/define.ts'
import { foreignFields } from '../../entities/language/identity.ts'
import { expandShorthands } from '../../entities/language/shorthands.ts'
import { entityFields } from '../../entities/language/subschemas.ts'
import { transformed } from '../../entities/language/transformations.ts'
import { validateEntity } from '../../entities/language/validate.ts'
import { asTable, isAbsent, isRecord } from '../../entities/language/values.ts'
import {
  brokenSchema,
  noEntityWithId,
  nullRefused,
  primaryKeyTaken,
  type Unresolved,
  unresolvedReferences,
  unsupportedWithoutDatabase,
} from './errors.ts'
import { deathOf, type Expiry } from './expiry.ts'
import { nullCharacters } from './null-characters.ts'
import type { Store } from './store.ts'
import { uniqueKeysOf } from './table.ts'

type Values = Readonly<Record<string, unknown>>

/** What the world gives: tests put their own. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly uuid: () => string
  /** 32 letters and digits: a generated key. */
  readonly secret: () => string
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export const realSurroundings: Surroundings = {
  now: Date.now,
  uuid: randomUUID,
  secret: () => {
    let text = ''
    // 248 is the largest multiple of the alphabet's size in a byte: higher ones would favour its first
    // letters.
    while (text.length < 32) for (const byte of randomBytes(48)) text += byte < 248 ? alphabet[byte % 62] : ''
    return text.slice(0, 32)
  },
}

export interface Writes {
  /**
   * An entity as a POST of this would have it, with references as they are given; nothing is checked or
   * stored.
   */
  prepare(definition: Definition, input: Values): Values
  /** POST. @throws KongError */
  insert(definition: Definition, input: Values): Entity
  /** PATCH: what is not in the input stays; nested records are merged. @throws KongError */
  update(definition: Definition, before: Entity, input: Values, key?: Values): Entity
  /** PUT: makes it, or replaces all of it but its id and time of creation. @throws KongError */
  upsert(definition: Definition, before: Entity | undefined, input: Values, by?: string): Entity
  remove(definition: Definition, entity: Entity, by?: string): void
}

/**
 * `by`, where it is taken, is the field that the entity was asked for by, if not its id.
 *
 * @param writable false where there is no database: what is to be written is checked, and then refused
 */
export function createWrites(store: Store, expiry: Expiry, around: Surroundings, writable = true): Writes {
  const { schemas } = store

  const refuseUnlessWritable = (operation: string, definition: Definition, by?: string) => {
    if (!writable) throw unsupportedWithoutDatabase(operation, definition.schema, by)
  }

  let lastCreated = 0
  const timeOf = (field: Field) =>
    field.type === 'integer' ? Math.floor(around.now() / 1000) : Math.max(around.now(), lastCreated) / 1000

  /** Lists that are newest first go by these times, so no two of them are the same. */
  const creationTimeOf = (field: Field) => {
    if (field.type !== 'integer') lastCreated = Math.max(around.now(), lastCreated + 1)
    return timeOf(field)
  }

  const automatic = (name: string, field: Field, given: unknown, fresh: boolean): unknown => {
    if (field.timestamp === true) {
      if (name === 'updated_at') return timeOf(field)
      return fresh && isAbsent(given) ? creationTimeOf(field) : given
    }
    if (given !== undefined || !fresh) return given
    return field.uuid === true ? around.uuid() : around.secret()
  }

  const withAutomatic = (fields: Fields, values: Values, fresh: boolean): Record<string, unknown> => {
    const result: Record<string, unknown> = { ...values }
    for (const [name, field] of Object.entries(fields)) {
      const value = values[name]
      if (field.auto === true) result[name] = automatic(name, field, value, fresh)
      else if (field.fields && hasAutomatic(field.fields) && isRecord(value)) {
        result[name] = withAutomatic(field.fields, value, fresh)
      }
    }
    return result
  }

  const prepare = (definition: Definition, input: Values): Record<string, unknown> => {
    const filled = completeEntity(definition.kind, input, schemas)
    return withAutomatic(entityFields(definition, filled, schemas), filled, true)
  }

  const complete = (definition: Definition, input: Values): Record<string, unknown> =>
    withReferences(definition, prepare(definition, input), store)

  const neighbours: Neighbours = {
    get: (schema, id) => store.table(schema).get(id),
    referring: (schema, field, id) => store.table(schema).referring(field, id),
  }

  const checkFit = (definition: Definition, given: Values, before?: Values): void => {
    const violations = definition.fits?.(given, neighbours, before)
    if (violations !== undefined) throw brokenSchema(violations)
  }

  /**
   * @param given what the write itself says; `before` is what it changes (PATCH), `key` what it is asked for
   *   by
   */
  const checked = (
    definition: Definition,
    values: Values,
    given: Values,
    { before, key }: { readonly before?: Entity; readonly key?: Values } = {},
  ): Entity => {
    const update = before !== undefined
    const violations = validateEntity(definition.kind, values, schemas, {
      update,
      written: given,
      ...(before && { before }),
    })
    if (violations !== undefined) throw brokenSchema(violations)
    const unstorable = nullCharacters(values)
    if (unstorable !== undefined) throw brokenSchema(unstorable)
    if (isAbsent(values['id'])) throw nullRefused(key ?? { id: null })
    return stored(definition, transformed(definition, values, given))
  }

  /** @param key identifies the entity in the error if it cannot be stored */
  const put = (definition: Definition, entity: Entity, death: number | null, key: Values): Entity => {
    for (const [name, field] of Object.entries(definition.fields)) {
      if (field.never_null === true && isAbsent(entity[name])) throw nullRefused(key)
    }
    const mortal = definition.ttl === true ? { ...entity, ttl: death } : entity
    store.put(definition.schema, mortal)
    if (death !== null) expiry.watch(death)
    return mortal
  }

  return {
    prepare,
    insert: (definition, input) => {
      const [death, rest] = withoutTtl(definition, input, around.now())
      checkFit(definition, rest)
      const entity = checked(definition, complete(definition, rest), rest)
      refuseUnlessWritable('create', definition)
      if (store.table(definition.schema).get(entity.id) !== undefined) throw primaryKeyTaken(entity.id)
      return put(definition, entity, death ?? null, { id: entity.id })
    },
    update: (definition, before, input, key) => {
      const [death, rest] = withoutTtl(definition, input, around.now())
      const { ttl, ...known } = before
      const fields = entityFields(definition, before, schemas)
      const expanded = expandShorthands(rest, definition.shorthand_fields, definition.fields)
      // What is asked for by its id cannot be given another.
      const isOther = rest['id'] !== undefined && rightId(rest['id'], before.id) !== rest['id']
      if (key !== undefined && 'id' in key && isOther) throw noEntityWithId(before.id)
      const merged = { ...mergeValues(fields, expanded, known), id: rightId(rest['id'], before.id) }
      const filled = completeExpanded(definition.kind, merged, schemas)
      const values = withReferences(definition, withAutomatic(fields, filled, false), store)
      checkFit(definition, expanded, known)
      const entity = checked(definition, values, expanded, { before })
      refuseUnlessWritable(
        'update',
        definition,
        Object.keys(key ?? {}).find(name => name !== 'id'),
      )
      const kept = typeof ttl === 'number' ? ttl : null
      return put(definition, entity, death === undefined ? kept : death, key ?? { id: before.id })
    },
    upsert: (definition, before, input, by) => {
      const [death, rest] = withoutTtl(definition, input, around.now())
      const kept = before && {
        id: rightId(rest['id'], before.id),
        created_at: rest['created_at'] ?? before['created_at'],
      }
      checkFit(definition, rest)
      const values = complete(definition, { ...rest, ...kept })
      const entity = checked(definition, values, rest, by === undefined ? {} : { key: { [by]: rest[by] } })
      refuseUnlessWritable('create or update', definition, by)
      return put(definition, entity, death ?? null, by === undefined ? { id: entity.id } : { [by]: rest[by] })
    },
    remove: (definition, entity, by) => {
      refuseUnlessWritable('remove', definition, by)
      store.remove(definition.schema, entity)
    },
  }
}

function withoutTtl(definition: Definition, input: Values, now: number): [number | null | undefined, Values] {
  if (definition.ttl !== true) return [undefined, input]
  const { ttl: _ttl, ...rest } = input
  return [deathOf(input, now), rest]
}

const hasAutomatic = (fields: Fields): boolean => Object.values(fields).some(field => field.auto === true)

/** Ids are kept in lower case, references as `{ id }` alone. */
export function stored(definition: Definition, values: Values): Entity {
  const result: Record<string, unknown> = {
    ...settled(definition, values),
    id: String(values['id']).toLowerCase(),
  }
  for (const [name, field] of Object.entries(definition.fields)) {
    // Whoever takes such a value keeps it elsewhere.
    if (field.transient === true) delete result[name]
  }
  for (const { name } of foreignFields(definition)) {
    const value = result[name]
    if (isRecord(value)) result[name] = { id: String(value['id']).toLowerCase() }
  }
  return result as Entity
}

/** The new values over the old ones; nested records field by field, lists and maps as a whole. */
function mergeValues(fields: Fields, over: Values, under: Values): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...under, ...over }
  for (const [name, field] of Object.entries(fields)) {
    const [above, below] = [over[name], under[name]]
    if (above === undefined) merged[name] = below
    else if (field.type === 'record' && field.fields && asTable(above)) {
      const given = expandShorthands(asTable(above) ?? {}, field.shorthand_fields, field.fields)
      merged[name] = mergeValues(field.fields, given, isRecord(below) ? below : {})
    }
  }
  return merged
}

/**
 * Replaces references by name, `{ name: 'a' }`, with references by id.
 * @throws KongError where there is no such entity
 */
function withReferences(
  definition: Definition,
  values: Record<string, unknown>,
  store: Store,
): Record<string, unknown> {
  const unresolved: Unresolved[] = []
  const result = { ...values }
  for (const { name, field } of foreignFields(definition)) {
    const value = values[name]
    if (!isRecord(value) || !isAbsent(value['id']) || !store.has(field.reference)) continue
    const table = store.table(field.reference)
    for (const key of uniqueKeysOf(table.definition)) {
      const by = key.single ? key.fields[0] : undefined
      if (by === undefined || isAbsent(value[by])) continue
      const found = table.byField(by, value[by])
      if (found !== undefined) result[name] = { id: found.id }
      else unresolved.push({ field: name, by, value: value[by], schema: field.reference })
    }
  }
  if (unresolved.length > 0) throw unresolvedReferences(unresolved)
  return result
}
