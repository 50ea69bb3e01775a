/**
 * The creates, updates and deletes between two states: a list without an order of execution (`plan.ts` adds
 * it).
 */
import { isDeepStrictEqual } from 'node:util'
import { canonical } from '../entities/language/canonical.ts'
import type { Definition, NameOf } from '../entities/language/define.ts'
import { titleOf } from '../entities/language/identity.ts'
import { isPlainlySame } from '../entities/language/plainly-same.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { entityFields } from '../entities/language/subschemas.ts'
import { asStored } from '../entities/language/transformations.ts'
import { isAbsent } from '../entities/language/values.ts'
import type { Origin, State, StateEntity } from '../state/state.ts'
import { compare, type FieldChange, knownPart } from './compare.ts'

type Values = Readonly<Record<string, unknown>>

export type Operation = 'create' | 'update' | 'delete'

export interface Change {
  readonly op: Operation
  readonly kind: string
  readonly id: string
  /** The title in reports: `example_service`, `rate-limiting (global)`. */
  readonly title: string
  /** The gateway's values; absent for a create. */
  readonly before?: Values
  /** The file's values, without defaults; absent for a delete. */
  readonly after?: Values
  /** Changed fields of an update, with defaults filled in on both sides. Empty for other operations. */
  readonly fields: readonly FieldChange[]
  readonly origin?: Origin
}

/**
 * Entities are equal by id: the target state has the ids of existing entities with the same natural key.
 * The comparison uses the canonical form with the schemas' defaults; entities that are equal in it give no
 * change.
 */
export function diffStates(current: State, target: State, schemas: Schemas): Change[] {
  const nameOf = namesFrom([target, current], schemas)
  return schemas.kinds.flatMap(definition => [
    ...wanted(definition, current, target, schemas, nameOf),
    ...superfluous(definition, current, target, nameOf),
  ])
}

function wanted(
  definition: Definition,
  current: State,
  target: State,
  schemas: Schemas,
  nameOf: NameOf,
): Change[] {
  const { kind } = definition
  return target.all(kind).flatMap((entity): Change[] => {
    const { id, origin } = entity
    const there = current.get(kind, id)
    const fields = there === undefined ? [] : differences(definition, there, entity, schemas)
    if (there !== undefined && fields.length === 0) return []
    return [
      {
        op: there === undefined ? 'create' : 'update',
        kind,
        id,
        title: title(definition, entity, nameOf),
        ...(there && { before: there.fields }),
        after: entity.fields,
        fields,
        ...(origin && { origin }),
      },
    ]
  })
}

function superfluous(definition: Definition, current: State, target: State, nameOf: NameOf): Change[] {
  const { kind } = definition
  return current
    .all(kind)
    .filter(({ id }) => target.get(kind, id) === undefined)
    .map(entity => ({
      op: 'delete',
      kind,
      id: entity.id,
      title: title(definition, entity, nameOf),
      before: entity.fields,
      fields: [],
    }))
}

/** The changes that turn one entity into the other. */
export function differences(
  definition: Definition,
  before: StateEntity,
  after: StateEntity,
  schemas: Schemas,
): FieldChange[] {
  const fields = entityFields(definition, after.fields, schemas)
  const isTimed =
    definition.ttl === true && !(isAbsent(before.fields['ttl']) && isAbsent(after.fields['ttl']))
  if (!isTimed && isPlainlySame(after.fields, before.fields, fields)) return []
  const wantedForm = comparable(
    { ...after, fields: asStored(definition, after.fields, before.fields) },
    schemas,
  )
  const known = knownPart(comparable(before, schemas), wantedForm, fields)
  const currentForm = isTimed ? withTimeLeft(known, before.fields, after.fields) : known
  return isDeepStrictEqual(currentForm, wantedForm) ? [] : compare(currentForm, wantedForm)
}

/** Ids are equal already, where one of the two sides prints them. */
function comparable({ kind, fields }: StateEntity, schemas: Schemas): Values {
  const { id: _id, ...form } = canonical(kind, fields, schemas)
  return form
}

/**
 * The gateway returns the remaining part of a `ttl`. A remaining time up to the value in the file is equal
 * to it.
 */
function withTimeLeft(known: Values, { ttl: left }: Values, { ttl: wanted }: Values): Values {
  const isGiven = typeof left === 'number' && typeof wanted === 'number' && left <= wanted
  return { ...known, ttl: isGiven ? wanted : left }
}

const title = (definition: Definition, { id, fields }: StateEntity, nameOf: NameOf): string =>
  titleOf(definition, { ...fields, id }, nameOf)

/** Names of what foreign fields refer to, from the first state that knows it. */
export function namesFrom(states: readonly State[], schemas: Schemas): NameOf {
  const nameOf: NameOf = (schema, id) => {
    const definition = schemas.bySchema(schema)
    const found =
      definition && states.map(state => state.get(definition.kind, id)).find(entity => entity !== undefined)
    return found === undefined || definition === undefined ? id : title(definition, found, nameOf)
  }
  return nameOf
}
