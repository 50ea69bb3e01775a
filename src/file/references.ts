/** Resolves references in a file (a name, an id, a mapping with one of them) to entities. */

import { kindBySchema } from '../entities/enterprise.ts'
import type { Definition } from '../entities/language/define.ts'
import { isRecord } from '../entities/language/values.ts'
import { nearest } from '../entities/text/did-you-mean.ts'
import { isUuid } from '../entities/text/formats.ts'
import type { Diagnostic } from '../errors.ts'
import { describe, type FileEntity } from './nesting.ts'
import { problem } from './problem.ts'
import { shapeOf } from './shape.ts'

/** The text of a reference, a name or an id; undefined for an invalid one. */
export function referenceText(value: unknown, definition: Definition | undefined): string | undefined {
  if (typeof value === 'string') return value
  if (!isRecord(value)) return undefined
  const named = definition?.endpointKey === undefined ? undefined : value[definition.endpointKey]
  const text = value['id'] ?? named ?? value['name']
  return typeof text === 'string' ? text : undefined
}

export interface References {
  /** The entity of a set (`services`) that has a text as id or name. */
  find(schema: string, text: string): FileEntity | undefined
  /** Suggestions for an unknown name; empty after very many comparisons. */
  names(schema: string): Iterable<string>
}

/**
 * Names that are offered as suggestions in one run: a file of thousands of wrong references ends in seconds.
 */
const mostOffered = 200_000

export function createReferences(entities: readonly FileEntity[]): References {
  const sets = new Map<string, Map<string, FileEntity>>()
  for (const entity of entities) {
    const { definition, values } = entity
    const set = sets.get(definition.schema) ?? new Map<string, FileEntity>()
    sets.set(definition.schema, set)
    for (const name of ['id', definition.endpointKey]) {
      const text = name === undefined ? undefined : values[name]
      if (typeof text === 'string' && !set.has(text)) set.set(text, entity)
    }
  }
  let left = mostOffered
  return {
    find: (schema, text) => sets.get(schema)?.get(text),
    names: schema => {
      const names = sets.get(schema)
      left -= names?.size ?? 0
      return left < 0 || names === undefined ? [] : names.keys()
    },
  }
}

export interface WrittenReference {
  readonly field: string
  /** Where in the field, of a list of references. */
  readonly index?: number
  /** The set that it refers to. */
  readonly schema: string
  readonly text: string
}

/** The references that an entity itself writes, to kinds that are known. Its owner is not among them. */
export function writtenReferences(entity: FileEntity): WrittenReference[] {
  return [...plainReferences(entity), ...listedReferences(entity)]
}

/** References in lists: a plugin's partials. */
function listedReferences({ definition, values }: FileEntity): WrittenReference[] {
  return shapeOf(definition).links.flatMap(({ name, schema }) => {
    const list = values[name]
    if (!Array.isArray(list)) return []
    return list.flatMap((item: unknown, index) => {
      const text = referenceText(item, kindBySchema(schema))
      return text === undefined ? [] : [{ field: name, index, schema, text }]
    })
  })
}

function plainReferences({ definition, values }: FileEntity): WrittenReference[] {
  return shapeOf(definition).foreign.flatMap(({ name, field }) => {
    const referred = kindBySchema(field.reference)
    const text = referenceText(values[name], referred)
    return referred === undefined || text === undefined
      ? []
      : [{ field: name, schema: field.reference, text }]
  })
}

/** References without a target in the files, with suggestions. */
export function danglingReferences(entities: readonly FileEntity[], references: References): Diagnostic[] {
  return entities.flatMap(entity =>
    writtenReferences(entity)
      .filter(
        ({ schema, text, index }) =>
          references.find(schema, text) === undefined && !(index === undefined && mayBeOutside(entity, text)),
      )
      .map(reference => danglingReference(entity, reference, references.names(reference.schema))),
  )
}

/**
 * decK lets what is nested refer by id to entities that the files do not hold (another team's, hidden by
 * tags); the gateway then knows whether they exist.
 */
export const mayBeOutside = (entity: FileEntity, text: string): boolean =>
  (entity.owner !== undefined || entity.definition.wrapped === true) && isUuid(text)

export function danglingReference(
  entity: FileEntity,
  { field, index, schema, text }: WrittenReference,
  names: Iterable<string>,
): Diagnostic {
  const kind = kindBySchema(schema)?.kind ?? schema
  const { document, path } = entity
  const at = [...path, field, ...(index === undefined ? [] : [index])]
  const secret = document.isSecret(at)
  const near = secret ? [] : nearest(text, names, 3)
  const said = secret ? 'the one referred to' : JSON.stringify(text)
  return problem('dangling-reference', `no ${kind} ${said} for ${describe(entity)}`, document.whereIs(at), {
    hint: near.length === 0 ? undefined : `did you mean ${near.map(name => `"${name}"`).join(' or ')}?`,
  })
}
