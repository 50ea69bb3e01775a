/**
 * Which entities a document holds: the arrays of the registry's kinds at its top, and below their owners as the registry's `nest` says.
 * Nothing is changed or filled in here; that is `to-state.ts`'s business.
 */

import { kindBySchema } from '../entities/enterprise.ts'
import type { Definition } from '../entities/language/define.ts'
import { isRecord } from '../entities/language/values.ts'
import type { Path } from '../state/state.ts'
import type { Document } from './document.ts'
import { type NestedKind, shapeOf, topLevelKinds } from './shape.ts'

type Values = Readonly<Record<string, unknown>>

/** An entity as the file has it. */
export interface FileEntity {
  readonly definition: Definition
  /** As written, without the arrays of what is nested in it. */
  readonly values: Values
  readonly document: Document
  readonly path: Path
  /** What it is written inside of, and the field that this stands for. */
  readonly owner?: { readonly field: string; readonly entity: FileEntity }
  /** Only named where it belongs to another (a consumer in a group): it is itself only where nothing else of that name is. */
  readonly isMention?: true
}

/** An array of entities, as it should be or not. */
export interface EntityList {
  readonly definition: Definition
  readonly document: Document
  readonly path: Path
  readonly value: unknown
}

type Owner = FileEntity['owner']

/** Owners come before what is nested in them; else in the order of registry and file. */
export function entitiesOf(document: Document, seen: (list: EntityList) => void = () => {}): FileEntity[] {
  const kinds = topLevelKinds()
  return kinds.flatMap((definition, index) => {
    const isFirst = kinds.findIndex(({ fileKey }) => fileKey === definition.fileKey) === index
    const { entitiesIn } = reader(document, isFirst ? seen : () => {})
    return entitiesIn({ definition, field: '', key: definition.fileKey }, [], document.content)
  })
}

const mention = { isMention: true } as const

/** The lists of one document, each told to `seen` as it is come by. */
function reader(document: Document, seen: (list: EntityList) => void) {
  /** @param above where the holder of the list is */
  const entitiesIn = (
    nested: NestedKind,
    above: Path,
    holder: Values,
    owner?: NonNullable<Owner>,
  ): FileEntity[] => {
    const { definition, key } = nested
    const value = holder[key]
    if (value === undefined) return []
    const path = [...above, key]
    seen({ definition, document, path, value })
    if (!Array.isArray(value)) return []
    return value.flatMap((item: unknown, index) =>
      isRecord(item) ? entitiesOfItem(nested, [...path, index], item, owner) : [],
    )
  }

  /** What one item of a list says: an entity with all that is in it, or a link to one. */
  const entitiesOfItem = (
    { definition, field }: NestedKind,
    path: Path,
    item: Values,
    owner: Owner,
  ): FileEntity[] => {
    const { link, wrapped } = definition
    if (wrapped === true) {
      if (item['type'] !== definition.kind) return []
      const fields = isRecord(item['fields']) ? item['fields'] : {}
      const values = item['id'] === undefined ? fields : { id: item['id'], ...fields }
      return entityAndNested(definition, [...path, 'fields'], values, owner)
    }
    if (link === undefined || owner === undefined) return entityAndNested(definition, path, item, owner)
    const other = field === link.owner ? link.member : link.owner
    const entity: FileEntity = { definition, values: { [other]: item }, document, path, owner }
    if (other === link.owner) return [entity]
    const member = kindBySchema(definition.fields[other]?.reference ?? '')
    const mentioned = member ? entityAndNested(member, path, item, undefined) : []
    return [...mentioned.map(one => (one.owner ? one : Object.assign(one, mention))), entity]
  }

  const entityAndNested = (definition: Definition, path: Path, item: Values, owner: Owner): FileEntity[] => {
    const { nested } = shapeOf(definition)
    const keys = new Set(nested.map(({ key }) => key))
    const values = Object.fromEntries(Object.entries(item).filter(([name]) => !keys.has(name)))
    const entity: FileEntity = { definition, values, document, path, ...(owner && { owner }) }
    return [entity, ...nested.flatMap(kind => entitiesIn(kind, path, item, { field: kind.field, entity }))]
  }

  return { entitiesIn }
}

/**
 * What an entity is called in messages. A name that is or may be a secret is left out.
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
