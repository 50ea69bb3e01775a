/**
 * A state → the content of a state file, as decK dumps it: entities below their owners (`layout.ts` says
 * where and how), references by name, no ids where a name does as well, no times, nothing that is empty.
 * `write.ts` makes text of it; read back, it is the same state.
 */

import type { Definition, Field } from '../entities/language/define.ts'
import type { ForeignField } from '../entities/language/identity.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { isAbsent, isRecord } from '../entities/language/values.ts'
import type { State, StateEntity } from '../state/state.ts'
import { dropDefaults } from './drop-defaults.ts'
import { byName, keyOrder, recordOrder, topOrder, withKeysIn } from './json-order.ts'
import { isMappingReference, type Place, topPlaces } from './layout.ts'
import { foreignId, hasOwnId, type Placed, placeAll } from './place-entities.ts'
import { shapeOf } from './shape.ts'
import { sortedKeys } from './sorted-keys.ts'

type Content = Record<string, unknown>

export interface FromStateOptions {
  /** Schemas of the gateway's version. */
  readonly schemas: Schemas
  /** Write the id of every entity. Default: only if nothing else identifies it. */
  readonly withId?: boolean
  /** Written to `_info.select_tags`, so that a sync of the file selects the same entities. */
  readonly selectTags?: readonly string[]
  readonly workspace?: string
  /**
   * Leave out what the schemas would fill in again: fields of entities and of plugins' `config`; records
   * within stay whole.
   */
  readonly skipDefaults?: boolean
}

/** @returns keys in decK's order for JSON; arrays sorted by name; shares no value with the state */
export function fromState(state: State, options: FromStateOptions): Content {
  const { schemas, selectTags = [], workspace } = options
  const content: Content = { _format_version: schemas.version.major >= 3 ? '3.0' : '1.1' }
  // decK writes the empty `defaults` too.
  if (selectTags.length > 0) content['_info'] = { select_tags: [...selectTags], defaults: {} }
  if (workspace !== undefined && workspace !== '') content['_workspace'] = workspace
  const write: Writer = { state, options, placed: placeAll(state, schemas) }
  for (const place of topPlaces) addList(content, place, undefined, write)
  return withKeysIn(topOrder, content)
}

interface Writer {
  readonly state: State
  readonly options: FromStateOptions
  readonly placed: Placed
}

/** An entity that a list is written inside of, and what it knows of itself. */
interface Owner {
  readonly definition: Definition
  readonly entity: StateEntity
}

function addList(content: Content, place: Place, owner: Owner | undefined, write: Writer): void {
  const entities = write.placed.in(place, owner?.entity)
  if (place.isReadOnly === true || entities.length === 0) return
  const definition = write.options.schemas.of(place.definition.kind)
  const items = entities
    .map(entity => {
      const own = entityContent({ definition, entity }, place.field, write)
      return { key: sortKey(definition, entity, own), item: place.form.write(own) }
    })
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ item }) => item)
  const before = content[place.key]
  content[place.key] = Array.isArray(before) ? [...before, ...items] : items
}

/**
 * By name, then by what it refers to; without a name by id. An id that was made up here would give another
 * order each time.
 */
function sortKey(definition: Definition, entity: StateEntity, content: Content): string {
  const id = hasOwnId(entity) ? entity.id : ''
  const [naming, ...others] = shapeOf(definition).names
  const name = naming === undefined ? undefined : entity.fields[naming]
  const scopes = definition.keys.flat().filter(key => definition.fields[key]?.type === 'foreign')
  const scope = scopes.sort().map(key => JSON.stringify(content[key] ?? ''))
  if (typeof name === 'string') return [name, ...scope, ...others.map(key => content[key]), id].join('\0')
  return definition.link === undefined ? id : scope.join('\0')
}

function entityContent(owned: Owner, ownerField: string | undefined, write: Writer): Content {
  const { definition, entity } = owned
  const { schemas } = write.options
  const content: Content = {}
  if (isIdWritten(owned, write.options)) content['id'] = entity.id
  for (const [name, field] of Object.entries(definition.fields)) {
    const value = written(name, field, entity.fields[name])
    if (value !== undefined && name !== 'id' && field.type !== 'foreign') content[name] = value
  }
  const ttl = entity.fields['ttl']
  if (definition.ttl === true && typeof ttl === 'number') content['ttl'] = ttl
  for (const foreign of shapeOf(definition).foreign) {
    const reference = foreign.name === ownerField ? undefined : foreignValue(owned, foreign, write)
    if (reference !== undefined) content[foreign.name] = reference
  }
  for (const { name, schema } of shapeOf(definition).links) {
    const list = content[name]
    if (Array.isArray(list)) content[name] = list.map((item: unknown) => linkValue(item, schema, write))
  }
  if (write.options.skipDefaults === true) dropDefaults(content, entity, definition, schemas)
  for (const place of shapeOf(definition).places) addList(content, place, owned, write)
  return withKeysIn(keyOrder(definition), content)
}

/**
 * An entity without an identifying name (a certificate) is identified by its id, but not by an id that was
 * generated here.
 */
function isIdWritten({ definition, entity }: Owner, { withId = false }: FromStateOptions): boolean {
  if (definition.fields['id'] === undefined || !hasOwnId(entity)) return false
  if (withId || definition.alwaysDumped?.includes('id') === true) return true
  const { names } = shapeOf(definition)
  // An entity that its owner identifies may still have a name (a filter chain).
  const naming = names[0] ?? (definition.fields['name'] === undefined ? undefined : 'name')
  if (naming === undefined || isAbsent(entity.fields[naming])) return true
  const isFoundByOwner = definition.keys.flat().some(name => definition.fields[name]?.type === 'foreign')
  return definition.endpointKey === undefined && !isFoundByOwner
}

/** Times are the gateway's own; what is absent is not written. */
const isTime = (name: string, field: Field): boolean =>
  field.timestamp === true || name === 'created_at' || name === 'updated_at'

function written(name: string, field: Field, value: unknown): unknown {
  if (isTime(name, field) || field.transient === true) return undefined
  // A configuration is the plugin's: there null is a value like others.
  if (field.abstract === true) return sortedKeys(value)
  // An empty list is an answer where one is demanded.
  if (field.required === true && Array.isArray(value) && value.length === 0) return []
  return withoutEmpty(value, field)
}

/** Nothing for null and for empty lists and mappings, except where a default would take their place. */
function withoutEmpty(value: unknown, field: Field | undefined): unknown {
  // The schema does not describe the value's content.
  if (field?.type === 'json') return isAbsent(value) ? undefined : sortedKeys(value)
  const hasDefault = field?.default !== undefined && field.default !== null
  if (isAbsent(value)) return value === null && hasDefault ? null : undefined
  if (Array.isArray(value)) {
    if (value.length === 0) return hasDefault ? [] : undefined
    return value.map((item: unknown) => (isRecord(item) ? withoutEmpty(item, field?.elements) : item))
  }
  if (!isRecord(value)) return value
  const inside = Object.entries(value).flatMap(([name, item]) => {
    const kept = withoutEmpty(item, field?.fields?.[name])
    return kept === undefined ? [] : [[name, kept] as const]
  })
  return inside.length === 0
    ? undefined
    : withKeysIn(field?.fields ? recordOrder : byName, Object.fromEntries(inside))
}

/**
 * By name if the entity has one.
 */
function foreignValue({ definition, entity }: Owner, { name, field }: ForeignField, write: Writer): unknown {
  const id = foreignId(entity.fields[name])
  if (id === undefined) return undefined
  const { link } = definition
  const { key, named, referred } = referredBy(field.reference, id, write)
  if (!isMappingReference(definition, name)) return named ?? id
  const mapping = {
    ...(named === undefined || write.options.withId === true ? { id } : {}),
    ...(named && { [key]: named }),
  }
  // decK says a group as a whole where it says who is in it.
  const tags = link === undefined ? undefined : withoutEmpty(referred?.fields['tags'], undefined)
  return tags === undefined ? mapping : { ...mapping, tags }
}

/** `{ id, path }` → `{ id, name, path }`: an id is written where it is written at what it refers to. */
function linkValue(item: unknown, schema: string, write: Writer): unknown {
  const id = foreignId(item)
  if (id === undefined || !isRecord(item)) return item
  const { key, named, referred } = referredBy(schema, id, write)
  const { id: _id, ...others } = item
  const definition = write.options.schemas.bySchema(schema)
  const isKnownById =
    referred === undefined ||
    definition === undefined ||
    isIdWritten({ definition, entity: referred }, write.options)
  return {
    ...(isKnownById && { id }),
    ...(named !== undefined && { [key]: named }),
    ...Object.fromEntries(Object.entries(others).filter(([, value]) => !isAbsent(value))),
  }
}

interface Referred {
  readonly key: string
  /** Absent: it has none, or is not in the state. */
  readonly named: string | undefined
  readonly referred: StateEntity | undefined
}

function referredBy(schema: string, id: string, { state, options }: Writer): Referred {
  const definition = options.schemas.bySchema(schema)
  const referred = definition && state.get(definition.kind, id)
  const key = definition?.endpointKey ?? ''
  const name = referred?.fields[key]
  return { key, named: typeof name === 'string' ? name : undefined, referred }
}
