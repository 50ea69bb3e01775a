/**
 * Kong's sentences, in one place (source: the recorded responses of Kong 2.8 and 3.9), and the `message` of
 * an error from its violations. `validate.ts` finds the violations.
 */

import { luaTable } from '../text/lua-text.ts'
import type { Violations } from './define.ts'

const quoted = (names: readonly string[]): string => names.map(name => `'${name}'`).join(', ')

export const sentences = {
  array: 'expected an array',
  boolean: 'expected a boolean',
  deprecated: (name: string, value: unknown, path: string, other: unknown) =>
    `both deprecated and new field are used but their values mismatch: ${name} = ${value} vs ${path} = ${other}`,
  foreign: 'missing primary key',
  integer: 'expected an integer',
  json: 'expected a json value',
  map: 'expected a map',
  number: 'expected a number',
  record: 'expected a record',
  set: 'expected a set',
  string: 'expected a string',
  required: 'required field missing',
  requiredForCheck: 'field required for entity check',
  unknown: 'unknown field',
  immutable: 'immutable field cannot be updated',
  uuid: 'expected a valid UUID',
  timestamp: 'expected a valid timestamp',
  // Kong prints whole numbers here: 0 for 0.001.
  between: (low: number, high: number) =>
    `value should be between ${Math.trunc(low)} and ${Math.trunc(high)}`,
  eq: (value: unknown) => `value must be ${value}`,
  ne: (value: unknown) => `value must not be ${value}`,
  gt: (limit: number) => `value must be greater than ${limit}`,
  lenEq: (count: number) => `length must be ${count}`,
  lenMin: (count: number) => `length must be at least ${count}`,
  lenMax: (count: number) => `length must be at most ${count}`,
  match: (value: string) => `invalid value: ${value}`,
  oneOf: (values: readonly unknown[]) => `expected one of: ${values.join(', ')}`,
  notOneOf: (values: readonly unknown[]) => `must not be one of: ${values.join(', ')}`,
  startsWith: (prefix: string) => `should start with: ${prefix}`,
  contains: (value: string) => `expected to contain: ${value}`,
  regex: (value: string) => `not a valid regex: ${value}`,
  exclusiveSubsets: (subsets: readonly (readonly string[])[]) =>
    `these sets are mutually exclusive: ${subsets.map(subset => `(${quoted(subset)})`).join(', ')}`,
  unknownType: (value: unknown) => `unknown type: ${value}`,
  pluginNotEnabled: (name: unknown) =>
    `plugin '${name}' not enabled; add it to the 'plugins' configuration property`,
  conditional: (field: string) => `failed conditional validation given value of field '${field}'`,
  atLeastOneOf: (fields: readonly string[]) =>
    `at least one of these fields must be non-empty: ${quoted(fields)}`,
  onlyOneOf: (fields: readonly string[]) =>
    `exactly one of these fields must be non-empty: ${quoted(fields)}`,
  mutuallyExclusive: (fields: readonly string[]) =>
    `only one or none of these fields must be set: ${quoted(fields)}`,
  distinct: (fields: readonly string[]) => `values of these fields must be distinct: ${quoted(fields)}`,
  mutuallyRequired: (fields: readonly string[]) =>
    `all or none of these fields must be set: ${quoted(fields)}`,
} as const

/** Kong words some cross-field rules differently for a change (PATCH), at any depth. */
export function changeSentences<T>(problem: T): T {
  if (typeof problem === 'string') return sentenceOfChange(problem) as T & string
  if (Array.isArray(problem)) return problem.map(changeSentences) as T & unknown[]
  if (typeof problem !== 'object' || problem === null) return problem
  return Object.fromEntries(Object.entries(problem).map(([name, one]) => [name, changeSentences(one)])) as T &
    object
}

function sentenceOfChange(sentence: string): string {
  if (sentence === sentences.requiredForCheck) return `${sentence} when updating`
  return sentence.startsWith(sentences.atLeastOneOf([])) ? `when updating, ${sentence}` : sentence
}

/** One line a violation, in Kong's order: the entity's own first, then fields by name. */
export function violationLines(violations: Violations): string[] {
  const own = violations['@entity']
  const lines: string[] = Array.isArray(own) ? own.map(String) : []
  const fields = Object.entries(violations)
    .filter(([name]) => name !== '@entity')
    .sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [name, value] of fields) {
    if (typeof value === 'string') lines.push(`${name}: ${value}`)
    else if (Array.isArray(value)) {
      value.forEach((item, index) => {
        if (item !== null && item !== undefined) lines.push(`${name}.${index + 1}: ${text(item)}`)
      })
    } else {
      const nested = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
      for (const [inner, item] of nested) lines.push(`${name}.${inner}: ${text(item)}`)
    }
  }
  return lines
}

const text = (value: unknown): string => (typeof value === 'string' ? value : luaTable(value))

/**
 * @example schemaViolation({ port: 'expected an integer' }) // 'schema violation (port: expected an integer)'
 */
export function schemaViolation(violations: Violations): string {
  const lines = violationLines(violations)
  const head = lines.length > 1 ? `${lines.length} schema violations` : 'schema violation'
  return `${head} (${lines.join('; ')})`
}
