/**
 * Rules across the fields of a record (Kong's entity checks), for an entity, a plugin's configuration, and
 * any nested record. Their findings are added to the record's problems: under `@entity` for the whole
 * record, or under the field to set.
 */

import type { EntityCheck, Field, Fields, Version, Violations } from './define.ts'
import { sentences } from './messages.ts'
import { isAbsent, isRecord, isReference } from './values.ts'

type Values = Readonly<Record<string, unknown>>

/** The record at hand; `problems` is added to. */
export interface Checked {
  /**
   * One value against its field (`check-value.ts`, which runs these checks for records inside of records).
   */
  readonly checkField: (value: unknown, field: Field, version: Version) => unknown
  readonly entity: Values
  readonly fields: Fields
  readonly problems: Violations
  readonly version: Version
  /** A change to an entity that is there (PATCH). */
  readonly update?: boolean
}

export function runEntityChecks(checks: readonly EntityCheck[], checked: Checked): void {
  for (const check of checks) runCheck(check, checked)
}

function runCheck(check: EntityCheck, checked: Checked): void {
  const { entity, problems } = checked
  if (check.conditional !== undefined) runConditional(check.conditional, checked)
  if (check.conditional_at_least_one_of !== undefined) {
    runConditionalList(check.conditional_at_least_one_of, checked)
  }
  if (check.at_least_one_of !== undefined) runAtLeastOneOf(check.at_least_one_of, checked)
  if (check.only_one_of !== undefined) runOnlyOneOf(check.only_one_of, checked)
  if (check.distinct !== undefined) runDistinct(check.distinct, checked)
  if (check.mutually_required !== undefined) runMutual(check.mutually_required, checked)
  if (check.mutually_exclusive !== undefined && filled(check.mutually_exclusive, checked).length > 1) {
    unlessWrong(check.mutually_exclusive, checked, sentences.mutuallyExclusive)
  }
  if (check.mutually_exclusive_sets !== undefined) runExclusiveSets(check.mutually_exclusive_sets, checked)
  if (check.custom_entity_check !== undefined) runCustom(check.custom_entity_check, checked)
  if (check.at_least_one_when !== undefined) runAtLeastOneWhen(check.at_least_one_when, entity, problems)
}

/** The fields that a rule looks at. A rule says the same of two entities that do not differ in these. */
export function namesIn(check: EntityCheck): string[] {
  const { conditional, conditional_at_least_one_of: list, mutually_exclusive_sets: sets } = check
  const paths = [
    ...(conditional ? [conditional.if_field, conditional.then_field] : []),
    ...(list ? [list.if_field, ...list.then_at_least_one_of] : []),
    ...(sets ? [...sets.set1, ...sets.set2] : []),
    ...(check.at_least_one_of ?? []),
    ...(check.only_one_of ?? []),
    ...(check.distinct ?? []),
    ...(check.mutually_required ?? []),
    ...(check.mutually_exclusive ?? []),
    ...(check.custom_entity_check?.field_sources ?? []),
    ...(check.at_least_one_when ?? []).flatMap(({ field, of }) => [field, ...of]),
  ]
  return [...new Set(paths.map(path => path.split('.')[0] ?? path))]
}

const filled = (paths: readonly string[], { entity }: Checked): string[] =>
  paths.filter(path => !isEmpty(at(entity, path)))

/** A rule does not run if one of its values comes from elsewhere when it is needed. */
function unlessElsewhere(
  paths: readonly string[],
  checked: Checked,
  say: (names: readonly string[]) => string,
): void {
  if (!paths.some(path => isElsewhere(path, checked))) addOwn(checked.problems, say(paths))
}

/** Some rules also do not run if one of their values is invalid. */
function unlessWrong(
  paths: readonly string[],
  checked: Checked,
  say: (names: readonly string[]) => string,
): void {
  if (paths.every(path => checked.problems[path] === undefined)) unlessElsewhere(paths, checked, say)
}

const isElsewhere = (path: string, { entity, fields }: Checked): boolean =>
  isReference(at(entity, path)) && fieldAt(fields, path)?.referenceable === true

function runAtLeastOneOf(paths: readonly string[], checked: Checked): void {
  // A change that removes the whole record is reported by the check of that record only.
  if (checked.update === true && paths.every(path => at(checked.entity, path) === undefined)) return
  if (filled(paths, checked).length > 0) return
  addOwn(checked.problems, sentences.atLeastOneOf(paths))
}

/** Skipped if the record that would hold the values is missing. */
function runOnlyOneOf(paths: readonly string[], checked: Checked): void {
  if (paths.every(path => at(checked.entity, path) === undefined)) return
  if (filled(paths, checked).length !== 1) unlessElsewhere(paths, checked, sentences.onlyOneOf)
}

function runMutual(paths: readonly string[], checked: Checked): void {
  const count = filled(paths, checked).length
  if (count !== 0 && count !== paths.length) unlessWrong(paths, checked, sentences.mutuallyRequired)
}

/** Whether a value satisfies its own field narrowed by a rule's words. */
function narrowedProblem(
  path: string,
  words: Partial<Field>,
  { entity, fields, version, checkField }: Checked,
) {
  const field = { ...(fieldAt(fields, path) ?? { type: 'json' as const }), ...words }
  return checkField(at(entity, path), field, version)
}

function runConditional(rule: NonNullable<EntityCheck['conditional']>, checked: Checked): void {
  const { entity, problems } = checked
  if ([rule.if_field, rule.then_field].some(path => isElsewhere(path, checked))) return
  if (at(entity, rule.if_field) === undefined) {
    const isAlone = at(entity, rule.then_field) === undefined
    if (!isAlone) put(problems, rule.if_field, sentences.requiredForCheck)
    return
  }
  if (narrowedProblem(rule.if_field, rule.if_match, checked) !== undefined) return
  const problem =
    rule.then_match.required === true && isAbsent(at(entity, rule.then_field))
      ? sentences.required
      : narrowedProblem(rule.then_field, rule.then_match, checked)
  if (problem === undefined) return
  addOwn(problems, rule.then_err ?? sentences.conditional(rule.if_field))
  put(problems, rule.then_field, problem as Violations[string])
}

function runConditionalList(
  rule: NonNullable<EntityCheck['conditional_at_least_one_of']>,
  checked: Checked,
): void {
  const { if_field, if_match, then_at_least_one_of: wanted, then_err } = rule
  if ([if_field, ...wanted].some(path => isElsewhere(path, checked))) return
  if (isAbsent(at(checked.entity, if_field))) return
  if (narrowedProblem(if_field, if_match, checked) !== undefined || filled(wanted, checked).length > 0) return
  const list = wanted.map(name => `'${name}'`).join(', ')
  addOwn(checked.problems, then_err?.replace('%s', list) ?? sentences.atLeastOneOf(wanted))
}

function runDistinct(paths: readonly string[], checked: Checked): void {
  const values = filled(paths, checked).map(path => at(checked.entity, path))
  if (new Set(values).size !== values.length) unlessElsewhere(paths, checked, sentences.distinct)
}

function runExclusiveSets(
  { set1, set2 }: NonNullable<EntityCheck['mutually_exclusive_sets']>,
  checked: Checked,
): void {
  const [one, other] = [filled(set1, checked), filled(set2, checked)]
  if (one.length === 0 || other.length === 0) return
  unlessWrong([...set1, ...set2], checked, () => sentences.exclusiveSubsets([one, other]))
}

/** The rule does not run if a field that it reads is already invalid. */
function runCustom(rule: NonNullable<EntityCheck['custom_entity_check']>, checked: Checked): void {
  if (rule.fn === undefined) return
  const { entity, problems } = checked
  const isWrong =
    rule.run_with_invalid_fields !== true && rule.field_sources.some(name => problems[name] !== undefined)
  if (isWrong || rule.field_sources.some(path => isElsewhere(path, checked))) return
  if (rule.field_sources.every(path => at(entity, path) === undefined)) return
  const sentence = rule.fn(entity)
  if (sentence !== undefined) addOwn(problems, sentence)
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

export const isEmpty = (value: unknown): boolean =>
  isAbsent(value) || value === '' || (typeof value === 'object' && Object.keys(value).length === 0)

/** `config.redis.host` among the fields of a record. */
function fieldAt(fields: Fields, path: string): Field | undefined {
  if (!path.includes('.')) return fields[path]
  const [first = '', ...rest] = path.split('.')
  const field = fields[first]
  return rest.length === 0 ? field : fieldAt(field?.fields ?? {}, rest.join('.'))
}

/** `config.redis.host` of a record. */
export function at(value: unknown, path: string): unknown {
  if (!path.includes('.')) return isRecord(value) ? value[path] : undefined
  let current = value
  for (const step of path.split('.')) current = isRecord(current) ? current[step] : undefined
  return current
}

function put(problems: Violations, path: string, problem: Violations[string]): void {
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

export function addOwn(problems: Violations, sentence: string): void {
  const own = problems['@entity']
  problems['@entity'] = Array.isArray(own) ? [...own, sentence] : [sentence]
}
