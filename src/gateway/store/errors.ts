/**
 * Kong's numbered errors: their names, messages and HTTP statuses (source: the recorded responses of Kong
 * 2.8 and 3.9). Any code may throw them; the Admin API's server turns them into responses.
 * `entities/language/messages.ts` has the messages about single fields.
 */
import type { Violations } from '../../entities/language/define.ts'
import { schemaViolation } from '../../entities/language/messages.ts'
import { luaText } from '../../entities/text/lua-text.ts'
import { DeckError } from '../../errors.ts'

const codes = {
  'invalid primary key': 1,
  'schema violation': 2,
  'primary key violation': 3,
  'foreign key violation': 4,
  'unique constraint violation': 5,
  'not found': 6,
  'invalid offset': 7,
  'invalid size': 9,
  'invalid unique': 10,
  'invalid options': 11,
  'operation unsupported': 12,
  'foreign keys unresolved': 13,
  'referenced by others': 19,
  'invalid declarative configuration': 14,
} as const

type Name = keyof typeof codes

/** The one map from Kong's errors to HTTP; what is not named here is a 400. */
const statuses: Partial<Record<Name, number>> = {
  'unique constraint violation': 409,
  'not found': 404,
  'operation unsupported': 405,
}

type Values = Readonly<Record<string, unknown>>

/** One of Kong's numbered errors; `body` is what the Admin API answers. */
export class KongError extends Error {
  readonly status: number
  readonly body: Values

  constructor(name: Name, message: string, details: Values = {}) {
    super(message)
    this.name = 'KongError'
    this.status = statuses[name] ?? 400
    this.body = { message, name, code: codes[name], ...details }
  }
}

/** A change that cannot be stored because of the disk, not of the request: 500, with the reason. */
export class StorageError extends DeckError {}

/** Kong prints the problem in the place of the key. */
export const invalidPrimaryKey = (problem: string): KongError =>
  new KongError('invalid primary key', `invalid primary key: '${luaText({ id: problem })}'`, {
    fields: { id: problem },
  })

export const brokenSchema = (violations: Violations): KongError =>
  new KongError('schema violation', schemaViolation(violations), { fields: violations })

export const primaryKeyTaken = (id: string): KongError =>
  new KongError('primary key violation', `primary key violation on key '${luaText({ id })}'`, {
    fields: { id },
  })

/** Kong's message if its database refuses null: the same for every field. */
export const nullRefused = (key: Values): KongError =>
  new KongError('primary key violation', `primary key violation on key '${luaText(key)}'`, { fields: key })

export const uniqueKeyTaken = (key: Values): KongError =>
  new KongError(
    'unique constraint violation',
    `UNIQUE violation detected on '${luaText(key).replaceAll('"userdata: NULL"', 'null')}'`,
    { fields: key },
  )

export const danglingReference = (field: string, id: string, schema: string): KongError =>
  new KongError(
    'foreign key violation',
    `the foreign key '${luaText({ id })}' does not reference an existing '${schema}' entity.`,
    { fields: { [field]: { id } } },
  )

export const stillReferenced = (schema: string, by: string): KongError =>
  new KongError('foreign key violation', `an existing '${by}' entity references this '${schema}' entity`, {
    fields: { '@referenced_by': by },
  })

/** @param what how the deleted is called: `ca certificate` */
export const stillHeld = (what: string, id: string, by: string, holder: string): KongError =>
  new KongError('referenced by others', `${what} ${id} is still referenced by ${by} (id = ${holder})`)

export const noEntityWithId = (id: string): KongError =>
  new KongError('not found', `could not find the entity with primary key '${luaText({ id })}'`, {
    fields: { id },
  })

export const noEntityWithKey = (key: Values): KongError =>
  new KongError('not found', `could not find the entity with '${luaText(key)}'`, { fields: key })

export const invalidOffset = (offset: string, problem: string): KongError =>
  new KongError('invalid offset', `'${offset}' is not a valid offset: ${problem}`)

export const invalidSize = (problem: string): KongError => new KongError('invalid size', problem)

export const invalidUnique = (field: string, problem: string): KongError =>
  new KongError('invalid unique', problem, { name: `invalid unique ${field}` })

export const invalidOption = (option: string, problem: string): KongError =>
  new KongError('invalid options', `invalid option (${option}: ${problem})`, {
    options: { [option]: problem },
  })

/** One reference by another field than the id that leads nowhere. */
export interface Unresolved {
  readonly field: string
  readonly by: string
  readonly value: unknown
  readonly schema: string
}

export function unresolvedReferences(unresolved: readonly Unresolved[]): KongError {
  const fields: Record<string, Record<string, string>> = {}
  const lines = unresolved.map(({ field, by, value, schema }) => {
    const problem = `the foreign key cannot be resolved with '${luaText({ [by]: value })}' for an existing '${schema}' entity`
    fields[field] = { ...fields[field], [by]: problem }
    return `${field}.${by}: ${problem}`
  })
  const head = lines.length > 1 ? `${lines.length} foreign keys unresolved` : 'foreign key unresolved'
  return new KongError('foreign keys unresolved', `${head} (${lines.join('; ')})`, { fields })
}

/** @param by the field in the request's path, if not the id */
export const unsupportedWithoutDatabase = (operation: string, schema: string, by?: string): KongError =>
  new KongError(
    'operation unsupported',
    `cannot ${operation} '${schema}' entities ${by === undefined ? '' : `by '${by}' `}when not using a database`,
  )

/** @param flattened the errors by entity, if requested; an empty list is printed as a record, as by Lua */
export const declarativeProblem = (violations: Violations, flattened?: readonly unknown[]): KongError =>
  new KongError(
    'invalid declarative configuration',
    `declarative config is invalid: ${luaText(violations)}`,
    {
      fields: violations,
      ...(flattened && { flattened_errors: flattened.length === 0 ? {} : flattened }),
    },
  )
