/**
 * Two entities of the files that would be one and the same on the gateway: the same id, name, or set of
 * unique fields.
 */

import { kindBySchema } from '../entities/enterprise.ts'
import type { Definition } from '../entities/language/define.ts'
import { keyOf } from '../entities/language/identity.ts'
import { normaliseTarget } from '../entities/text/addresses.ts'
import type { Diagnostic } from '../errors.ts'
import { describe, type FileEntity } from './nesting.ts'
import { also, problem } from './problem.ts'
import { createReferences, type References, referenceText } from './references.ts'
import { shapeOf } from './shape.ts'
import { isUnsupported } from './unsupported.ts'

type Values = Readonly<Record<string, unknown>>

/**
 * An address as Kong stores it, where the field is one: `a.example` and `A.example:8000` are the same target.
 */
export function withAddresses(definition: Definition, values: Values): Values {
  let result = values
  for (const name of shapeOf(definition).addresses) {
    const value = values[name]
    const normal = typeof value === 'string' ? normaliseTarget(value) : undefined
    if (normal !== undefined && 'target' in normal) result = { ...result, [name]: normal.target }
  }
  return result
}

export function duplicates(entities: readonly FileEntity[]): Diagnostic[] {
  const references = createReferences(entities)
  const numbers = new Map(entities.map((entity, index) => [entity, `#${index}`]))
  const seen = new Map<string, FileEntity>()
  const diagnostics: Diagnostic[] = []
  for (const entity of entities) {
    // The difference between two entities may be in an unsupported field, which is reported already.
    if (Object.entries(entity.values).some(([name, value]) => isUnsupported(name, value))) continue
    const keys = uniqueKeys(entity.definition, comparable(entity, references, numbers))
    const first = keys.map(({ key }) => seen.get(key)).find(one => one !== undefined)
    const clashing = keys.find(({ key }) => seen.has(key))
    if (first !== undefined && clashing !== undefined)
      diagnostics.push(duplicate(entity, first, clashing.fields))
    for (const { key } of keys) if (!seen.has(key)) seen.set(key, entity)
  }
  return diagnostics
}

/**
 * Values in which a reference is the number of the entity that it means, so that a name and an id of the same
 * compare equal.
 */
function comparable(entity: FileEntity, references: References, numbers: Map<FileEntity, string>): Values {
  const { definition, values, owner } = entity
  const foreign = shapeOf(definition).foreign.flatMap(({ name, field }) => {
    if (owner?.field === name) return [[name, { id: numbers.get(owner.entity) }] as const]
    const text = referenceText(values[name], kindBySchema(field.reference))
    if (text === undefined) return []
    const referred = references.find(field.reference, text)
    return [[name, { id: referred === undefined ? text : numbers.get(referred) }] as const]
  })
  return { ...withAddresses(definition, values), ...Object.fromEntries(foreign) }
}

interface UniqueKey {
  readonly key: string
  readonly fields: readonly string[]
}

function uniqueKeys(definition: Definition, values: Values): UniqueKey[] {
  return shapeOf(definition)
    .unique.filter(fields =>
      fields.some(name => definition.fields[name]?.type !== 'foreign' && isGiven(values[name])),
    )
    .flatMap(fields => {
      const key = keyOf(fields, values)
      return key === undefined ? [] : [{ key: `${definition.kind} ${key}`, fields }]
    })
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null

function duplicate(entity: FileEntity, first: FileEntity, fields: readonly string[]): Diagnostic {
  const { definition, document, path } = entity
  const own = fields.filter(name => definition.fields[name]?.type !== 'foreign')
  const [field = 'id'] = own
  return problem(
    'duplicate',
    `${describe(entity)} has the same ${fields.join(', ')} as another ${definition.kind}: there can be only one`,
    document.whereIs([...path, field]),
    { related: also(first.document, [...first.path, field], `${describe(first)} is here`) },
  )
}
