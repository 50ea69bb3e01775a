/**
 * Validates an entity as Kong does: every field, then the rules across fields, all at once. Defaults are
 * already filled in (`defaults.ts`). The store checks rules between entities (unique and foreign keys).
 */

import { anyVersion, checkField, checkFields, checkValue, listOfNumbered } from './check-value.ts'
import type { Definition, Field, Fields, Shorthand, Version, Violations } from './define.ts'
import { addOwn, runEntityChecks } from './entity-checks.ts'
import { foreignFields } from './identity.ts'
import { changeSentences, sentences } from './messages.ts'
import type { Schemas } from './schemas.ts'
import { replacementOf, type Short, unreadIn } from './shorthands.ts'
import { narrowed, subschemaOf } from './subschemas.ts'
import { incompletePairs } from './transformations.ts'
import { asTable, isAbsent, isRecord } from './values.ts'

type Values = Readonly<Record<string, unknown>>

export interface ValidateOptions {
  /** A change to an entity that is there (PATCH): Kong words some rules differently. */
  readonly update?: boolean
  /** The values of the write, if the entity has more. */
  readonly written?: Values
  /** The stored entity. */
  readonly before?: Values
  /**
   * The input before defaults were filled in: lists and records that are absent there are the schema's own
   * and are not checked.
   */
  readonly defaulted?: Values
  /** No gateway is available, so its own plugins and the time of the write are unknown. Default: false. */
  readonly offline?: boolean
}

/**
 * @returns Kong's `fields` (`schemaViolation` builds the message), or undefined for a valid entity
 */
export function validateEntity(
  kind: string,
  entity: Values,
  schemas: Schemas,
  { update = false, written, before, defaulted, offline = false }: ValidateOptions = {},
): Violations | undefined {
  const definition = schemas.of(kind)
  const { version } = schemas
  const found = subschemaOf(definition, entity, schemas, offline)
  const fields = narrowed(definition.fields, found.subschema)
  const short = { fields, shorthand_fields: definition.shorthand_fields ?? {} }
  const unread = shorthandProblems(entity, short, version)
  if (unread !== undefined) return unread
  if (found.problem !== undefined) return found.problem
  // 2.8 drops a record with an unreadable short form and does not report that it is missing.
  const isLost = (name: string) => version.major < 3 && fields[name]?.fields && entity[name] === undefined
  const isTrusted = (name: string) => isLost(name) === true || isDefault(entity, name, defaulted)
  const problems = checkFields(entity, fields, version, isTrusted)
  add(problems, foreignProblems(definition, entity, problems, schemas))
  const checks = [...(definition.entity_checks ?? []), ...(found.subschema?.entity_checks ?? [])]
  runEntityChecks(checks, { checkField, entity, fields, problems, version, update })
  for (const sentence of written ? incompletePairs(definition, entity, written, before) : []) {
    addOwn(problems, sentence)
  }
  if (Object.keys(problems).length === 0) add(problems, definition.check?.(entity, version))
  if (Object.keys(problems).length === 0 && !offline) add(problems, definition.checkWrite?.(entity))
  if (Object.keys(problems).length === 0) return undefined
  return update ? changeSentences(problems) : problems
}

/** Unchanged default records, which need no check: checking them takes long. */
const isDefault = (entity: Values, name: string, given: Values | undefined): boolean =>
  given !== undefined &&
  !Object.hasOwn(given, name) &&
  typeof entity[name] === 'object' &&
  entity[name] !== null

/**
 * Kong stops at a short form that it cannot read. For nested records, 3.x reports the problem without the
 * name of the record; 2.8 drops the whole record.
 */
export function shorthandProblems(record: Values, short: Short, version: Version): Violations | undefined {
  const unread = [...unreadIn(record, short), ...unreadTwins(record, short)].map(([name, shorthand]) => {
    const problem = checkValue(record[name], shorthand, version) as Violations[string] | undefined
    return [name, problem ?? contradiction(name, record, shorthand)] as const
  })
  if (unread.length > 0) return Object.fromEntries(unread)
  if (version.major < 3) return undefined
  for (const [name, field] of recordsWithShort(short.fields)) {
    const inner = record[name]
    if (!isRecord(inner)) continue
    const { fields = {}, shorthand_fields = {} } = field
    const found = shorthandProblems(inner, { fields, shorthand_fields }, version)
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * The records among the fields that have short forms, in them or in a record below; looked for once for each
 * schema.
 */
function recordsWithShort(fields: Fields): readonly (readonly [name: string, field: Field])[] {
  const known = withShort.get(fields)
  if (known !== undefined) return known
  const found = Object.entries(fields).filter(
    ([, field]) =>
      field.type === 'record' &&
      field.fields !== undefined &&
      (field.shorthand_fields !== undefined || recordsWithShort(field.fields).length > 0),
  )
  withShort.set(fields, found)
  return found
}

const withShort = new WeakMap<Fields, readonly (readonly [name: string, field: Field])[]>()

/** Short forms whose name is also a field are checked as short forms first. */
const unreadTwins = (record: Values, { shorthand_fields }: Short): [name: string, shorthand: Shorthand][] =>
  Object.entries(shorthand_fields).filter(
    ([name, shorthand]) =>
      shorthand.implies !== undefined &&
      !isAbsent(record[name]) &&
      checkValue(record[name], shorthand, anyVersion) !== undefined,
  )

/** An old field name whose value differs from the new field's. */
function contradiction(name: string, record: Values, shorthand: Shorthand): string {
  const path = replacementOf(shorthand) ?? []
  let value: unknown = record
  for (const step of path) value = isRecord(value) ? value[step] : undefined
  return sentences.deprecated(name, record[name], path.join('.'), value)
}

/**
 * A reference without an id is checked like the entity that it refers to; problems of that entity come first.
 */
function foreignProblems(
  definition: Definition,
  entity: Values,
  problems: Violations,
  schemas: Schemas,
): Violations {
  const foreign: Violations = {}
  for (const { name, field } of foreignFields(definition)) {
    const value = asTable(entity[name])
    const owner = schemas.bySchema(field.reference)
    if (value === undefined || owner === undefined || !isRecord(problems[name])) continue
    const found = listOfNumbered(partProblems(owner, value, schemas))
    if (found !== undefined) foreign[name] = found as Violations[string]
  }
  return foreign
}

/** The problems of a partial entity: missing fields are allowed. */
function partProblems(definition: Definition, part: Values, schemas: Schemas): Violations | undefined {
  const { subschema, problem } = subschemaOf(definition, part, schemas)
  if (problem !== undefined) return problem
  const fields = narrowed(definition.fields, subschema)
  const given = Object.keys(part).flatMap(name => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    return field === undefined ? [] : [[name, field] as const]
  })
  const problems = checkFields(part, Object.fromEntries<Field>(given), schemas.version)
  return Object.keys(problems).length === 0 ? undefined : problems
}

function add(problems: Violations, more: Violations | undefined): void {
  for (const [name, problem] of Object.entries(more ?? {})) {
    if (name === '@entity' && Array.isArray(problem)) for (const one of problem) addOwn(problems, String(one))
    else problems[name] = problem
  }
}
