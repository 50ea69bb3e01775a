/**
 * The nesting of entities in a file. `nesting.ts` reads by it and `from-state.ts` writes by it, so that
 * written files can be read.
 */

import { everyKind, kindBySchema } from '../entities/enterprise.ts'
import type { Definition } from '../entities/language/define.ts'
import { foreignFields } from '../entities/language/identity.ts'
import { isRecord } from '../entities/language/values.ts'
import type { Path } from '../state/state.ts'

type Values = Readonly<Record<string, unknown>>

/** A list of entities of one kind: at the top of a file, or inside an owner. */
export interface Place {
  readonly definition: Definition
  /** The key of the list. */
  readonly key: string
  /** The foreign field whose value is the owner. Absent at the top. */
  readonly field?: string
  readonly form: ItemForm
  /** Only read: these entities are written in another place. */
  readonly isReadOnly?: true
}

/** How one item says an entity. */
export interface ItemForm {
  /**
   * @returns the fields of the entity, and where they are within the item; undefined for an item of another
   *   kind
   */
  read(item: Values): { readonly values: Values; readonly at: Path } | undefined
  /** The reverse of `read`. */
  write(values: Values): Values
  /**
   * The item is a reference and no entity; with `mentions`, the entity that it refers to may be said by it
   * alone.
   */
  readonly isReference?: true
  readonly mentions?: Definition
}

const plain: ItemForm = {
  read: item => ({ values: item, at: [] }),
  write: values => values,
}

/** @example { type: 'degraphql_routes', id: '…', fields: { uri: '/a', … } } */
const wrapped = ({ kind }: Definition): ItemForm => ({
  read: item => {
    if (item['type'] !== kind) return undefined
    const fields = isRecord(item['fields']) ? item['fields'] : {}
    return { values: item['id'] === undefined ? fields : { id: item['id'], ...fields }, at: ['fields'] }
  },
  write: ({ id, ...fields }) => ({ fields, ...(id !== undefined && { id }), type: kind }),
})

/** @example of a consumer's groups: { name: 'gold' } */
const reference = (field: string, mentions?: Definition): ItemForm => ({
  read: item => ({ values: { [field]: item }, at: [] }),
  write: values => (isRecord(values[field]) ? values[field] : {}),
  isReference: true,
  ...(mentions && { mentions }),
})

function formOf(definition: Definition): ItemForm {
  const { link } = definition
  if (link !== undefined) return reference(link.owner)
  return definition.wrapped === true ? wrapped(definition) : plain
}

/**
 * Whether a state file of decK says a reference as `{ name }`: where it is not part of what tells the entity
 * apart.
 */
export function isMappingReference({ fields, link, keys }: Definition, name: string): boolean {
  const { mapping, nest } = fields[name] ?? {}
  return mapping ?? (link !== undefined || (nest !== undefined && !keys.flat().includes(name)))
}

/** In the order of the registry. */
export const topPlaces: readonly Place[] = everyKind
  .filter(definition => foreignFields(definition).every(({ field }) => field.nest !== 'only'))
  .map(definition => ({ definition, key: definition.fileKey, form: formOf(definition) }))

/** The lists that may be nested in an entity. */
export function placesIn(owner: Definition): Place[] {
  const own = everyKind.flatMap(definition =>
    foreignFields(definition)
      .filter(({ field }) => field.nest !== undefined && field.reference === owner.schema)
      .map(({ name }) => ({ definition, field: name, key: definition.fileKey, form: formOf(definition) })),
  )
  return [...own, ...linksIn(owner)]
}

/** A group may also list its members. */
function linksIn(owner: Definition): Place[] {
  return everyKind.flatMap((definition): Place[] => {
    const { link } = definition
    if (link === undefined || definition.fields[link.owner]?.reference !== owner.schema) return []
    const member = kindBySchema(definition.fields[link.member]?.reference ?? '')
    const form = reference(link.member, member)
    return [{ definition, field: link.owner, key: link.ownerKey, form, isReadOnly: true }]
  })
}
