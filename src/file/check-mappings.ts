/**
 * Lists where a mapping belongs. Kong takes an empty list for an empty mapping, as both are the same to Lua,
 * and looks at any other as at a mapping with numbers for keys; decK 1.65 refuses both. What is inside of a
 * configuration is for the schema of its plugin to say.
 */
import type { Field, Fields } from '../entities/language/define.ts'
import { isRecord } from '../entities/language/values.ts'
import type { Diagnostic } from '../errors.ts'
import type { Path } from '../state/state.ts'
import { type Document, valueAt } from './document.ts'
import { describe, type FileEntity } from './nesting.ts'
import { problem } from './problem.ts'

type Values = Readonly<Record<string, unknown>>

export function checkMappings(entity: FileEntity): Diagnostic[] {
  const found = listsIn(entity.values, entity.definition.fields)
  // Only a message needs the label, and there are thousands of entities without one.
  return found.length === 0 ? [] : found.map(at => expected(at, { ...entity, label: describe(entity) }))
}

interface About {
  readonly document: Document
  readonly path: Path
  /** For the message: `service "a"`. */
  readonly label: string
}

export const mappingProblems = (values: Values, fields: Fields, about: About): Diagnostic[] =>
  listsIn(values, fields).map(at => expected(at, about))

function expected(at: Path, { document, path, label }: About): Diagnostic {
  const where = [...path, ...at]
  const value = valueAt(document.content, where)
  const isEmpty = Array.isArray(value) && value.length === 0
  return problem('wrong-type', `${at.join('.')}: expected a mapping (${label})`, document.whereIs(where), {
    hint: isEmpty ? 'write {}, or leave the field out' : 'write each line as "key: value", without a dash',
  })
}

const mappings: ReadonlySet<string> = new Set(['record', 'map', 'json'])

function listsIn(values: Values, fields: Fields): Path[] {
  return Object.entries(values).flatMap(([name, value]) =>
    listsAt(value, Object.hasOwn(fields, name) ? fields[name] : undefined, [name]),
  )
}

function listsAt(value: unknown, field: Field | undefined, path: Path): Path[] {
  if (field === undefined) return []
  if (Array.isArray(value)) {
    if (mappings.has(field.type)) return [path]
    return value.flatMap((item: unknown, index) => listsAt(item, field.elements, [...path, index]))
  }
  if (!isRecord(value)) return []
  return listsIn(value, field.fields ?? {}).map(inner => [...path, ...inner])
}
