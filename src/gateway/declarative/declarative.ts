/**
 * The configuration of a node without a database (Kong's `database = off`): one declarative file that is
 * loaded completely or not at all, and returned as one. `admin-api/custom/config.ts` has the HTTP side.
 */
import type { Entity, Violations } from '../../entities/language/define.ts'
import { foreignFields } from '../../entities/language/identity.ts'
import { levels } from '../../entities/language/levels.ts'
import { transformed } from '../../entities/language/transformations.ts'
import { isAbsent, isRecord } from '../../entities/language/values.ts'
import { stored } from '../store/entity-checks.ts'
import { declarativeProblem } from '../store/errors.ts'
import { deathOf, type Expiry } from '../store/expiry.ts'
import type { Store } from '../store/store.ts'
import type { Surroundings } from '../store/surroundings.ts'
import type { Writes } from '../store/writes.ts'
import { checkContent } from './check.ts'
import { mapEntities, type Values } from './content.ts'
import { flattenErrors } from './flatten-errors.ts'
import { hashOf } from './hash.ts'
import { withMadeIds } from './ids.ts'
import { withNewPaths } from './old-paths.ts'
import { type Entry, entriesOf, entryFinder, referenceProblems } from './references.ts'
import { readText, writeText } from './yaml.ts'

/** Entities by the name of their set, then by id. */
export type Loaded = Readonly<Record<string, Readonly<Record<string, Values>>>>

export interface Declarative {
  /** @throws KongError where it is neither JSON nor YAML */
  read(text: string): Values
  /**
   * Replaces all entities.
   *
   * @param text what the content was read from, where it was a text: its hash is the configuration's
   * @param flatten whether errors are grouped by entity
   * @throws KongError where anything is wrong with it; nothing is changed then
   */
  load(content: Values, text: string | undefined, flatten: boolean): Loaded
  /** The configuration as a file in YAML, all values written out. */
  write(print: (schema: string, entity: Entity) => Values): string
  /** Hash of the active configuration, in hexadecimal digits; zeros before there is one. */
  hash(): string
}

/** The parts of a gateway that a configuration is loaded into. */
interface Target {
  readonly store: Store
  readonly writes: Writes
  readonly expiry: Expiry
  readonly around: Surroundings
}

/** Kong's own, for the workspace that is always there. */
const firstId = '0dc6f45b-8f8d-40d2-a504-473544ee190b'

export function createDeclarative(
  store: Store,
  writes: Writes,
  expiry: Expiry,
  around: Surroundings,
): Declarative {
  const { schemas } = store
  const target = { store, writes, expiry, around }
  const isNew = schemas.version.major >= 3
  const existing = store.sets()
  const isEmpty = [...existing.values()].every(set => set.size === 0)
  if (isEmpty) store.replace(withFirst(new Map(), target))
  let hash = isEmpty
    ? '0'.repeat(32)
    : hashOf(JSON.stringify([...existing].map(([name, set]) => [name, ...set])))

  return {
    read: readContent,
    load: (content, text, flatten) => {
      const entries = checkedEntries(isNew ? withNewPaths(content) : content, flatten && isNew, target)
      const { entities, loaded } = completed(entries, content['_transform'] !== false, target)
      store.replace(withFirst(entities, target))
      hash = hashOf(text ?? JSON.stringify(content))
      return loaded
    },
    write: print => {
      const content: Record<string, unknown> = { _format_version: isNew ? '3.0' : '2.1', _transform: false }
      for (const definition of levels(schemas.kinds).flat()) {
        const rows = store.table(definition.schema).list()
        if (rows.length === 0 || definition.atFirst !== undefined) continue
        content[definition.schema] = rows.map(entity => {
          const references = foreignFields(definition).map(({ name }) => [name, idOf(entity[name])])
          return { ...print(definition.schema, entity), ...Object.fromEntries(references) }
        })
      }
      return writeText(content)
    },
    hash: () => hash,
  }
}

function readContent(text: string): Values {
  try {
    const content = readText(text)
    if (typeof content === 'object' && content !== null) return isRecord(content) ? content : {}
    throw new SyntaxError('expected an object')
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw declarativeProblem({ error: `failed parsing declarative configuration: ${error.message}` })
  }
}

/**
 * The entities of a file, each with an id.
 *
 * @throws KongError for all that is wrong with it
 */
function checkedEntries(content: Values, flatten: boolean, { store: { schemas }, around }: Target): Entry[] {
  const refuse = (violations: Violations, input: Values) => {
    if (!flatten) return declarativeProblem(violations)
    const { fields, errors } = flattenErrors(input, violations, schemas)
    return declarativeProblem(fields, errors)
  }
  const violations = checkContent(content, schemas)
  if (violations !== undefined) throw refuse(violations, content)
  const identified = withMadeIds(content, schemas)
  const withId = (item: Values) => (isAbsent(item['id']) ? { ...item, id: around.uuid() } : item)
  const entries = entriesOf(mapEntities(identified, schemas, withId), schemas)
  const dangling = referenceProblems(entries)
  if (dangling !== undefined) throw refuse(dangling, identified)
  return entries
}

/**
 * All entities as they are stored, and as they are shown.
 *
 * @param transform whether passwords are hashed
 */
function completed(
  entries: readonly Entry[],
  transform: boolean,
  target: Target,
): { readonly entities: Map<string, Entity[]>; readonly loaded: Loaded } {
  const find = entryFinder(entries)
  const entities = new Map<string, Entity[]>()
  const loaded: Record<string, Record<string, Values>> = {}
  for (const entry of entries) {
    const { definition, values } = entry
    const { schema } = definition
    const complete = withReferences(entry, find, target.writes)
    const death = definition.ttl === true ? deathOf(values, target.around.now()) : undefined
    if (!isAbsent(death)) target.expiry.watch(death)
    const entity = {
      ...stored(definition, transform ? transformed(definition, complete, values) : complete),
      ...(isAbsent(death) ? {} : { ttl: death }),
    }
    listIn(entities, schema).push(entity)
    if (definition.atFirst !== undefined) continue
    loaded[schema] ??= {}
    loaded[schema][entity.id] = stored(definition, complete)
  }
  return { entities, loaded }
}

function listIn(entities: Map<string, Entity[]>, schema: string): Entity[] {
  const list = entities.get(schema) ?? []
  entities.set(schema, list)
  return list
}

/** An entity with its references as ids, its defaults filled in. */
function withReferences(
  { definition, values, id, owner }: Entry,
  find: ReturnType<typeof entryFinder>,
  writes: Writes,
): Values {
  const references = foreignFields(definition).flatMap(({ name, field }) => {
    const value = values[name]
    if (owner?.field === name) return [[name, { id: owner.id }] as const]
    const target = typeof value === 'string' ? find(field.reference, value)?.id : undefined
    return target === undefined ? [] : [[name, { id: target }] as const]
  })
  const { ttl: _ttl, ...own } = values
  return writes.prepare(definition, { ...own, id, ...Object.fromEntries(references) })
}

/** Adds the entities that always exist to a file without them; they are neither listed nor returned. */
function withFirst(
  entities: Map<string, Entity[]>,
  { store: { schemas }, writes }: Target,
): Map<string, Entity[]> {
  for (const definition of schemas.kinds) {
    for (const fields of definition.atFirst ?? []) {
      const list = listIn(entities, definition.schema)
      if (list.some(({ name }) => name === fields['name'])) continue
      list.push(stored(definition, writes.prepare(definition, { id: firstId, ...fields })))
    }
  }
  return entities
}

const idOf = (reference: unknown): unknown => (isRecord(reference) ? reference['id'] : null)
