/**
 * Checks one value against its field, at all depths: its type, its nested values, the field's rules, its
 * format, and its own check. `entity-checks.ts` has rules across the fields of a record, `validate.ts`
 * checks whole entities.
 */

import { formats } from '../text/formats.ts'
import type { Field, Fields, Version, Violations } from './define.ts'
import { runEntityChecks } from './entity-checks.ts'
import { checkRules } from './field-words.ts'
import { sentences } from './messages.ts'
import { asTable, isAbsent, isRecord, isReference, type Values } from './values.ts'

/** A problem of a value: a sentence; for lists, a sentence per invalid element; for records, Violations. */
export type Problem = string | readonly (string | Violations | null)[] | Violations

/** Checks an existing value. The check of the surrounding record handles Kong's `required`. */
export function checkValue(value: unknown, field: Field, version: Version): Problem | undefined {
  if (field.eq === null) return field.err ?? sentences.eq(null)
  const problem = checkType(value, field, version)
  if (problem !== undefined) return problem
  if (field.type === 'string' && field.referenceable === true && isReference(value)) return undefined
  return checkRules(value, field) ?? checkFormat(value, field, version) ?? field.check?.(value, version)
}

/** The same for a value that may be absent. */
export function checkField(value: unknown, field: Field, version: Version): Problem | undefined {
  if (!isAbsent(value)) return checkValue(value, field, version)
  if (field.ne === null) return field.err ?? sentences.ne(null)
  if (!isAbsent(field.eq)) return sentences.eq(field.eq)
  // A generated field may be absent, but not null.
  const isMissing = field.required === true && (field.auto !== true || value === null)
  return isMissing ? sentences.required : undefined
}

function checkType(value: unknown, field: Field, version: Version): Problem | undefined {
  switch (field.type) {
    case 'string':
      return typeof value === 'string' ? undefined : sentences.string
    case 'boolean':
      return typeof value === 'boolean' ? undefined : sentences.boolean
    case 'number':
      return typeof value === 'number' ? undefined : sentences.number
    case 'integer':
      return Number.isInteger(value) ? undefined : sentences.integer
    case 'set':
    case 'array':
      if (!Array.isArray(value)) return sentences[field.type]
      return field.elements && checkElements(value, field.elements, version)
    case 'map':
      // The keys of a list are numbers.
      if (Array.isArray(value) && field.keys?.type === 'string') return sentences.string
      return isRecord(value) ? checkMap(value, field, version) : sentences.map
    case 'record': {
      const record = asTable(value)
      if (record === undefined) return sentences.record
      return field.fields && listOfNumbered(checkRecord(record, field, version))
    }
    case 'foreign':
      return referenceProblem(asTable(value))
    case 'json':
      return undefined
  }
}

/** And problems of 1, 2 … n alone are printed as a list. */
export function listOfNumbered(problems: Violations | undefined): Problem | undefined {
  const names = Object.keys(problems ?? {})
  if (problems === undefined || !names.every((name, index) => name === String(index + 1))) return problems
  return names.map(name => problems[name] as string | Violations)
}

/** An id is all that a reference needs; what else it says does not matter then. */
function referenceProblem(reference: Values | undefined): Violations | undefined {
  const id = reference?.['id']
  if (id === undefined) return { id: sentences.foreign }
  if (id === null) return { id: sentences.required }
  const problem = checkValue(id, idOfReference, anyVersion)
  return problem === undefined ? undefined : { id: String(problem) }
}

const idOfReference: Field = { type: 'string', uuid: true }

/** Keeps an invalid id, so that the checks refuse it; a missing id is replaced by the right one. */
export const rightId = (given: unknown, id: string): unknown =>
  isAbsent(given) || checkValue(given, idOfReference, anyVersion) === undefined ? id : given

/** The rules of ids, and of short forms, are the same in all versions. */
export const anyVersion: Version = { major: 3, minor: 0, text: '3.0' }

/** An element of a list or a map is always required, whatever its field says. */
const present = (field: Field): Field => (field.required === true ? field : { ...field, required: true })

function checkElements(
  list: readonly unknown[],
  element: Field,
  version: Version,
): Exclude<Problem, string> | undefined {
  const field = present(element)
  let last = -1
  const problems = list.map((item, index) => {
    const problem = checkField(item, field, version)
    if (problem !== undefined) last = index
    return problem === undefined ? null : (problem as string | Violations)
  })
  return last === -1 ? undefined : problems.slice(0, last + 1)
}

/** The first problem of a key or value is the problem of the whole map. */
function checkMap(map: Values, field: Field, version: Version): Problem | undefined {
  for (const [key, value] of Object.entries(map)) {
    const badKey = field.keys && checkValue(key, field.keys, version)
    if (badKey !== undefined) return badKey
    const bad = field.values && checkField(value, present(field.values), version)
    if (bad !== undefined) return bad
  }
  return undefined
}

/** A nested record: its fields, those it does not have, and its own rules across fields. */
function checkRecord(record: Values, field: Field, version: Version): Violations | undefined {
  const fields = field.fields ?? {}
  const problems = checkFields(record, fields, version)
  runEntityChecks(field.entity_checks ?? [], { checkField, entity: record, fields, problems, version })
  return Object.keys(problems).length === 0 ? undefined : problems
}

/**
 * Checks every field of a record; missing required fields; unknown fields.
 *
 * @param trusted fields whose values are the schema's own defaults, which need no check
 */
export function checkFields(
  record: Values,
  fields: Fields,
  version: Version,
  trusted: (name: string) => boolean = () => false,
): Violations {
  // Without a prototype: `__proto__` and `constructor` are names like others.
  const problems: Violations = Object.create(null)
  for (const [name, value] of Object.entries(record)) {
    if (value !== undefined && !Object.hasOwn(fields, name)) problems[name] = sentences.unknown
  }
  for (const [name, field] of Object.entries(fields)) {
    if (field.overwritten === true || trusted(name)) continue
    const problem = checkField(record[name], field, version)
    if (problem !== undefined) problems[name] = problem
  }
  return problems
}

/** A format is looked at last: Kong runs a field's own function after its words. */
function checkFormat(value: unknown, field: Field, version: Version): string | undefined {
  if (field.format === undefined || typeof value !== 'string') return undefined
  const problem = formats[field.format](value, version)
  return problem === undefined ? undefined : (field.err ?? problem)
}
