/**
 * Lists where a mapping belongs. Kong takes an empty list for an empty mapping, as both are the same to Lua, and looks at any other as at a mapping
 * with numbers for keys; decK 1.65 refuses both. What is inside of a configuration is for the schema of its plugin to say.
 */
import type { Field, Fields } from '../entities/language/define.ts'
import { isRecord } from '../entities/language/values.ts'
import type { Diagnostic } from '../errors.ts'
import type { Path } from '../state/state.ts'
import { type Document, valueAt } from './document.ts'
import { describe, type FileEntity } from './nesting.ts'
import { problem } from './problem.ts'

export function checkMappings(entity: FileEntity): Diagnostic[] {
  const { definition, values, document, path } = entity
  const label = describe(entity)
  return listsIn(values, definition.fields).map(at => expected(document, path, at, label))
}

function expected(document: Document, path: Path, at: Path, label: string): Diagnostic {
  const where = [...path, ...at]
  const value = valueAt(document.content, where)
  const isEmpty = Array.isArray(value) && value.length === 0
  return problem('wrong-type', `${at.join('.')}: expected a mapping (${label})`, document.whereIs(where), {
    hint: isEmpty ? 'write {}, or leave the field out' : 'write each line as "key: value", without a dash',
  })
}

const mappings: ReadonlySet<string> = new Set(['record', 'map', 'json'])

function listsIn(values: Readonly<Record<string, unknown>>, fields: Fields): Path[] {
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
