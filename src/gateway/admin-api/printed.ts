/** An entity as the Admin API prints it: as it is stored, and what deprecated names stood for beside the new ones. */
import { entityFields } from '../../entities/defaults.ts'
import type { Definition, Entity, Field, Shorthand } from '../../entities/define.ts'
import { isRecord } from '../../entities/rules.ts'
import { secondsLeft } from '../store/expiry.ts'
import type { Admin } from './endpoint.ts'

type Values = Readonly<Record<string, unknown>>

export function printed(definition: Definition, entity: Entity, { store, around }: Admin): Values {
  const fields = entityFields(definition, entity, store.schemas)
  const values: Record<string, unknown> = { ...entity }
  if (definition.ttl === true) values['ttl'] = secondsLeft(entity['ttl'], around.now())
  for (const [name, field] of Object.entries(fields)) {
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
    const path = replacement(shorthand)
    if (path !== undefined) record[name] = valueAt(value, path)
  }
  return record
}

function replacement(shorthand: Shorthand): readonly string[] | undefined {
  const deprecation = shorthand.deprecation as { replaced_with?: { path: string[] }[] } | undefined
  return deprecation?.replaced_with?.[0]?.path
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let current = value
  for (const step of path) current = isRecord(current) ? current[step] : undefined
  return current ?? null
}
