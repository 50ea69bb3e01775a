/** An entity as the Admin API prints it: the stored fields, and deprecated names beside the new ones. */

import type { Definition, Entity, Field } from '../../entities/language/define.ts'
import { replacementOf } from '../../entities/language/shorthands.ts'
import { entityFields } from '../../entities/language/subschemas.ts'
import { isRecord } from '../../entities/language/values.ts'
import { secondsLeft } from '../store/expiry.ts'
import type { Admin } from './endpoint.ts'

type Values = Readonly<Record<string, unknown>>

export function printed(definition: Definition, entity: Entity, { store, around }: Admin): Values {
  const fields = entityFields(definition, entity, store.schemas)
  const values: Record<string, unknown> = { ...entity }
  if (definition.ttl === true && 'ttl' in entity) values['ttl'] = secondsLeft(entity['ttl'], around.now())
  for (const [name, field] of Object.entries(fields)) {
    if (field.transient === true && field.hidden !== true) values[name] ??= null
    if (field.type === 'record') values[name] = printedRecord(values[name], field)
  }
  return values
}

function printedRecord(value: unknown, field: Field): unknown {
  if (!isRecord(value) || field.fields === undefined) return value
  const record: Record<string, unknown> = { ...value }
  for (const [name, inner] of Object.entries(field.fields)) {
    if (inner.type === 'record') record[name] = printedRecord(record[name], inner)
  }
  for (const [name, shorthand] of Object.entries(field.shorthand_fields ?? {})) {
    const path = shorthand.deprecation === undefined ? undefined : replacementOf(shorthand)
    if (path !== undefined) record[name] = valueAt(value, path)
  }
  return record
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let current = value
  for (const step of path) current = isRecord(current) ? current[step] : undefined
  return current ?? null
}
