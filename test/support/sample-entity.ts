/**
 * The smallest entity that a kind accepts, by its definition: required fields without a default, and one field
 * of each `at_least_one_of`. A kind that needs more gets another rule in its definition, not a line here.
 */
import type { Definition, Field } from '../../src/entities/language/define.ts'
import type { Schemas } from '../../src/entities/language/schemas.ts'
import { certificate } from './client-certificate.ts'

const byFormat: Partial<Record<NonNullable<Field['format']>, string>> = {
  'host-port': '127.0.0.1:8000',
  'upstream-name': 'sample.example',
  host: 'sample.example',
  'wildcard-host': 'sample.example',
  path: '/sample',
  'router-path': '/sample',
  certificate,
}

/** A value that a field accepts; texts are unlike those of other calls with another seed. */
export function sampleValue(field: Field, seed: string): unknown {
  if (field.one_of !== undefined) return field.one_of[0]
  // Certificates and keys may be references.
  if (field.referenceable === true) return `{vault://env/${seed}}`
  switch (field.type) {
    case 'array':
    case 'set':
      return [field.elements === undefined ? seed : sampleValue(field.elements, seed)]
    case 'integer':
    case 'number':
      return field.between?.[0] ?? 1
    case 'boolean':
      return true
    case 'map':
      return {}
    case 'record': {
      const names = field.entity_checks?.flatMap(check => check.at_least_one_of?.slice(0, 1) ?? []) ?? []
      return Object.fromEntries(
        names.flatMap(name => {
          const inner = field.fields?.[name]
          return inner === undefined ? [] : [[name, sampleValue(inner, seed)]]
        }),
      )
    }
    default:
      // Patterns of Kong's fields that take no usual name want capitals: methods.
      return byFormat[field.format ?? 'name'] ?? (field.match?.includes('%u') ? 'GET' : seed)
  }
}

function demanded(definition: Definition): string[] {
  const checks = [
    ...(definition.entity_checks ?? []),
    ...Object.values(definition.subschema?.types ?? {}).flatMap(type => type.entity_checks ?? []),
  ]
  const lists = checks.flatMap(check => [
    ...(check.at_least_one_of ? [check.at_least_one_of] : []),
    ...(check.at_least_one_when?.map(({ of }) => of) ?? []),
  ])
  return lists.flatMap(list => list.slice(0, 1)).slice(0, 1)
}

/** The required fields, without references: the caller makes the owners first. */
export function sampleEntity(definition: Definition, seed: string): Record<string, unknown> {
  const names = new Set(demanded(definition))
  for (const [name, field] of Object.entries(definition.fields)) {
    const isGiven = field.required === true && field.default === undefined && field.auto !== true
    if (isGiven && field.type !== 'foreign') names.add(name)
  }
  // A type that is found elsewhere (a plugin's name) has no value of its own here.
  if (definition.subschema !== undefined && definition.subschema.types === undefined) {
    names.delete(definition.subschema.key)
  }
  return Object.fromEntries(
    [...names].flatMap(name => {
      const field = definition.fields[name]
      const { key, types } = definition.subschema ?? {}
      if (name === key && types !== undefined) return [[name, Object.keys(types)[0]]]
      return field === undefined ? [] : [[name, sampleValue(field, seed)]]
    }),
  )
}

/** The kinds that an entity of this kind must refer to. */
export function requiredOwners(
  definition: Definition,
  schemas: Schemas,
): { field: string; owner: Definition }[] {
  return Object.entries(definition.fields).flatMap(([field, words]) => {
    const owner = schemas.bySchema(words.reference ?? '')
    return words.type === 'foreign' && words.required === true && owner !== undefined
      ? [{ field, owner }]
      : []
  })
}
