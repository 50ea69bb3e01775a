/** Kong's schemas, `/schemas/…`, as lists of named fields. */
import { isRecord } from './admin-api.ts'
import type { Kind } from './presentation.ts'

export interface Conditional {
  readonly if_field: string
  readonly if_match: Readonly<Record<string, unknown>>
  readonly then_field: string
  readonly then_match: Readonly<Record<string, unknown>>
}

export interface Check {
  readonly conditional?: Conditional
}

/** The words of a field that the page reads. */
export interface Field {
  readonly type: string
  readonly required?: boolean
  readonly default?: unknown
  readonly auto?: boolean
  readonly unique?: boolean
  readonly timestamp?: boolean
  readonly one_of?: readonly (string | number | boolean)[]
  readonly between?: readonly [number, number]
  readonly gt?: number
  /** 0: an empty text is a value. */
  readonly len_min?: number
  readonly elements?: Field
  readonly keys?: Field
  readonly values?: Field
  readonly fields?: readonly NamedField[]
  readonly entity_checks?: readonly Check[]
  /** The kind that it refers to; where it is a text and not `foreign`, by id. */
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

/** Kong lists fields as objects with one key; a field that must be null is omitted. */
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

/**
 * Each schema is requested once.
 *
 * @param get of the Admin API
 * @param kindBySchema how a kind is presented
 */
export function createSchemas(
  get: (path: string) => Promise<unknown>,
  kindBySchema: (schema: string) => Kind | undefined,
): Schemas {
  const known = new Map<string, Promise<Schema>>()
  const of = (name: string): Promise<Schema> => {
    const found =
      known.get(name) ?? get(`/schemas/${name}`).then(json => presented(schemaFrom(json), kindBySchema(name)))
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
      return own === undefined ? schema : presented(narrowed(schema, own), { references: kind.references })
    },
  }
}

/** A plugin's own schema of a field wins over the schema of all plugins. */
function narrowed(schema: Schema, own: Schema): Schema {
  const fields = schema.fields.flatMap(({ name, field }) => {
    const said = own.fields.find(one => one.name === name)?.field
    const merged = said === undefined ? field : { ...field, ...said }
    const mustBeNull = said !== undefined && 'eq' in said && said.eq === null
    return mustBeNull ? [] : [{ name, field: merged }]
  })
  return { fields, checks: [...schema.checks, ...own.checks] }
}

/** Additions of the presentation to the schema: hidden fields, and texts that are ids of other entities. */
function presented(
  schema: Schema,
  {
    more = [],
    references = {},
  }: { readonly more?: Kind['more']; readonly references?: Kind['references'] } = {},
): Schema {
  const missing = more.filter(({ name }) => schema.fields.every(one => one.name !== name))
  return { ...schema, fields: referring([...schema.fields, ...missing], references, '') }
}

function referring(
  fields: readonly NamedField[],
  references: Readonly<Record<string, string>>,
  above: string,
): NamedField[] {
  return fields.map(({ name, field }) => {
    const path = above + name
    const reference = references[path]
    const isAbove = Object.keys(references).some(one => one.startsWith(`${path}.`))
    if (isAbove && field.fields !== undefined) {
      return { name, field: { ...field, fields: referring(field.fields, references, `${path}.`) } }
    }
    if (reference === undefined) return { name, field }
    const { elements } = field
    return {
      name,
      field: elements ? { ...field, elements: { ...elements, reference } } : { ...field, reference },
    }
  })
}
