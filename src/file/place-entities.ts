/**
 * Which list of a file each entity of a state is written in: inside the one thing that it belongs to, else at
 * the top (as decK).
 */
import type { Definition } from '../entities/language/define.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { isRecord } from '../entities/language/values.ts'
import type { State, StateEntity } from '../state/state.ts'
import { type Place, topPlaces } from './layout.ts'
import { shapeOf } from './shape.ts'

export interface Placed {
  /** The entities of a list: at the top, or inside an owner. */
  in(list: Pick<Place, 'definition' | 'field'>, owner?: StateEntity): readonly StateEntity[]
}

/** False for ids that were generated while a file was read. */
export const hasOwnId = ({ origin }: StateEntity): boolean => origin?.givesId !== false

export function foreignId(value: unknown): string | undefined {
  return isRecord(value) && typeof value['id'] === 'string' ? value['id'] : undefined
}

export function placeAll(state: State, schemas: Schemas): Placed {
  // By owner first: most entities have nothing inside them.
  const placed = new Map<StateEntity | undefined, Map<string, StateEntity[]>>()
  for (const definition of schemas.kinds) {
    for (const entity of state.all(definition.kind)) {
      const scope = scopeOf(definition, entity, state, schemas)
      const lists = placed.get(scope?.owner) ?? new Map<string, StateEntity[]>()
      placed.set(scope?.owner, lists)
      const key = listKey(definition, scope?.owner && scope.field)
      const list = lists.get(key)
      if (list === undefined) lists.set(key, [entity])
      else list.push(entity)
    }
  }
  return {
    in: ({ definition, field }, owner) => placed.get(owner)?.get(listKey(definition, owner && field)) ?? [],
  }
}

/** @param field that refers to the owner */
const listKey = ({ kind }: Definition, field?: string): string =>
  field === undefined ? kind : `${kind} ${field}`

/**
 * Entities that can only be written inside of an entity that is not in the state (a tagged SNI of a
 * certificate without the tag): no file can contain them.
 */
export function withoutPlace(state: State, schemas: Schemas): StateEntity[] {
  return schemas.kinds
    .filter(({ kind }) => !topKinds.has(kind))
    .flatMap(definition =>
      state.all(definition.kind).filter(entity => scopeOf(definition, entity, state, schemas) === undefined),
    )
}

/** One of the things that an entity belongs to. */
interface Scope {
  readonly field: string
  /** Absent: not in this state. */
  readonly owner?: StateEntity
  /** The top of a file can refer to it. */
  readonly isReferable: boolean
}

/** Undefined: at the top. */
function scopeOf(
  definition: Definition,
  entity: StateEntity,
  state: State,
  schemas: Schemas,
): Scope | undefined {
  const scopes = scopesOf(definition, entity, state, schemas)
  const inside = scopes.filter(({ owner }) => owner !== undefined)
  if (scopes.length === 1 || !topKinds.has(definition.kind)) return inside[0]
  // References at the top must be to what the file holds; those of what is nested may be to what is
  // elsewhere, by id.
  if (scopes.every(({ isReferable }) => isReferable)) return undefined
  return inside.find(({ isReferable }) => !isReferable) ?? inside[0]
}

const topKinds: ReadonlySet<string> = new Set(topPlaces.map(({ definition }) => definition.kind))

function scopesOf(definition: Definition, { fields }: StateEntity, state: State, schemas: Schemas): Scope[] {
  return shapeOf(definition).foreign.flatMap(({ name, field }): Scope[] => {
    const id = foreignId(fields[name])
    if (field.nest === undefined || id === undefined) return []
    const kind = schemas.bySchema(field.reference)
    const owner = kind && state.get(kind.kind, id)
    if (owner === undefined) return [{ field: name, isReferable: false }]
    const isNamed = typeof owner.fields[kind?.endpointKey ?? ''] === 'string'
    return [{ field: name, owner, isReferable: isNamed || hasOwnId(owner) }]
  })
}
