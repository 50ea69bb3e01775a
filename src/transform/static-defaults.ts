/**
 * The defaults that `deck file render` fills in without a gateway: those that decK writes, which are not
 * all of a gateway's (`rendered` of each kind).
 */

import type { Fields } from '../entities/language/define.ts'
import type { Schemas } from '../entities/language/schemas.ts'
import { entityFields } from '../entities/language/subschemas.ts'
import { isRecord, type Values } from '../entities/language/values.ts'

export function withStaticDefaults(kind: string, fields: Values, schemas: Schemas): Values {
  const definition = schemas.of(kind)
  if (definition.rendered === undefined) return fields
  // The type of an entity may change a default: `strip_path` of a gRPC route is false.
  const narrowed = entityFields(definition, fields, schemas)
  const paths = definition.rendered(fields).split(/\s+/)
  return filled(paths.map(path => defaultAt(path.split('.'), narrowed)).reduce(filled), fields)
}

/** @example ['a', 'b'] → { a: { b: <the default of b> } } */
function defaultAt([name = '', ...below]: readonly string[], fields: Fields): Values {
  const field = fields[name]
  return { [name]: below.length === 0 ? field?.default : defaultAt(below, field?.fields ?? {}) }
}

/** Explicit values win, at every depth. */
function filled(base: Values, given: Values): Values {
  const both: Record<string, unknown> = { ...base }
  for (const [name, value] of Object.entries(given)) {
    const below = base[name]
    both[name] = isRecord(below) && isRecord(value) ? filled(below, value) : value
  }
  return both
}
