/** Converts the texts of a form by the schema: numbers, booleans, lists of one, and an empty text to null. */

import type { Definition, Field, Fields } from '../../entities/language/define.ts'
import type { Schemas } from '../../entities/language/schemas.ts'
import { entityFields } from '../../entities/language/subschemas.ts'
import { isRecord } from '../../entities/language/values.ts'
import type { Values } from './endpoint.ts'

/**
 * @param known the entity that is there already: its type may decide what fields there are (a plugin's name,
 *   for PATCH)
 */
export function coerceInput(
  definition: Definition,
  input: Values,
  schemas: Schemas,
  known: Values = {},
): Values {
  const fields = entityFields(definition, { ...known, ...input }, schemas)
  const ttl: Fields = definition.ttl === true ? { ttl: { type: 'integer' } } : {}
  return coerceRecord(input, { ...ttl, ...definition.shorthand_fields, ...fields }, schemas)
}

function coerceRecord(input: Values, fields: Fields, schemas: Schemas): Values {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      const field = fields[name]
      // A hidden field has no type for the conversion.
      return [name, field === undefined || field.hidden === true ? value : coerce(value, field, schemas)]
    }),
  )
}

export function coerce(value: unknown, field: Field, schemas: Schemas): unknown {
  if (value === '') return null
  switch (field.type) {
    case 'number':
    case 'integer':
      return numberOf(value) ?? value
    case 'boolean':
      return value === 'true' ? true : value === 'false' ? false : value
    case 'array':
    case 'set':
      return coerceList(value, field, schemas)
    case 'map':
      if (!isRecord(value) || field.values === undefined) return value
      return coerceRecord(value, everyName(value, field.values), schemas)
    case 'record':
      if (!isRecord(value) || field.fields === undefined) return value
      return coerceRecord(value, { ...field.shorthand_fields, ...field.fields }, schemas)
    case 'foreign': {
      const definition = schemas.bySchema(field.reference ?? '')
      return isRecord(value) && definition !== undefined ? coerceInput(definition, value, schemas) : value
    }
    default:
      return value
  }
}

function coerceList(value: unknown, field: Field, schemas: Schemas): unknown {
  // A record represents a list with gaps, which is invalid; the checks report it.
  if (isRecord(value)) return value
  const { elements } = field
  const items: readonly unknown[] = Array.isArray(value) ? value : [value]
  return elements === undefined ? items : items.map(item => coerce(item, elements, schemas))
}

const everyName = (value: Values, field: Field): Fields =>
  Object.fromEntries(Object.keys(value).map(name => [name, field]))

/** As Lua reads numbers: decimal, with exponent, or hexadecimal; surrounding white space is ignored. */
function numberOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || /^0x[\da-f]+$/i.test(text)
    ? Number(text)
    : undefined
}
