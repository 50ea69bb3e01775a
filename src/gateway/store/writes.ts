/**
 * Writes as in Kong: an input becomes an entity (short forms, defaults, id, times, references by name), is
 * checked, and is stored. The rules are the same for all kinds and for POST, PATCH, PUT and nested paths.
 */

import { rightId } from '../../entities/language/check-value.ts'
import { completeEntity, completeExpanded } from '../../entities/language/defaults.ts'
import type { Definition, Entity, Fields } from '../../entities/language/define.ts'
import { expandShorthands } from '../../entities/language/shorthands.ts'
import { entityFields } from '../../entities/language/subschemas.ts'
import { asTable, isRecord } from '../../entities/language/values.ts'
import { createAutomaticFields, type FillAutomatic } from './automatic-fields.ts'
import { checkedEntity, checkFit, checkNeverNull } from './entity-checks.ts'
import { noEntityWithId, primaryKeyTaken, unsupportedWithoutDatabase } from './errors.ts'
import { deathOf, type Expiry } from './expiry.ts'
import { withReferences } from './references.ts'
import type { Store } from './store.ts'
import type { Surroundings } from './surroundings.ts'

type Values = Readonly<Record<string, unknown>>

export interface Writes {
  /**
   * The entity that a POST of this input would create, with unresolved references; nothing is checked or
   * stored.
   */
  prepare(definition: Definition, input: Values): Values
  /** POST. @throws KongError */
  insert(definition: Definition, input: Values): Entity
  /** PATCH: what is not in the input stays; nested records are merged. @throws KongError */
  update(definition: Definition, before: Entity, input: Values, key?: Values): Entity
  /** PUT: creates the entity, or replaces all but its id and time of creation. @throws KongError */
  upsert(definition: Definition, before: Entity | undefined, input: Values, by?: string): Entity
  remove(definition: Definition, entity: Entity, by?: string): void
}

/**
 * `by` is the field in the request's path, if not the id.
 *
 * @param writable false without a database: input is checked, and then refused
 */
export function createWrites(store: Store, expiry: Expiry, around: Surroundings, writable = true): Writes {
  const writer: Writer = { store, expiry, now: around.now, fill: createAutomaticFields(around), writable }
  return {
    prepare: (definition, input) => prepare(writer, definition, input),
    insert: (definition, input) => insert(writer, definition, input),
    update: (definition, before, input, key) => update(writer, { definition, before, input, key }),
    upsert: (definition, before, input, by) => upsert(writer, { definition, before, input, by }),
    remove: (definition, entity, by) => {
      refuseUnlessWritable(writer, 'remove', definition, by)
      store.remove(definition.schema, entity)
    },
  }
}

/** The services that every write uses. */
interface Writer {
  readonly store: Store
  readonly expiry: Expiry
  readonly now: () => number
  readonly fill: FillAutomatic
  readonly writable: boolean
}

function insert(writer: Writer, definition: Definition, input: Values): Entity {
  const { store, now } = writer
  const { death = null, values } = withoutTtl(definition, input, now())
  checkFit(store, definition, values)
  const entity = checkedEntity(store, definition, complete(writer, definition, values), { input: values })
  refuseUnlessWritable(writer, 'create', definition)
  if (store.table(definition.schema).get(entity.id) !== undefined) throw primaryKeyTaken(entity.id)
  return put(writer, definition, entity, { death, key: { id: entity.id } })
}

interface Update {
  readonly definition: Definition
  readonly before: Entity
  readonly input: Values
  readonly key: Values | undefined
}

function update(writer: Writer, { definition, before, input, key }: Update): Entity {
  const { store, now } = writer
  const { death = deathBefore(before), values } = withoutTtl(definition, input, now())
  const { ttl: _ttl, ...known } = before
  const changes = expandShorthands(values, definition.shorthand_fields, definition.fields)
  refuseOtherId(changes, before, key)
  const merged = merge(writer, definition, changes, known)
  checkFit(store, definition, changes, known)
  const entity = checkedEntity(store, definition, merged, { input: changes, before })
  const by = Object.keys(key ?? {}).find(name => name !== 'id')
  refuseUnlessWritable(writer, 'update', definition, by)
  return put(writer, definition, entity, { death, key: key ?? { id: before.id } })
}

interface Upsert {
  readonly definition: Definition
  readonly before: Entity | undefined
  readonly input: Values
  readonly by: string | undefined
}

function upsert(writer: Writer, { definition, before, input, by }: Upsert): Entity {
  const { store, now } = writer
  const { death = null, values } = withoutTtl(definition, input, now())
  const kept = before && {
    id: rightId(values['id'], before.id),
    created_at: values['created_at'] ?? before['created_at'],
  }
  checkFit(store, definition, values)
  const completed = complete(writer, definition, { ...values, ...kept })
  const key = by === undefined ? undefined : { [by]: values[by] }
  const entity = checkedEntity(store, definition, completed, { input: values, key })
  refuseUnlessWritable(writer, 'create or update', definition, by)
  return put(writer, definition, entity, { death, key: key ?? { id: entity.id } })
}

function prepare({ store, fill }: Writer, definition: Definition, input: Values): Values {
  const filled = completeEntity(definition.kind, input, store.schemas)
  return fill(entityFields(definition, filled, store.schemas), filled, true)
}

const complete = (writer: Writer, definition: Definition, input: Values): Values =>
  withReferences(definition, prepare(writer, definition, input), writer.store)

/** An existing entity with some changes. */
function merge({ store, fill }: Writer, definition: Definition, changes: Values, before: Values): Values {
  const fields = entityFields(definition, before, store.schemas)
  const id = rightId(changes['id'], String(before['id']))
  const merged = { ...mergeValues(fields, changes, before), id }
  const filled = completeExpanded(definition.kind, merged, store.schemas)
  return withReferences(definition, fill(fields, filled, false), store)
}

/** @param key identifies the entity in the error if it cannot be stored */
function put(
  { store, expiry }: Writer,
  definition: Definition,
  entity: Entity,
  { death, key }: { readonly death: number | null; readonly key: Values },
): Entity {
  checkNeverNull(definition, entity, key)
  const mortal = definition.ttl === true ? { ...entity, ttl: death } : entity
  store.put(definition.schema, mortal)
  if (death !== null) expiry.watch(death)
  return mortal
}

function refuseUnlessWritable(
  { writable }: Writer,
  operation: string,
  definition: Definition,
  by?: string,
): void {
  if (!writable) throw unsupportedWithoutDatabase(operation, definition.schema, by)
}

/** An entity with its id in the request's path cannot get another id. */
function refuseOtherId(changes: Values, before: Entity, key: Values | undefined): void {
  const { id } = changes
  const isOther = id !== undefined && rightId(id, before.id) !== id
  if (key !== undefined && 'id' in key && isOther) throw noEntityWithId(before.id)
}

/** @returns when the entity dies: null for never, undefined where the input does not say */
function withoutTtl(
  definition: Definition,
  input: Values,
  now: number,
): { readonly death?: number | null | undefined; readonly values: Values } {
  if (definition.ttl !== true) return { values: input }
  const { ttl: _ttl, ...values } = input
  return { death: deathOf(input, now), values }
}

const deathBefore = ({ ttl }: Entity): number | null => (typeof ttl === 'number' ? ttl : null)

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
