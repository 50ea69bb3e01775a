/**
 * The entities of a document: those of the lists in `layout.ts`, at its top and below their owners. Nothing
 * is changed or filled in; `to-state.ts` does that.
 */
import type { Definition } from '../entities/language/define.ts'
import { isRecord } from '../entities/language/values.ts'
import type { Path } from '../state/state.ts'
import type { Document } from './document.ts'
import { type Place, topPlaces } from './layout.ts'
import { shapeOf } from './shape.ts'

type Values = Readonly<Record<string, unknown>>

/** An entity as the file has it. */
export interface FileEntity {
  readonly definition: Definition
  /** As written, without nested arrays. */
  readonly values: Values
  readonly document: Document
  readonly path: Path
  /** The outer entity, and the field that refers to it. */
  readonly owner?: { readonly field: string; readonly entity: FileEntity }
  /**
   * Only named where it belongs to another (a consumer in a group): it is itself only where nothing else of
   * that name is.
   */
  readonly isMention?: true
}

/** An array of entities, as it should be or not. */
export interface EntityList {
  readonly definition: Definition
  readonly document: Document
  readonly path: Path
  readonly value: unknown
}

/** Owners come before what is nested in them; else in the order of registry and file. */
export function entitiesOf(document: Document, seen: (list: EntityList) => void = () => {}): FileEntity[] {
  return topPlaces.flatMap((place, index) => {
    const isFirst = topPlaces.findIndex(({ key }) => key === place.key) === index
    return reader(document, isFirst ? seen : () => {})(place, [], document.content)
  })
}

const mention = { isMention: true } as const

/** Reads the lists of one document, and reports each of them to `seen`. */
function reader(document: Document, seen: (list: EntityList) => void) {
  /** @param above where the holder of the list is */
  const entitiesIn = (place: Place, above: Path, holder: Values, owner?: FileEntity): FileEntity[] => {
    const { definition, key } = place
    const value = holder[key]
    if (value === undefined) return []
    const path = [...above, key]
    seen({ definition, document, path, value })
    if (!Array.isArray(value)) return []
    return value.flatMap((item: unknown, index) =>
      isRecord(item) ? entitiesOfItem(place, [...path, index], item, owner) : [],
    )
  }

  /** The entities of one list item: an entity with its nested ones, or a link to one. */
  const entitiesOfItem = (
    { definition, field, form }: Place,
    path: Path,
    item: Values,
    owner: FileEntity | undefined,
  ): FileEntity[] => {
    const found = form.read(item)
    if (found === undefined) return []
    const own = owner && field !== undefined ? { owner: { field, entity: owner } } : {}
    const { values, at } = found
    if (form.isReference !== true) return entityAndNested(definition, [...path, ...at], values, own)
    const mentioned = form.mentions ? entityAndNested(form.mentions, path, item, {}) : []
    return [
      ...mentioned.map(one => (one.owner ? one : Object.assign(one, mention))),
      { definition, values, document, path, ...own },
    ]
  }

  const entityAndNested = (
    definition: Definition,
    path: Path,
    item: Values,
    own: Pick<FileEntity, 'owner'>,
  ): FileEntity[] => {
    const { places, nested } = shapeOf(definition)
    const isLeaf = Object.keys(item).every(name => !nested.has(name))
    const values = isLeaf ? item : without(item, nested)
    const entity: FileEntity = { definition, values, document, path, ...own }
    return isLeaf ? [entity] : [entity, ...places.flatMap(place => entitiesIn(place, path, item, entity))]
  }

  return entitiesIn
}

const without = (item: Values, names: ReadonlySet<string>): Values =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !names.has(name)))

/**
 * The title of an entity in messages. A name that is or may be a secret is left out.
 *
 * @example 'service "a"', 'plugin "cors" of route "r"', 'key-auth of consumer "c"'
 */
export function describe(entity: FileEntity): string {
  const { definition, values, document, path, owner } = entity
  const names = definition.endpointKey === undefined ? ['id'] : shapeOf(definition).names
  const shown = names.find(name => {
    const secret = definition.fields[name]?.secret === true || document.isSecret([...path, name])
    return !secret && (typeof values[name] === 'string' || typeof values[name] === 'number')
  })
  const label = shown === undefined ? definition.kind : `${definition.kind} ${JSON.stringify(values[shown])}`
  const ownsItsName = shown !== undefined && definition.fields[shown]?.unique === true
  return owner === undefined || ownsItsName ? label : `${label} of ${describe(owner.entity)}`
}
