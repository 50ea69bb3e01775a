/** Kong's schemas, `/schemas/…`, as lists of named fields. */
import { admin, isRecord } from './api.ts'
import type { Kind } from './kinds.ts'

export interface Check {
  readonly conditional?: {
    readonly if_field: string
    readonly if_match: Readonly<Record<string, unknown>>
    readonly then_field: string
    readonly then_match: Readonly<Record<string, unknown>>
  }
}

/** The words of a field that the page reads. */
export interface Field {
  readonly type: string
  readonly required?: boolean
  readonly default?: unknown
  readonly auto?: boolean
  readonly timestamp?: boolean
  readonly one_of?: readonly (string | number | boolean)[]
  readonly between?: readonly [number, number]
  readonly gt?: number
  readonly elements?: Field
  readonly keys?: Field
  readonly values?: Field
  readonly fields?: readonly NamedField[]
  readonly entity_checks?: readonly Check[]
  readonly reference?: string
  readonly on_delete?: string
  readonly description?: string
  readonly encrypted?: boolean
  readonly referenceable?: boolean
  readonly abstract?: boolean
  readonly eq?: unknown
}

export interface NamedField {
  readonly name: string
  readonly field: Field
}

export interface Schema {
  readonly fields: readonly NamedField[]
  readonly checks: readonly Check[]
}

/** Kong lists fields as objects of one entry; a field that must be null is none. */
function fieldsFrom(list: unknown): NamedField[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((entry: unknown) =>
    isRecord(entry)
      ? Object.entries(entry).flatMap(([name, field]) =>
          isRecord(field) ? [{ name, field: fieldFrom(field) }] : [],
        )
      : [],
  )
}

function fieldFrom(json: Record<string, unknown>): Field {
  const inner = (word: string) => (isRecord(json[word]) ? { [word]: fieldFrom(json[word]) } : {})
  const field = {
    ...json,
    ...inner('elements'),
    ...inner('keys'),
    ...inner('values'),
    ...(json['fields'] !== undefined && { fields: fieldsFrom(json['fields']) }),
    type: String(json['type']),
  }
  return {
    ...field,
    ...(Array.isArray(json['entity_checks']) && { entity_checks: json['entity_checks'] as Check[] }),
  }
}

function schemaFrom(json: unknown): Schema {
  if (!isRecord(json)) return { fields: [], checks: [] }
  const checks = Array.isArray(json['entity_checks']) ? (json['entity_checks'] as Check[]) : []
  return { fields: fieldsFrom(json['fields']), checks }
}

export interface Schemas {
  /** @throws ApiError where this gateway does not know it */
  of(schema: string): Promise<Schema>
  /** With `config` as the value of another field wants it, where the kind is such. */
  ofEntity(kind: Kind, entity: Readonly<Record<string, unknown>>): Promise<Schema>
}

/** Each schema is asked for once. */
export function createSchemas(): Schemas {
  const known = new Map<string, Promise<Schema>>()
  const of = (name: string): Promise<Schema> => {
    const found = known.get(name) ?? admin.get(`/schemas/${name}`).then(schemaFrom)
    known.set(name, found)
    found.catch(() => known.delete(name))
    return found
  }
  return {
    of,
    ofEntity: async (kind, entity) => {
      const schema = await of(kind.schema)
      const name = kind.config && entity[kind.config.by]
      if (kind.config === undefined || typeof name !== 'string' || name === '') return schema
      const own = await of(`${kind.config.from}/${encodeURIComponent(name)}`).catch(() => undefined)
      return own === undefined ? schema : narrowed(schema, own)
    },
  }
}

/** What a plugin says of a field counts more than what all plugins say. */
function narrowed(schema: Schema, own: Schema): Schema {
  const fields = schema.fields.flatMap(({ name, field }) => {
    const said = own.fields.find(one => one.name === name)?.field
    const merged = said === undefined ? field : { ...field, ...said }
    const mustBeNull = said !== undefined && 'eq' in said && said.eq === null
    return mustBeNull ? [] : [{ name, field: merged }]
  })
  return { fields, checks: [...schema.checks, ...own.checks] }
}
