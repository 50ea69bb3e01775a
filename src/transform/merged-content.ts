/**
 * The entities of all files of a run as plain content: documents one after the other, `url` split, without
 * nulls, without defaults, with unresolved references. decK 1.65 reads files this way before it writes them
 * in another format.
 */
import type { Definition, Field, Fields, Shorthand } from '../entities/language/define.ts'
import { expandShorthands } from '../entities/language/shorthands.ts'
import { isRecord, type Values } from '../entities/language/values.ts'
import { topPlaces } from '../file/layout.ts'
import type { StateFile } from '../file/merge.ts'
import { shapeOf } from '../file/shape.ts'

/** By the key of their list: `services`. */
export type Entities = Readonly<Record<string, readonly Values[]>>

export function mergedContent({ documents }: StateFile): Entities {
  const lists = topPlaces.filter(({ definition }) => definition.wrapped !== true)
  return Object.fromEntries(
    lists.map(({ key, definition }) => [
      key,
      documents.flatMap(({ content }) => recordsIn(content[key]).map(item => plainEntity(item, definition))),
    ]),
  )
}

const recordsIn = (list: unknown): Values[] => (Array.isArray(list) ? list.filter(isRecord) : [])

/** The entities of a list inside an entity. */
export const inside = (entity: Values, key: string): Values[] => recordsIn(entity[key])

function plainEntity(item: Values, definition: Definition): Values {
  const { places } = shapeOf(definition)
  const long = expandShorthands(item, urlsIn(definition), definition.fields)
  const own = withoutNulls({ ...long, ...withoutShort(item, definition) }, definition.fields)
  const nested = places.flatMap(({ key, definition: kind, form }) => {
    const list = item[key]
    if (!Array.isArray(list)) return []
    const of = form.isReference === true ? form.mentions : kind
    const records = recordsIn(list)
    return [[key, of === undefined ? records : records.map(record => plainEntity(record, of))] as const]
  })
  return { ...own, ...Object.fromEntries(nested) }
}

/** The other short forms are Kong's to read. */
const urlsIn = ({ shorthand_fields = {} }: Definition): Readonly<Record<string, Shorthand>> =>
  Object.fromEntries(Object.entries(shorthand_fields).filter(([, { expand }]) => expand === 'url'))

/** Explicit fields win over the short form (decK's rule; Kong's is the reverse). */
const withoutShort = (item: Values, definition: Definition): Values => {
  const urls = urlsIn(definition)
  return Object.fromEntries(
    Object.entries(item).filter(([name, value]) => value !== null && !Object.hasOwn(urls, name)),
  )
}

/** A null in a configuration is a value. */
function withoutNulls(record: Values, fields: Fields): Values {
  const kept = Object.entries(record).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(kept.map(([name, value]) => [name, plainValue(value, fields[name])]))
}

function plainValue(value: unknown, field: Field | undefined): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => plainValue(item, field?.elements))
  return field?.fields !== undefined && field.abstract !== true && isRecord(value)
    ? withoutNulls(value, field.fields)
    : value
}
