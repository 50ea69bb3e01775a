/**
 * A state → the content of a state file, as decK dumps it: entities below their owners, references by name, no ids where a name does as well, no
 * times, nothing that is empty. `write.ts` makes text of it; read back, it is the same state.
 */

import type { Definition, Field } from '../entities/language/define.ts'
import type { ForeignField } from '../entities/language/identity.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { isAbsent, isRecord } from '../entities/language/values.ts'
import type { State, StateEntity } from '../state/state.ts'
import { dropDefaults } from './drop-defaults.ts'
import { keyOrder, topOrder, withKeysIn } from './json-order.ts'
import { shapeOf } from './shape.ts'
import { sortedKeys } from './sorted-keys.ts'

type Content = Record<string, unknown>

export interface FromStateOptions {
  /** Of the gateway's version. */
  readonly schemas: Schemas
  /** Every entity with its id. Default: only those that nothing else tells apart. */
  readonly withId?: boolean
  /** Written to `_info.select_tags`, so that a sync of the file keeps to the same entities. */
  readonly selectTags?: readonly string[]
  readonly workspace?: string
  /** Leave out what the schemas would fill in again: fields of entities and of plugins' `config`; records within stay whole. */
  readonly skipDefaults?: boolean
}

/** @returns keys in decK's order for JSON; arrays sorted by name; shares no value with the state */
export function fromState(state: State, options: FromStateOptions): Content {
  const { schemas, selectTags = [], workspace } = options
  const content: Content = { _format_version: schemas.version.major >= 3 ? '3.0' : '1.1' }
  // decK writes the empty `defaults` too.
  if (selectTags.length > 0) content['_info'] = { select_tags: [...selectTags], defaults: {} }
  if (workspace !== undefined && workspace !== '') content['_workspace'] = workspace
  const children = childrenByOwner(state, schemas)
  const write: Writer = { state, options, children }
  for (const definition of schemas.kinds) {
    const entities = children.get(topKey(definition)) ?? []
    if (entities.length > 0) content[definition.fileKey] = entityList(definition, entities, undefined, write)
  }
  return withKeysIn(topOrder, content)
}

interface Writer {
  readonly state: State
  readonly options: FromStateOptions
  readonly children: Children
}

/** Entities by where they are written: `topKey` of a kind, or `ownerKey` of an owner and a kind. */
type Children = ReadonlyMap<string, readonly StateEntity[]>

const topKey = (definition: Definition): string => definition.kind
const ownerKey = (ownerKind: string, ownerId: string, definition: Definition): string =>
  `${definition.kind} in ${ownerKind} ${ownerId}`

function childrenByOwner(state: State, schemas: Schemas): Children {
  const children = new Map<string, StateEntity[]>()
  for (const definition of schemas.kinds) {
    for (const entity of state.all(definition.kind)) {
      const owner = ownerOf(definition, entity, state, schemas)
      const key = owner === undefined ? topKey(definition) : ownerKey(owner.kind, owner.id, definition)
      const list = children.get(key)
      if (list === undefined) children.set(key, [entity])
      else list.push(entity)
    }
  }
  return children
}

/** What an entity is written inside of: the one thing it belongs to. With several, or with none, it stands at the top. */
function ownerOf(
  definition: Definition,
  entity: StateEntity,
  state: State,
  schemas: Schemas,
): StateEntity | undefined {
  const belongsTo = shapeOf(definition).foreign.filter(
    ({ name, field }) => field.nest !== undefined && foreignId(entity.fields[name]) !== undefined,
  )
  const [only] = belongsTo
  const id = only === undefined ? undefined : foreignId(entity.fields[only.name])
  if (only === undefined || id === undefined || belongsTo.length > 1) return undefined
  const owner = schemas.bySchema(only.field.reference)
  return owner === undefined ? undefined : state.get(owner.kind, id)
}

function foreignId(value: unknown): string | undefined {
  return isRecord(value) && typeof value['id'] === 'string' ? value['id'] : undefined
}

function entityList(
  definition: Definition,
  entities: readonly StateEntity[],
  owner: StateEntity | undefined,
  write: Writer,
): Content[] {
  return entities
    .map(entity => {
      const content = entityContent(definition, entity, owner, write)
      return { key: sortKey(definition, entity, content), content }
    })
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ content }) => content)
}

/** By name, then by what it refers to; without a name by id. */
function sortKey(definition: Definition, { id, fields }: StateEntity, content: Content): string {
  const naming = shapeOf(definition).names[0]
  const name = naming === undefined ? undefined : fields[naming]
  if (typeof name !== 'string') return id
  const scopes = definition.keys.flat().filter(key => definition.fields[key]?.type === 'foreign')
  return [name, ...scopes.sort().map(scope => String(content[scope] ?? '')), id].join('\0')
}

function entityContent(
  definition: Definition,
  entity: StateEntity,
  owner: StateEntity | undefined,
  write: Writer,
): Content {
  const { schemas, withId = false } = write.options
  const content: Content = {}
  const naming = shapeOf(definition).names[0]
  // What no short name tells apart (a certificate) is told by its id.
  // What is found by what it belongs to (a group of a consumer's) needs no name of its own.
  const isBelow = definition.keys.flat().some(name => definition.fields[name]?.type === 'foreign')
  const isNameless =
    naming === undefined || definition.endpointKey === undefined || isAbsent(entity.fields[naming])
  if (withId || (isNameless && !isBelow)) content['id'] = entity.id
  for (const [name, field] of Object.entries(definition.fields)) {
    const value = written(name, field, entity.fields[name])
    if (value !== undefined && name !== 'id' && field.type !== 'foreign') content[name] = value
  }
  const ttl = entity.fields['ttl']
  if (definition.ttl === true && typeof ttl === 'number') content['ttl'] = ttl
  for (const foreign of shapeOf(definition).foreign) {
    const reference = foreignValue(definition, foreign, entity, owner, write)
    if (reference !== undefined) content[foreign.name] = reference
  }
  if (write.options.skipDefaults === true) dropDefaults(content, entity, definition, schemas)
  for (const nested of schemas.kinds) {
    const inside = write.children.get(ownerKey(entity.kind, entity.id, nested)) ?? []
    if (inside.length > 0) content[nested.fileKey] = entityList(nested, inside, entity, write)
  }
  return withKeysIn(keyOrder(definition.fileKey), content)
}

/** Times are the gateway's own; what is absent is not written. */
const isTime = (name: string, field: Field): boolean =>
  field.timestamp === true || name === 'created_at' || name === 'updated_at'

function written(name: string, field: Field, value: unknown): unknown {
  if (isTime(name, field) || field.transient === true) return undefined
  // A configuration is the plugin's: there null is a value like others.
  if (field.abstract === true) return sortedKeys(value)
  return withoutEmpty(value, field)
}

/** Nothing for null and for empty lists and mappings, except where a default would take their place. */
function withoutEmpty(value: unknown, field: Field | undefined): unknown {
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
    : withKeysIn(field?.fields ? keyOrder() : [], Object.fromEntries(inside))
}

/** By name where there is one. decK writes a plain text, except where it is not part of what tells the entity apart: `service: {name}`. */
function foreignValue(
  definition: Definition,
  { name, field }: ForeignField,
  entity: StateEntity,
  owner: StateEntity | undefined,
  { state, options }: Writer,
): unknown {
  const id = foreignId(entity.fields[name])
  if (id === undefined || (owner !== undefined && owner.id === id && field.nest !== undefined))
    return undefined
  const referred = options.schemas.bySchema(field.reference)
  const key = referred?.endpointKey
  const named = referred && key ? state.get(referred.kind, id)?.fields[key] : undefined
  const isMapping = field.mapping ?? (field.nest !== undefined && !definition.keys.flat().includes(name))
  if (isMapping && options.withId === true && key && typeof named === 'string') return { id, [key]: named }
  if (isMapping) return typeof named === 'string' && key ? { [key]: named } : { id }
  return typeof named === 'string' ? named : id
}
