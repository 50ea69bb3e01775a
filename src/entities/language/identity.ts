/** The identity of entities, their titles and their references, derived from the definition. */
import type { Definition, Field, NameOf } from './define.ts'

type Values = Readonly<Record<string, unknown>>

/** The id behind a foreign value (`{ id }`), or the plain value; null where absent. */
function plain(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && 'id' in value) return value.id ?? null
  return value ?? null
}

/**
 * Natural keys as comparable texts, best first: two entities of a kind with an equal text are the same. Keys
 * of which all values are absent are left out.
 *
 * @example keysOf(service, { name: 'a' }) // ['name:["a"]']
 */
export function keysOf(definition: Definition, entity: Values): string[] {
  const found: string[] = []
  for (const names of definition.keys) {
    const key = keyOf(names, entity)
    if (key !== undefined) found.push(key)
  }
  return found
}

/** The key that these fields make; undefined where all of them are absent. */
export function keyOf(names: readonly string[], entity: Values): string | undefined {
  const [name = ''] = names
  if (names.length === 1) {
    const value = plain(entity[name])
    return value === null ? undefined : `${name}:[${JSON.stringify(value) ?? null}]`
  }
  const values = names.map(name => plain(entity[name]))
  return values.every(value => value === null) ? undefined : `${names.join('+')}:${JSON.stringify(values)}`
}

/** The title of an entity in reports: the kind's own rule, else its endpoint key, else its id. */
export function titleOf(definition: Definition, entity: Values, nameOf: NameOf): string {
  if (definition.title !== undefined) return definition.title(entity, nameOf)
  const name = definition.endpointKey === undefined ? undefined : entity[definition.endpointKey]
  return String(name ?? entity['id'] ?? '')
}

/** The title of a credential: its own name and its consumer. */
export function withConsumer(name: string, credential: Values, nameOf: NameOf): string {
  const id = plain(credential['consumer'])
  return typeof id === 'string' ? `${name} for consumer ${nameOf('consumers', id)}` : name
}

export interface ForeignField {
  readonly name: string
  readonly field: Field & { readonly reference: string }
}

/** The fields that refer to other entities, computed once per definition, because every entity needs them. */
export function foreignFields(definition: Definition): readonly ForeignField[] {
  const known = foreign.get(definition.fields)
  if (known !== undefined) return known
  const found: ForeignField[] = []
  for (const name in definition.fields) {
    const field = definition.fields[name]
    if (field !== undefined && refers(field)) found.push({ name, field })
  }
  foreign.set(definition.fields, found)
  return found
}

/** A kind with a field that refers to another kind. */
export interface Referrer {
  readonly definition: Definition
  readonly field: string
}

/** The kinds whose fields refer to a kind, once for each such field. */
export const referrersOf = ({ schema }: Definition, kinds: readonly Definition[]): Referrer[] =>
  kinds.flatMap(definition =>
    foreignFields(definition)
      .filter(({ field }) => field.reference === schema)
      .map(({ name }) => ({ definition, field: name })),
  )

const foreign = new WeakMap<Definition['fields'], readonly ForeignField[]>()

function refers(field: Field): field is ForeignField['field'] {
  return field.type === 'foreign' && field.reference !== undefined
}

/**
 * The field that names the owner of a kind that lives below another (a target's upstream), where there is
 * one.
 */
export function ownerField(definition: Definition): ForeignField | undefined {
  const { home } = definition
  return foreignFields(definition).find(({ name, field }) =>
    home === undefined ? field.nest === 'only' : name === home,
  )
}
