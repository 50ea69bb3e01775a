/**
 * Which fields of a file have values of environment variables, by name: a log of requests shows these fields
 * of no entity.
 */
import { expandShorthands } from '../entities/language/shorthands.ts'
import { isRecord } from '../entities/language/values.ts'
import type { Path } from '../state/state.ts'
import type { Document } from './document.ts'
import type { StateFile } from './merge.ts'
import type { FileEntity } from './nesting.ts'

export function filledFields({ documents, entities }: StateFile): ReadonlySet<string> {
  const names = new Set(documents.flatMap(document => [...namesBelow(document, document.content, [], '')]))
  for (const entity of names.size === 0 ? [] : entities)
    for (const name of expanded(entity, names)) names.add(name)
  return names
}

function* namesBelow(document: Document, value: unknown, path: Path, name: string): Generator<string> {
  if (!document.isSecret(path)) return
  if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* namesBelow(document, item, [...path, index], name)
  else if (isRecord(value))
    for (const [key, inner] of Object.entries(value)) yield* namesBelow(document, inner, [...path, key], key)
  else yield name
}

/** The fields of a short form: `host` and `port` for `url`. */
function expanded({ definition, values }: FileEntity, names: ReadonlySet<string>): string[] {
  const { shorthand_fields: shorthands, fields } = definition
  return Object.keys(shorthands ?? {}).flatMap(name =>
    names.has(name) && values[name] !== undefined
      ? Object.keys(expandShorthands({ [name]: values[name] }, shorthands, fields))
      : [],
  )
}
