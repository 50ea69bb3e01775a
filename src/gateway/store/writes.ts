/**
 * What a write means in Kong: an input becomes an entity (short forms, defaults, id, times, references by name), is checked, and
 * is stored. One rule for all kinds; where it comes from (POST, PATCH, PUT, a nested path) is the endpoints' business.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { completeEntity, entityFields, expandShorthands } from '../../entities/defaults.ts'
import type { Definition, Entity, Field, Fields } from '../../entities/define.ts'
import { foreignFields } from '../../entities/identity.ts'
import { isAbsent, isRecord } from '../../entities/rules.ts'
import { validateEntity } from '../../entities/validate.ts'
import { brokenSchema, primaryKeyTaken, type Unresolved, unresolvedReferences } from './errors.ts'
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
    // 248 is the largest multiple of the alphabet's size in a byte: higher ones would favour its first letters.
    while (text.length < 32) for (const byte of randomBytes(48)) text += byte < 248 ? alphabet[byte % 62] : ''
    return text.slice(0, 32)
  },
}

export interface Writes {
  /** POST. @throws KongError */
  insert(definition: Definition, input: Values): Entity
  /** PATCH: what is not in the input stays; nested records are merged. @throws KongError */
  update(definition: Definition, before: Entity, input: Values): Entity
  /** PUT: makes it, or replaces all of it but its id and time of creation. @throws KongError */
  upsert(definition: Definition, before: Entity | undefined, input: Values): Entity
  remove(definition: Definition, entity: Entity): void
  /** The entity that an input would become; nothing is stored. @throws KongError */
  check(definition: Definition, input: Values): void
}

export function createWrites(store: Store, around: Surroundings = realSurroundings): Writes {
  const { schemas } = store

  const timeOf = (field: Field) =>
    field.type === 'integer' ? Math.floor(around.now() / 1000) : around.now() / 1000

  const automatic = (name: string, field: Field, given: unknown, fresh: boolean): unknown => {
    if (field.timestamp === true) {
      if (name === 'updated_at') return timeOf(field)
      return fresh && isAbsent(given) ? timeOf(field) : given
    }
    if (given !== undefined || !fresh) return given
    return field.uuid === true ? around.uuid() : around.secret()
  }

  const withAutomatic = (definition: Definition, values: Values, fresh: boolean): Record<string, unknown> => {
    const result: Record<string, unknown> = { ...values }
    for (const [name, field] of Object.entries(definition.fields)) {
      if (field.auto === true) result[name] = automatic(name, field, values[name], fresh)
    }
    return result
  }

  const complete = (definition: Definition, input: Values): Record<string, unknown> => {
    const values = withAutomatic(definition, completeEntity(definition.kind, input, schemas), true)
    return withReferences(definition, values, store)
  }

  const checked = (definition: Definition, values: Values, update: boolean): Entity => {
    const violations = validateEntity(definition.kind, values, schemas, { update })
    if (violations !== undefined) throw brokenSchema(violations)
    return stored(definition, values)
  }

  return {
    insert: (definition, input) => {
      const entity = checked(definition, complete(definition, input), false)
      if (store.table(definition.schema).get(entity.id) !== undefined) throw primaryKeyTaken(entity.id)
      store.put(definition.schema, entity)
      return entity
    },
    update: (definition, before, input) => {
      const fields = entityFields(definition, before, schemas)
      const expanded = expandShorthands(input, definition.shorthand_fields, definition.fields)
      const merged = { ...mergeValues(fields, expanded, before), id: before.id }
      const filled = completeEntity(definition.kind, merged, schemas)
      const values = withReferences(definition, withAutomatic(definition, filled, false), store)
      const entity = checked(definition, values, true)
      store.put(definition.schema, entity)
      return entity
    },
    upsert: (definition, before, input) => {
      const kept = before && { id: before.id, created_at: input['created_at'] ?? before['created_at'] }
      const entity = checked(definition, complete(definition, { ...input, ...kept }), false)
      store.put(definition.schema, entity)
      return entity
    },
    remove: (definition, entity) => store.remove(definition.schema, entity),
    check: (definition, input) => {
      checked(definition, complete(definition, input), false)
    },
  }
}

/** Ids are kept in lower case, references as `{ id }` alone. */
function stored(definition: Definition, values: Values): Entity {
  const result: Record<string, unknown> = { ...values, id: String(values['id']).toLowerCase() }
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
    else if (field.type === 'record' && field.fields && isRecord(above)) {
      const given = expandShorthands(above, field.shorthand_fields, field.fields)
      merged[name] = mergeValues(field.fields, given, isRecord(below) ? below : {})
    }
  }
  return merged
}

/** Replaces references by name, `{ name: 'a' }`, with references by id. @throws KongError where there is no such entity */
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
