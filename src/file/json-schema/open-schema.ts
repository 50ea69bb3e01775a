/**
 * The schema of plugins in Kong Enterprise: it has fields and values in the plugins of Kong OSS that are not
 * known here. Editors still suggest the known ones, and `file validate` warns of the others.
 */
import { isRecord } from '../../entities/language/values.ts'
import type { JsonSchema } from './field-schema.ts'

/** Takes further fields in every record, and further values in every list of choices. */
export function opened(schema: JsonSchema): JsonSchema {
  const words = Object.entries(schema).map(([word, value]): [string, unknown] => {
    if (word === 'properties') return [word, eachOpened(value)]
    if (word === 'additionalProperties') return [word, isRecord(value) ? opened(value) : true]
    if (word === 'items' && isRecord(value)) return [word, opened(value)]
    if (word === 'anyOf' && isChoice(value)) return [word, [...value, {}]]
    return [word, value]
  })
  return Object.fromEntries(words.filter(([word]) => word !== 'propertyNames'))
}

const eachOpened = (properties: unknown): JsonSchema =>
  isRecord(properties)
    ? Object.fromEntries(
        Object.entries(properties).map(([name, inner]) => [name, isRecord(inner) ? opened(inner) : inner]),
      )
    : {}

const isChoice = (value: unknown): value is readonly JsonSchema[] =>
  Array.isArray(value) && value.some(one => isRecord(one) && 'enum' in one)

/** The same for an entity, which itself has no further fields. */
export const withOpenFields = (entity: JsonSchema): JsonSchema => ({
  ...opened(entity),
  ...('additionalProperties' in entity && { additionalProperties: entity['additionalProperties'] }),
})
