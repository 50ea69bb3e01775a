/** One value against one field's words: its type, then each rule in Kong's order. Entities, and checks across fields, are `validate.ts`'s. */
import type { Field, Rules, Version, Violations } from './define.ts'
import { formats, isRegex, isUuid } from './formats.ts'
import { luaPattern } from './lua-pattern.ts'
import { sentences } from './messages.ts'

/** What is wrong with a value: a sentence; for lists, a sentence per bad element; for records, Violations. */
export type Problem = string | readonly (string | Violations | null)[] | Violations

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isAbsent = (value: unknown): value is null | undefined => value === null || value === undefined

/** `{vault://env/name}` stands for a value that is found elsewhere when it is needed. */
const isReference = (value: unknown): boolean =>
  typeof value === 'string' && value.startsWith('{vault://') && value.endsWith('}')

/** Kong's `required`: checked by whoever holds the record; this is about a value that is there. */
export function checkValue(value: unknown, field: Field, version: Version): Problem | undefined {
  if (field.referenceable === true && isReference(value)) return undefined
  return checkType(value, field, version) ?? checkRules(value, field) ?? checkFormat(value, field, version)
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
    case 'record':
      if (!isRecord(value)) return sentences.record
      return field.fields && checkRecord(value, field, version)
    case 'foreign':
      return checkForeign(value)
    case 'json':
      return undefined
  }
}

function checkForeign(value: unknown): Problem | undefined {
  if (!isRecord(value) || isAbsent(value['id'])) return { id: sentences.foreign }
  return typeof value['id'] === 'string' && isUuid(value['id']) ? undefined : { id: sentences.uuid }
}

function checkElements(
  list: readonly unknown[],
  element: Field,
  version: Version,
): Exclude<Problem, string> | undefined {
  let last = -1
  const problems = list.map((item, index) => {
    const problem = isAbsent(item) ? sentences.required : checkValue(item, element, version)
    if (problem !== undefined) last = index
    return problem === undefined ? null : (problem as string | Violations)
  })
  return last === -1 ? undefined : problems.slice(0, last + 1)
}

/** The first thing wrong with a key or a value stands for the whole map. */
function checkMap(
  map: Readonly<Record<string, unknown>>,
  field: Field,
  version: Version,
): Problem | undefined {
  for (const [key, value] of Object.entries(map)) {
    const badKey = field.keys && checkValue(key, field.keys, version)
    if (badKey !== undefined) return badKey
    const bad = field.values && !isAbsent(value) ? checkValue(value, field.values, version) : undefined
    if (bad !== undefined) return bad
  }
  return undefined
}

/** A nested record: its fields, those it does not have, and its own checks. */
function checkRecord(
  record: Readonly<Record<string, unknown>>,
  field: Field,
  version: Version,
): Violations | undefined {
  const problems = checkFields(record, field.fields ?? {}, version, field.shorthand_fields)
  for (const check of field.entity_checks ?? []) {
    if (check.at_least_one_of?.every(name => isAbsent(record[name]))) {
      problems['@entity'] = [sentences.atLeastOneOf(check.at_least_one_of)]
    }
  }
  return Object.keys(problems).length === 0 ? undefined : problems
}

/** Every field of a record against its words; what is required and absent; what is there and unknown. */
export function checkFields(
  record: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, Field>>,
  version: Version,
  alsoKnown: Readonly<Record<string, Field>> = {},
): Violations {
  // Without a prototype: `__proto__` and `constructor` are names like others.
  const problems: Violations = Object.create(null)
  for (const [name, value] of Object.entries(record)) {
    if (Object.hasOwn(fields, name)) continue
    const known = Object.hasOwn(alsoKnown, name) ? alsoKnown[name] : undefined
    if (known === undefined) problems[name] = sentences.unknown
    else if (!isAbsent(value)) {
      const problem = checkValue(value, known, version)
      if (problem !== undefined) problems[name] = problem
    }
  }
  for (const [name, field] of Object.entries(fields)) {
    const problem = checkField(record[name], field, version)
    if (problem !== undefined) problems[name] = problem
  }
  return problems
}

function checkField(value: unknown, field: Field, version: Version): Problem | undefined {
  if (!isAbsent(value)) return checkValue(value, field, version)
  return field.required === true && field.auto !== true ? sentences.required : undefined
}

/** The words that restrict a value, also those of a conditional's `if_match` and `then_match`. */
export function checkRules(value: unknown, rules: Rules): string | undefined {
  return (
    checkEquality(value, rules) ??
    checkSize(value, rules) ??
    checkText(value, rules) ??
    checkSet(value, rules)
  )
}

function checkEquality(value: unknown, rules: Rules): string | undefined {
  if (rules.eq !== undefined && !isSame(value, rules.eq)) return rules.err ?? sentences.eq(rules.eq)
  if (rules.ne !== undefined && isSame(value, rules.ne)) return sentences.ne(rules.ne)
  if (rules.one_of !== undefined && !rules.one_of.some(one => one === value))
    return sentences.oneOf(rules.one_of)
  if (rules.not_one_of?.some(one => one === value)) return sentences.notOneOf(rules.not_one_of)
  return undefined
}

const isSame = (value: unknown, other: unknown): boolean =>
  value === other || (isAbsent(value) && other === null)

function checkSize(value: unknown, rules: Rules): string | undefined {
  if (typeof value === 'number') {
    if (rules.between && (value < rules.between[0] || value > rules.between[1]))
      return sentences.between(...rules.between)
    if (rules.gt !== undefined && value <= rules.gt) return sentences.gt(rules.gt)
  }
  const length = lengthOf(value)
  if (length === undefined) return undefined
  // Kong demands one character at least of every string that does not say otherwise.
  const least = rules.len_min ?? (typeof value === 'string' && rules.type === 'string' ? 1 : 0)
  if (rules.len_eq !== undefined && length !== rules.len_eq) return sentences.lenEq(rules.len_eq)
  if (length < least) return sentences.lenMin(least)
  return rules.len_max !== undefined && length > rules.len_max ? sentences.lenMax(rules.len_max) : undefined
}

function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string') return value.length
  if (Array.isArray(value)) return value.length
  return isRecord(value) ? Object.keys(value).length : undefined
}

function checkText(value: unknown, rules: Rules): string | undefined {
  if (typeof value !== 'string') return undefined
  if (rules.uuid === true && !isUuid(value)) return sentences.uuid
  if (rules.starts_with !== undefined && !value.startsWith(rules.starts_with))
    return sentences.startsWith(rules.starts_with)
  if (rules.match !== undefined && !luaPattern(rules.match).test(value)) return sentences.match(value)
  if (rules.not_match !== undefined && luaPattern(rules.not_match).test(value)) return sentences.match(value)
  const all = rules.match_all?.find(one => !luaPattern(one.pattern).test(value))
  if (all !== undefined) return all.err ?? sentences.match(value)
  const none = rules.match_none?.find(one => luaPattern(one.pattern).test(value))
  if (none !== undefined) return none.err ?? sentences.match(value)
  if (rules.is_regex === true && !isRegex(value)) return sentences.regex(value)
  const any = rules.match_any
  return any !== undefined && !any.patterns.some(one => luaPattern(one).test(value))
    ? (any.err ?? sentences.match(value))
    : undefined
}

function checkSet(value: unknown, rules: Rules): string | undefined {
  if (!Array.isArray(value)) return undefined
  if (rules.contains !== undefined && !value.includes(rules.contains))
    return sentences.contains(rules.contains)
  const used =
    rules.mutually_exclusive_subsets?.filter(subset => subset.some(one => value.includes(one))) ?? []
  if (used.length > 1) {
    const place = (subset: readonly string[]) => value.findIndex(one => subset.includes(String(one)))
    return sentences.exclusiveSubsets([...used].sort((a, b) => place(a) - place(b)))
  }
  const elements = rules.elements
  if (elements === undefined) return undefined
  return value.map(item => checkRules(item, elements)).find(problem => problem !== undefined)
}

/** A format is looked at last: Kong runs a field's own function after its words. */
function checkFormat(value: unknown, field: Field, version: Version): string | undefined {
  if (field.format === undefined || typeof value !== 'string') return undefined
  return formats[field.format](value, version)
}
