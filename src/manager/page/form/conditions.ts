/** Which fields matter, given what the others say: from the schema's conditional checks, and from the presentation table where Kong keeps such a rule in code. */
import { isRecord } from '../api.ts'
import type { Kind } from '../kinds.ts'
import type { Check } from '../schema.ts'
import { type FormValues, isEmpty } from './values.ts'

type Rules = Readonly<Record<string, unknown>>

/** @param name of the field, with dots where the checks are those of the whole entity; a field that holds a value is always shown */
export function isShown(
  name: string,
  values: FormValues,
  checks: readonly Check[],
  when: Kind['when'] = {},
): boolean {
  if (isFilled(valueAt(values, name))) return true
  const rule = when[name]
  if (rule !== undefined && !listOf(values[rule.field]).some(one => rule.in.includes(one))) return false
  const about = checks.flatMap(({ conditional }) => (conditional?.then_field === name ? [conditional] : []))
  const holds = ({ if_field, if_match }: (typeof about)[number]) =>
    matches(valueAt(values, if_field), if_match)
  const forbidding = about.filter(({ then_match }) => 'eq' in then_match && then_match['eq'] === null)
  if (forbidding.some(holds)) return false
  const demanding = about.filter(({ then_match }) => then_match['required'] === true)
  return demanding.length === 0 || demanding.some(holds)
}

/** Whether a conditional check demands it now. */
export const isDemanded = (name: string, values: FormValues, checks: readonly Check[]): boolean =>
  checks.some(
    ({ conditional }) =>
      conditional?.then_field === name &&
      conditional.then_match['required'] === true &&
      matches(valueAt(values, conditional.if_field), conditional.if_match),
  )

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String)

function isFilled(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  if (isRecord(value)) return Object.values(value).some(isFilled)
  return !isEmpty(value) && value !== false
}

const valueAt = (values: FormValues, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), values)

function matches(value: unknown, rules: Rules): boolean {
  const text = isEmpty(value) ? null : String(value)
  const has = (list: unknown) => Array.isArray(list) && list.map(String).includes(text ?? '')
  if ('one_of' in rules && !has(rules['one_of'])) return false
  if ('not_one_of' in rules && has(rules['not_one_of'])) return false
  if ('eq' in rules && (rules['eq'] === null ? text !== null : text !== String(rules['eq']))) return false
  if ('ne' in rules && (rules['ne'] === null ? text === null : text === String(rules['ne']))) return false
  if (typeof rules['match'] === 'string' && !luaPattern(rules['match']).test(text ?? '')) return false
  if (isRecord(rules['elements'])) {
    const inner = rules['elements']
    return Array.isArray(value) && value.every(item => matches(item, inner))
  }
  return true
}

/** The few patterns that schemas use in conditions: `^header$`. */
const luaPattern = (pattern: string): RegExp => new RegExp(pattern.replace(/%(.)/g, '\\$1'))
