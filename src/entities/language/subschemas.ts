/**
 * The type that one entity has within its kind: a plugin's by its name, a route's by its protocols; its words
 * narrow the kind's fields.
 */
import type { Definition, Field, Fields, Subschema, Violations } from './define.ts'
import { sentences } from './messages.ts'
import type { Schemas } from './schemas.ts'
import { isAbsent, isRecord, type Values } from './values.ts'

interface FoundSubschema {
  readonly subschema?: Subschema
  /** Nothing else is looked at then. */
  readonly problem?: Violations
}

/**
 * The types that a value of the definition's key selects: written in the definition, or known by name
 * (plugins).
 */
export function subschemaOf(
  definition: Definition,
  entity: Values,
  schemas: Schemas,
  offline = false,
): FoundSubschema {
  const { key, types, unknown } = definition.subschema ?? {}
  if (key === undefined) return {}
  const value = entity[key]
  if (isAbsent(value)) return { problem: { [key]: sentences.required } }
  if (types === undefined) return pluginSubschema(key, value, schemas)
  const list = Array.isArray(value) ? value : isRecord(value) ? [] : [value]
  const known = list.find(one => typeof one === 'string' && Object.hasOwn(types, one))
  if (known !== undefined) return { subschema: types[String(known)] ?? { fields: {} } }
  if (unknown !== undefined && offline) return {}
  return { problem: { [key]: (unknown ?? sentences.unknownType)(typeName(value)) } }
}

/**
 * The field, and its value, by which an entity chooses a type that its definition does not list: a plugin's
 * name.
 */
export function openSubschema(
  { subschema }: Definition,
  entity: Values,
): { readonly key: string; readonly name: string } | undefined {
  if (subschema === undefined || subschema.types !== undefined) return undefined
  const name = entity[subschema.key]
  return typeof name === 'string' ? { key: subschema.key, name } : undefined
}

/** For a list, Kong names its first element; a record has no name. */
function typeName(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const first: unknown = Array.isArray(value) ? value[0] : undefined
  return first === null ? 'userdata: NULL' : (first ?? 'nil')
}

function pluginSubschema(key: string, value: unknown, schemas: Schemas): FoundSubschema {
  const plugin = typeof value === 'string' ? schemas.plugin(value) : undefined
  if (plugin === undefined) return { problem: { [key]: sentences.pluginNotEnabled(typeName(value)) } }
  return {
    subschema: {
      fields: plugin.fields,
      ...(plugin.entity_checks && { entity_checks: plugin.entity_checks }),
    },
  }
}

/** The subschema's words replace the definition's, field by field. */
export function narrowed(fields: Fields, subschema: Subschema | undefined): Fields {
  if (subschema === undefined) return fields
  const known = narrowings.get(fields)?.get(subschema.fields)
  if (known !== undefined) return known
  const merged: Record<string, Field> = { ...fields }
  for (const [name, words] of Object.entries(subschema.fields)) {
    const field = fields[name]
    if (field !== undefined) merged[name] = { ...field, ...words }
  }
  const ofFields = narrowings.get(fields) ?? new WeakMap<object, Fields>()
  narrowings.set(fields, ofFields.set(subschema.fields, merged))
  return merged
}

/** Merged schemas, cached while both sides exist: thousands of plugins share few schemas. */
const narrowings = new WeakMap<object, WeakMap<object, Fields>>()

/**
 * The fields that hold for one entity: the definition's, narrowed by its type (a plugin by its name, a route
 * by its protocols).
 */
export function entityFields(definition: Definition, entity: Values, schemas: Schemas): Fields {
  const key = definition.subschema?.key
  if (key === undefined) return definition.fields
  const given = entity[key] === undefined ? { ...entity, [key]: definition.fields[key]?.default } : entity
  return narrowed(definition.fields, subschemaOf(definition, given, schemas).subschema)
}
