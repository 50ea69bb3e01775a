/**
 * A set of entities in memory: a gateway's, or the target of a file. Entities are found by kind, by id and
 * by natural key. `plan/` compares states; `admin-client/` and `file/` make them.
 */
import type { Definition } from '../entities/language/define.ts'
import { keysOf } from '../entities/language/identity.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import type { Place } from '../errors.ts'

/** A place in a document: keys and indexes, from its root. */
export type Path = readonly (string | number)[]

/**
 * A text of a document, in the parts of which it was put together; `secret` is what came from an environment
 * variable.
 */
export type FilledText = readonly FilledPart[]

interface FilledPart {
  readonly text: string
  readonly secret: boolean
  /** It stands for the value of a variable that is not set. */
  readonly isPlaceholder?: boolean
}

/** The parts of a document that a state needs: places, and secrets. */
export interface Source {
  readonly name: string
  /**
   * The place of a value (or of its key); of the nearest thing around it where the path itself is not
   * written.
   */
  whereIs(path: Path, part?: 'key' | 'value'): Place | undefined
  /** Whether the value came, wholly or partly, from an environment variable. */
  isSecret(path: Path): boolean
  /**
   * How a secret text was put together; of a list of texts in which one is secret, how each of them was.
   * Empty for what holds secrets deeper in.
   *
   * @example of `https://${{ env "DECK_HOST" }}.example`: [[{ text: 'https://', … }, { text: 'a', secret:
   *   true }, { text: '.example', … }]]
   */
  filledAt(path: Path): readonly FilledText[]
}

/** Where the file says an entity. */
export interface Origin {
  readonly document: Source
  readonly path: Path
  /** The file says its id: it is not one that was made up or found. */
  readonly givesId?: boolean
}

export interface StateEntity {
  readonly kind: string
  readonly id: string
  /** Kong's field names; references are `{ id }`; unset values are absent or null. */
  readonly fields: Readonly<Record<string, unknown>>
  /** Absent for what a gateway has. */
  readonly origin?: Origin
}

export interface State {
  /** In the order of the input. */
  all(kind: string): readonly StateEntity[]
  get(kind: string, id: string): StateEntity | undefined
  /** By a natural key as `keysOf` (entities/identity.ts) writes it; the first entity if several have it. */
  byKey(kind: string, key: string): StateEntity | undefined
  readonly size: number
}

interface Shelf {
  readonly list: StateEntity[]
  readonly byId: Map<string, StateEntity>
  /** Made when it is first asked for: most states of a run are not searched by key. */
  byKey?: ReadonlyMap<string, StateEntity>
}

/**
 * @param entities of kinds that the schemas have; an id that comes twice counts once, the first time
 * @throws Error (a bug of the caller's) for a kind that the schemas do not have
 */
export function createState(entities: Iterable<StateEntity>, schemas: Schemas): State {
  const shelves = new Map<string, Shelf>()
  let size = 0
  for (const entity of entities) {
    // A kind that the schemas do not have throws here.
    const shelf = shelfOf(shelves, schemas.of(entity.kind).kind)
    if (shelf.byId.has(entity.id)) continue
    shelf.byId.set(entity.id, entity)
    shelf.list.push(entity)
    size += 1
  }
  return {
    all: kind => shelves.get(kind)?.list ?? [],
    get: (kind, id) => shelves.get(kind)?.byId.get(id),
    byKey: (kind, key) => {
      const shelf = shelves.get(kind)
      if (shelf === undefined) return undefined
      shelf.byKey ??= keyIndex(shelf.list, schemas.of(kind))
      return shelf.byKey.get(key)
    },
    size,
  }
}

function shelfOf(shelves: Map<string, Shelf>, kind: string): Shelf {
  const found = shelves.get(kind)
  if (found !== undefined) return found
  const made: Shelf = { list: [], byId: new Map() }
  shelves.set(kind, made)
  return made
}

function keyIndex(list: readonly StateEntity[], definition: Definition): ReadonlyMap<string, StateEntity> {
  const index = new Map<string, StateEntity>()
  for (const entity of list) {
    for (const key of keysOf(definition, { ...entity.fields, id: entity.id })) {
      if (!index.has(key)) index.set(key, entity)
    }
  }
  return index
}
