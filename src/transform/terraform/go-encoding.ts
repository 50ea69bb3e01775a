/** Entities as Go encodes decK's structures of them: empty lists and mappings are left out. */
import { everyKind } from '../../entities/enterprise.ts'
import type { Definition, Fields } from '../../entities/language/define.ts'
import { isRecord, type Values } from '../../entities/language/values.ts'
import { shapeOf } from '../../file/shape.ts'
import { inside } from '../merged-content.ts'

/** @param key of the list in a state file that entities of this kind are in */
export function asGoEncodes(entity: Values, key: string): Values {
  const definition = everyKind.find(({ fileKey }) => fileKey === key)
  return definition === undefined ? entity : withoutEmpty(entity, definition.fields, definition)
}

function withoutEmpty(record: Values, fields: Fields, definition?: Definition): Values {
  const places = definition === undefined ? [] : shapeOf(definition).places
  const kept = Object.entries(record).flatMap(([name, value]) => {
    const field = fields[name]
    const isStructure = field?.type === 'record' && field.abstract !== true
    if (isEmpty(value) && !isStructure) return []
    if (isStructure && isRecord(value)) return [[name, withoutEmpty(value, field.fields ?? {})] as const]
    const kind = places.find(place => place.key === name)?.definition
    if (kind === undefined) return [[name, value] as const]
    return [[name, inside(record, name).map(item => withoutEmpty(item, kind.fields, kind))] as const]
  })
  return Object.fromEntries(kept)
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0
