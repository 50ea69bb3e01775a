/**
 * The fields that apply, depending on the values of others: from the schema's conditional checks, and from
 * the presentation if Kong has the rule in code.
 */
import { isRecord } from '../admin-api.ts'
import type { Kind } from '../presentation.ts'
import type { Check, Conditional, Field } from '../schema.ts'
import { type FormValues, isAtRest, isEmpty } from './values.ts'

type Rules = Readonly<Record<string, unknown>>

/** Where checks are about: the entity, or a record within it. */
export interface Scope {
  /** Path of the record; empty for the entity itself. */
  readonly path: string
  readonly values: FormValues
  readonly checks: readonly Check[]
}

/** A field at a place, within scopes; the entity's scope is the first. */
export interface FieldInScope {
  /** In the entity: `config.redis.host`. */
  readonly path: string
  readonly field: Field
  readonly value: unknown
  readonly scopes: readonly Scope[]
}

/** A field whose value is not what a new entity would have is always shown. */
export function isShown({ path, field, value, scopes }: FieldInScope, when: Kind['when'] = {}): boolean {
  if (!isAtRest(field, value)) return true
  const rule = when[path]
  if (rule !== undefined && !listOf(scopes[0]?.values[rule.field]).some(one => rule.in.includes(one)))
    return false
  if (conditionsOn(path, scopes).some(({ holds, then_match }) => holds && mustBeEmpty(then_match)))
    return false
  const demands = conditions(scopes).filter(
    one => one.then_match['required'] === true && (one.path === path || isWanting(one, path)),
  )
  return demands.length === 0 || demands.some(({ holds }) => holds)
}

/** Whether a conditional check demands it now. */
export const isDemanded = (path: string, scopes: readonly Scope[]): boolean =>
  conditionsOn(path, scopes).some(({ holds, then_match }) => holds && then_match['required'] === true)

/** A choice with what conditional checks leave of it now, and what is chosen. */
export function narrowed({ path, field, value, scopes }: FieldInScope): Field {
  if (field.one_of === undefined) return field
  const left = conditionsOn(path, scopes).flatMap(({ holds, then_match: { one_of } }) =>
    holds && Array.isArray(one_of) ? [one_of.map(String)] : [],
  )
  const isLeft = (choice: unknown) => left.every(list => list.includes(String(choice)))
  return { ...field, one_of: field.one_of.filter(choice => isLeft(choice) || String(choice) === value) }
}

interface Condition extends Conditional {
  /** Path of `then_field` in the entity. */
  readonly path: string
  /** Path of `if_field` in the entity. */
  readonly from: string
  readonly holds: boolean
}

const conditions = (scopes: readonly Scope[]): Condition[] =>
  scopes.flatMap(({ path, values, checks }) =>
    checks.flatMap(({ conditional }) => {
      if (conditional === undefined) return []
      const [to, from] = [conditional.then_field, conditional.if_field].map(name => below(path, name))
      const holds = matches(valueAt(values, conditional.if_field), conditional.if_match)
      return [{ ...conditional, path: to ?? '', from: from ?? '', holds }]
    }),
  )

const conditionsOn = (path: string, scopes: readonly Scope[]): Condition[] =>
  conditions(scopes).filter(one => one.path === path)

/**
 * A record applies if a field outside of it requires one of its direct fields: `config.redis`, when
 * `config.policy` is redis.
 */
const isWanting = ({ path, from }: Condition, record: string): boolean =>
  path.slice(0, path.lastIndexOf('.')) === record && !from.startsWith(`${record}.`)

export const below = (path: string, name: string | number): string =>
  path === '' ? String(name) : `${path}.${name}`

const mustBeEmpty = (rules: Rules): boolean =>
  ('eq' in rules && rules['eq'] === null) || rules['len_eq'] === 0

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String)

const valueAt = (values: FormValues, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), values)

function matches(value: unknown, rules: Rules): boolean {
  const text = isEmpty(value) ? null : String(value)
  const isPattern = (pattern: unknown) => luaPattern(String(pattern)).test(text ?? '')
  return Object.entries(rules).every(([rule, said]) => {
    switch (rule) {
      case 'one_of':
        return listOf(said).includes(text ?? '')
      case 'not_one_of':
        return !listOf(said).includes(text ?? '')
      case 'eq':
        return text === (said === null ? null : String(said))
      case 'ne':
        return text !== (said === null ? null : String(said))
      case 'gt':
        return text !== null && Number(text) > Number(said)
      case 'match':
        return isPattern(said)
      case 'match_any':
        return isRecord(said) && Array.isArray(said['patterns']) && said['patterns'].some(isPattern)
      case 'elements':
        return isRecord(said) && Array.isArray(value) && value.every(item => matches(item, said))
      default:
        return true
    }
  })
}

/** The few patterns that schemas use in conditions: `^header$`. */
const luaPattern = (pattern: string): RegExp => new RegExp(pattern.replace(/%(.)/g, '\\$1'))
