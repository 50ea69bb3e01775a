/**
 * Definitions as Kong prints them at `GET /schemas/<kind>` and `GET /schemas/plugins/<name>`, and back: the
 * CLI reads the same answers from a real Kong. Kong lists fields as one-entry objects, to keep their order.
 */
import type { EntityCheck, Field, Fields, Version } from './define.ts'
import type { PluginSchema } from './schemas.ts'
import { isRecord } from './values.ts'

type Json = Record<string, unknown>

/** Our own properties, which Kong has in code. */
const unprinted = new Set([
  'format',
  'check',
  'holds',
  'nest',
  'mapping',
  'secret',
  'since',
  'until',
  'renamed_to',
  'was',
  'expand',
  'implies',
  'gives',
  'never_null',
  'overwritten',
  'immutable',
])

/** Words that came with 3.x. */
const printedSince3 = new Set(['description', 'deprecation'])

/** A kind or a plugin, already resolved at the version. */
export interface Printable {
  readonly fields: Fields
  readonly entity_checks?: readonly EntityCheck[]
}

export function toSchemaJson(definition: Printable | PluginSchema, version: Version): Json {
  const printed: Json = { fields: fieldList(definition.fields, version) }
  if (version.major >= 3) printed['entity_checks'] = printedChecks(definition.entity_checks ?? [])
  return printed
}

function printedChecks(checks: readonly EntityCheck[]): Json[] {
  return checks
    .filter(check => check.hidden !== true && check.at_least_one_when === undefined)
    .map(({ since: _since, until: _until, hidden: _hidden, ...check }) => printedCheck(check))
}

/** Prints the fields of a rule, but not its function. */
function printedCheck(check: EntityCheck): Json {
  if (check.custom_entity_check === undefined) return check as Json
  const { fn: _fn, ...printed } = check.custom_entity_check
  return { custom_entity_check: printed }
}

const fieldList = (fields: Fields, version: Version): Json[] =>
  Object.entries(fields)
    .filter(([, field]) => field.hidden !== true)
    .map(([name, field]) => ({ [name]: fieldJson(field, version) }))

function fieldJson(field: Field, version: Version): Json {
  const json: Json = {}
  for (const [word, value] of Object.entries(field)) {
    if (unprinted.has(word) || (version.major < 3 && printedSince3.has(word))) continue
    json[word] = wordJson(word, value, version)
  }
  return json
}

function wordJson(word: string, value: unknown, version: Version): unknown {
  // These three hold fields; all other words hold plain values.
  if (word === 'fields' || word === 'shorthand_fields') return fieldList(value as Fields, version)
  if (word === 'elements' || word === 'keys' || word === 'values') return fieldJson(value as Field, version)
  if (word === 'entity_checks') return printedChecks(value as readonly EntityCheck[])
  return value
}

/** Parses a printed schema. Unknown properties are kept; entries that are no fields are skipped. */
export function fieldsFromSchemaJson(json: unknown): Fields {
  return isRecord(json) ? fieldsFromList(json['fields']) : {}
}

function fieldsFromList(list: unknown): Fields {
  if (!Array.isArray(list)) return {}
  return Object.fromEntries(
    list.flatMap((entry: unknown) =>
      isRecord(entry)
        ? Object.entries(entry).flatMap(([name, field]) =>
            isRecord(field) ? [[name, fieldFrom(field)] as const] : [],
          )
        : [],
    ),
  )
}

function fieldFrom(json: Readonly<Record<string, unknown>>): Field {
  const field: Json = {}
  for (const [word, value] of Object.entries(json)) {
    if (word === 'fields' || word === 'shorthand_fields') field[word] = fieldsFromList(value)
    else if ((word === 'elements' || word === 'keys' || word === 'values') && isRecord(value))
      field[word] = fieldFrom(value)
    else field[word] = value
  }
  return field as unknown as Field // made word by word from a server's field, which is one by definition
}

/** A plugin's schema from a server's answer at `/schemas/plugins/<name>`. */
export function pluginFromSchemaJson(name: string, json: unknown): PluginSchema {
  const checks = isRecord(json) ? json['entity_checks'] : undefined
  return {
    name,
    fields: fieldsFromSchemaJson(json),
    ...(Array.isArray(checks) && { entity_checks: checks as readonly EntityCheck[] }),
  }
}
