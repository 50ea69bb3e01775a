/**
 * An entity against its definition, as Kong checks it: every field, then the rules across fields, all at once. The value has
 * its defaults already (`defaults.ts`); what other entities say (unique, foreign keys) is the store's business.
 */

import { replacementOf } from './defaults.ts'
import type { Definition, EntityCheck, Field, Fields, Subschema, Violations } from './define.ts'
import { foreignFields } from './identity.ts'
import { sentences } from './messages.ts'
import { checkFields, checkRules, checkValue, isAbsent, isRecord } from './rules.ts'
import type { Schemas } from './schemas.ts'

type Values = Readonly<Record<string, unknown>>

export interface ValidateOptions {
  /** A change to an entity that is there (PATCH): Kong words one rule differently. */
  readonly update?: boolean
}

/**
 * @returns Kong's `fields` (`schemaViolation` makes the message of them), or undefined where nothing is wrong
 */
export function validateEntity(
  kind: string,
  entity: Values,
  schemas: Schemas,
  options: ValidateOptions = {},
): Violations | undefined {
  const definition = schemas.of(kind)
  const unread = checkFields(unexpanded(definition, entity), {}, schemas.version, definition.shorthand_fields)
  if (Object.keys(unread).length > 0) return unread
  const found = subschemaOf(definition, entity, schemas)
  const contradicting = contradictions(entity, narrowed(definition.fields, found.subschema))
  if (contradicting !== undefined) return contradicting
  if (found.problem !== undefined && definition.subschema?.unknown !== undefined) return found.problem
  if (found.problem !== undefined) return { ...checkOwnFields(definition, entity, schemas), ...found.problem }
  const fields = narrowed(definition.fields, found.subschema)
  const problems = checkFields(entity, fields, schemas.version, definition.shorthand_fields)
  const checks = [...(definition.entity_checks ?? []), ...(found.subschema?.entity_checks ?? [])]
  add(problems, foreignProblems(definition, entity, schemas))
  for (const check of checks) runCheck(check, entity, fields, problems, schemas, options)
  if (Object.keys(problems).length === 0) add(problems, found.check?.(entity, schemas.version))
  add(problems, Object.keys(problems).length === 0 ? definition.check?.(entity, schemas.version) : undefined)
  return Object.keys(problems).length === 0 ? undefined : problems
}

/** What is written the short way and could not be read: Kong looks no further then. */
function unexpanded(definition: Definition, entity: Values): Values {
  const names = Object.keys(definition.shorthand_fields ?? {}).filter(name => !(name in definition.fields))
  return Object.fromEntries(names.filter(name => name in entity).map(name => [name, entity[name]]))
}

/** Old names in records that say something else than the new ones; Kong tells them without the record's name. */
function contradictions(entity: Values, fields: Fields): Violations | undefined {
  for (const [name, field] of Object.entries(fields)) {
    const record = entity[name]
    if (field.type !== 'record' || !isRecord(record)) continue
    for (const [old, shorthand] of Object.entries(field.shorthand_fields ?? {})) {
      const path = replacementOf(shorthand)?.join('.')
      if (path === undefined || path === old || isAbsent(record[old])) continue
      return { [old]: sentences.deprecated(old, record[old], path, at(record, path)) }
    }
  }
  return undefined
}

/** A reference by what the other kind does not have. */
function foreignProblems(definition: Definition, entity: Values, schemas: Schemas): Violations {
  const problems: Violations = {}
  for (const { name, field } of foreignFields(definition)) {
    const value = entity[name]
    const known = schemas.bySchema(field.reference)?.fields
    if (!isRecord(value) || known === undefined) continue
    const unknown = Object.keys(value).filter(key => !(key in known))
    if (unknown.length > 0) problems[name] = Object.fromEntries(unknown.map(key => [key, sentences.unknown]))
  }
  return problems
}

/** What of an entity with an unknown type (a plugin that is not there) can still be checked. */
function checkOwnFields(definition: Definition, entity: Values, schemas: Schemas): Violations {
  const { config: _unknowable, ...fields } = definition.fields
  const { config: _value, ...rest } = entity
  return checkFields(
    rest,
    definition.subschema?.types === undefined ? fields : definition.fields,
    schemas.version,
  )
}

interface FoundSubschema {
  readonly subschema?: Subschema
  readonly check?: Definition['check']
  readonly problem?: Violations
}

/** The types that a value of the definition's key selects: written in the definition, or known by name (plugins). */
export function subschemaOf(definition: Definition, entity: Values, schemas: Schemas): FoundSubschema {
  const { key, types, unknown = sentences.unknownType } = definition.subschema ?? {}
  if (key === undefined) return {}
  const value = entity[key]
  if (types === undefined) return pluginSubschema(key, value, schemas)
  if (isAbsent(value)) return { problem: { [key]: sentences.required } }
  const list = Array.isArray(value) ? value : [value]
  const known = list.find(one => typeof one === 'string' && Object.hasOwn(types, one))
  if (known !== undefined) return { subschema: types[String(known)] ?? { fields: {} } }
  return { problem: { [key]: unknown(list[0] ?? 'nil') } }
}

function pluginSubschema(key: string, value: unknown, schemas: Schemas): FoundSubschema {
  if (typeof value !== 'string') return {}
  const plugin = schemas.plugin(value)
  if (plugin === undefined) return { problem: { [key]: sentences.pluginNotEnabled(value) } }
  return {
    subschema: {
      fields: plugin.fields,
      ...(plugin.entity_checks && { entity_checks: plugin.entity_checks }),
    },
    ...(plugin.check && { check: plugin.check }),
  }
}

/** The subschema's words replace the definition's, field by field. */
export function narrowed(fields: Fields, subschema: Subschema | undefined): Fields {
  if (subschema === undefined) return fields
  const merged: Record<string, Field> = { ...fields }
  for (const [name, words] of Object.entries(subschema.fields)) {
    const field = fields[name]
    if (field !== undefined) merged[name] = { ...field, ...words }
  }
  return merged
}

function runCheck(
  check: EntityCheck,
  entity: Values,
  fields: Fields,
  problems: Violations,
  schemas: Schemas,
  options: ValidateOptions,
): void {
  if (check.conditional !== undefined) runConditional(check.conditional, entity, fields, problems, schemas)
  // A change that leaves not even the record that would hold them is told that alone.
  const missing = check.at_least_one_of?.every(path => at(entity, path) === undefined)
  const looksAt = options.update !== true || missing !== true
  if (looksAt && check.at_least_one_of?.every(path => isEmpty(at(entity, path)))) {
    const say = options.update === true ? sentences.atLeastOneOfOnUpdate : sentences.atLeastOneOf
    addOwn(problems, say(check.at_least_one_of))
  }
  if (check.only_one_of !== undefined) {
    if (check.only_one_of.filter(path => !isEmpty(at(entity, path))).length !== 1) {
      addOwn(problems, sentences.onlyOneOf(check.only_one_of))
    }
  }
  if (check.mutually_exclusive !== undefined) {
    if (check.mutually_exclusive.filter(path => !isAbsent(at(entity, path))).length > 1) {
      addOwn(problems, sentences.mutuallyExclusive(check.mutually_exclusive))
    }
  }
  if (check.distinct !== undefined) runDistinct(check.distinct, entity, problems)
  if (check.mutually_required !== undefined) {
    const set = check.mutually_required.filter(path => !isAbsent(at(entity, path))).length
    if (set !== 0 && set !== check.mutually_required.length) {
      addOwn(problems, sentences.mutuallyRequired(check.mutually_required))
    }
  }
  if (check.at_least_one_when !== undefined) runAtLeastOneWhen(check.at_least_one_when, entity, problems)
}

function runConditional(
  rule: NonNullable<EntityCheck['conditional']>,
  entity: Values,
  fields: Fields,
  problems: Violations,
  schemas: Schemas,
): void {
  // A rule says nothing about a value that is wrong already.
  if (!isAbsent(at(problems, rule.if_field))) return
  const before = at(problems, rule.then_field)
  if (before !== undefined && rule.then_match.required !== true) {
    const field = fieldAt(fields, rule.then_field)
    if (field?.format === undefined) return
  }
  const condition = at(entity, rule.if_field)
  if (isAbsent(condition) || checkRules(condition, rule.if_match) !== undefined) return
  const value = at(entity, rule.then_field)
  const problem = conditionalProblem(value, rule.then_match, fieldAt(fields, rule.then_field), schemas)
  if (problem === undefined) return
  addOwn(problems, rule.then_err ?? sentences.conditional(rule.if_field))
  put(problems, rule.then_field, problem)
}

/** `config.redis.host` among the fields of an entity. */
function fieldAt(fields: Fields, path: string): Field | undefined {
  const [first = '', ...rest] = path.split('.')
  const field = fields[first]
  return rest.length === 0 ? field : fieldAt(field?.fields ?? {}, rest.join('.'))
}

function conditionalProblem(
  value: unknown,
  rules: NonNullable<EntityCheck['conditional']>['then_match'],
  field: Field | undefined,
  schemas: Schemas,
): string | undefined {
  if (isAbsent(value)) {
    if (rules.required === true) return sentences.required
    return rules.eq === null || rules.eq === undefined ? undefined : sentences.eq(rules.eq)
  }
  const problem = checkRules(value, rules)
  if (problem !== undefined || rules.required !== true || field === undefined) return problem
  // Kong validates the whole field once more here, which is why a bad header name is told twice.
  const whole = checkValue(value, field, schemas.version)
  return typeof whole === 'string' ? whole : undefined
}

function runDistinct(paths: readonly string[], entity: Values, problems: Violations): void {
  const values = paths.map(path => at(entity, path)).filter(value => !isAbsent(value))
  if (new Set(values).size !== values.length) addOwn(problems, sentences.distinct(paths))
}

/** The first rule whose value the set contains decides; the others do not matter then. */
function runAtLeastOneWhen(
  rules: NonNullable<EntityCheck['at_least_one_when']>,
  entity: Values,
  problems: Violations,
): void {
  const rule = rules.find(({ field, contains }) => {
    const value = entity[field]
    return Array.isArray(value) && value.includes(contains)
  })
  if (rule === undefined || problems[rule.field] !== undefined) return
  if (rule.of.every(name => isEmpty(entity[name]))) addOwn(problems, rule.err)
}

const isEmpty = (value: unknown): boolean =>
  isAbsent(value) || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)

/** `config.redis.host` of an entity (or of its problems). */
function at(value: unknown, path: string): unknown {
  let current = value
  for (const step of path.split('.')) current = isRecord(current) ? current[step] : undefined
  return current
}

function put(problems: Violations, path: string, problem: string): void {
  const steps = path.split('.')
  const last = steps.pop() ?? path
  let current = problems
  for (const step of steps) {
    const next = isRecord(current[step]) ? (current[step] as Violations) : {}
    current[step] = next
    current = next
  }
  current[last] = problem
}

function addOwn(problems: Violations, sentence: string): void {
  const own = problems['@entity']
  problems['@entity'] = Array.isArray(own) ? [...own, sentence] : [sentence]
}

function add(problems: Violations, more: Violations | undefined): void {
  for (const [name, problem] of Object.entries(more ?? {})) {
    if (name === '@entity' && Array.isArray(problem)) for (const one of problem) addOwn(problems, String(one))
    else problems[name] = problem
  }
}
