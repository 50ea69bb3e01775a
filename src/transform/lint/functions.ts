/** What the rules of a ruleset can ask of a value: the functions of Spectral rulesets that make sense for state files. Each says what is wrong, or nothing. */
import { isRecord } from '../../entities/language/values.ts'
import type { Content } from '../owners.ts'

/** What a rule looks at. */
export interface Target {
  /** Undefined where there is no such field. */
  readonly value: unknown
  /** The name of the field, or the last step of the path. */
  readonly name: string
}

export type LintFunction = (target: Target, options: Content) => string | undefined

const shown = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/** `/x/i` as well as `x`. @throws SyntaxError */
function expression(text: unknown): RegExp {
  const delimited = /^\/(.*)\/([a-z]*)$/s.exec(String(text))
  return delimited === null ? new RegExp(String(text)) : new RegExp(delimited[1] ?? '', delimited[2])
}

const pattern: LintFunction = ({ value }, { match, notMatch }) => {
  if (value === undefined || value === null || typeof value === 'object') return undefined
  const text = String(value)
  if (match !== undefined && !expression(match).test(text)) {
    return `\`${text}\` does not match the expression \`${String(match)}\``
  }
  if (notMatch !== undefined && expression(notMatch).test(text)) {
    return `\`${text}\` matches the expression \`${String(notMatch)}\``
  }
  return undefined
}

const isTruthy = (value: unknown): boolean => Boolean(value)

const enumeration: LintFunction = ({ value }, { values }) => {
  const list = Array.isArray(values) ? values : String(values).split(',')
  if (value === undefined || list.some(one => String(one).trim() === String(value))) return undefined
  return `\`${shown(value)}\` must equal to one of: \`${list.map(shown).join(', ')}\``
}

const sizeOf = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value
  if (typeof value === 'string' || Array.isArray(value)) return value.length
  return isRecord(value) ? Object.keys(value).length : undefined
}

const length: LintFunction = ({ value, name }, { min, max }) => {
  const size = sizeOf(value)
  if (size === undefined) return undefined
  if (min !== undefined && size < Number(min))
    return `\`${name}\` must not be longer/less than \`${String(min)}\``
  if (max !== undefined && size > Number(max))
    return `\`${name}\` must not be longer/greater than \`${String(max)}\``
  return undefined
}

const casings: Readonly<Record<string, RegExp>> = {
  flat: /^[a-z][a-z\d]*$/,
  camel: /^[a-z][a-z\d]*(?:[A-Z][a-z\d]*)*$/,
  pascal: /^[A-Z][a-z\d]*(?:[A-Z][a-z\d]*)*$/,
  kebab: /^[a-z][a-z\d]*(?:-[a-z\d]+)*$/,
  cobol: /^[A-Z][A-Z\d]*(?:-[A-Z\d]+)*$/,
  snake: /^[a-z][a-z\d]*(?:_[a-z\d]+)*$/,
  macro: /^[A-Z][A-Z\d]*(?:_[A-Z\d]+)*$/,
}

const casing: LintFunction = ({ value }, { type }) =>
  typeof value !== 'string' || casings[String(type)]?.test(value) !== false
    ? undefined
    : `\`${value}\` is not \`${String(type)}\` case`

const alphabetical: LintFunction = ({ value, name }, { keyedBy }) => {
  if (!Array.isArray(value)) return undefined
  const names = value.map(item =>
    shown(isRecord(item) && keyedBy !== undefined ? item[String(keyedBy)] : item),
  )
  const stray = names.findIndex((one, index) => index > 0 && one < (names[index - 1] ?? ''))
  return stray === -1
    ? undefined
    : `\`${name}\` must be placed in alphabetical order: \`${names[stray]}\` comes after \`${names[stray - 1]}\``
}

/** How many of some properties an object has. */
const counted =
  (isRight: (count: number) => boolean, wanted: string): LintFunction =>
  ({ value }, { properties }) => {
    if (!isRecord(value)) return undefined
    const names = Array.isArray(properties) ? properties.map(String) : String(properties).split(',')
    const count = names.filter(name => name.trim() in value).length
    return isRight(count) ? undefined : `${wanted} of \`${names.join('`, `')}\` must be there`
  }

export const functions: Readonly<Record<string, LintFunction>> = {
  alphabetical,
  casing,
  defined: ({ value, name }) => (value === undefined ? `\`${name}\` must be defined` : undefined),
  enumeration,
  falsy: ({ value, name }) => (isTruthy(value) ? `\`${name}\` must be falsy` : undefined),
  length,
  or: counted(count => count > 0, 'at least one'),
  pattern,
  truthy: ({ value, name }) => (isTruthy(value) ? undefined : `\`${name}\` must be set`),
  undefined: ({ value, name }) => (value === undefined ? undefined : `\`${name}\` must be undefined`),
  xor: counted(count => count === 1, 'exactly one'),
}
