/** The output of `deck explain` about a field, as from `kubectl explain`. */
import type { Field, Fields } from '../entities/language/define.ts'
import { replacementsOf } from '../entities/language/shorthands.ts'
import { exampleOf } from '../entities/text/examples.ts'
import { isMarkedSecret } from '../state/secrets.ts'

/**
 * @example
 * FIELD:    service.retries
 * TYPE:     integer
 * DEFAULT:  5
 * RANGE:    0 to 32767
 */
export function describeField(path: string, field: Field, since: string | undefined): string {
  const replaced = replacementsOf(field).map(steps => steps.join('.'))
  const example = exampleOf(field)
  const facts: [string, string | undefined][] = [
    ['FIELD', path],
    ['TYPE', typeText(field)],
    ['DEFAULT', isNothing(field.default) ? undefined : JSON.stringify(field.default)],
    ['REQUIRED', field.required === true ? (isNothing(field.default) ? 'yes' : 'not null') : 'no'],
    ['VALUES', (field.one_of ?? field.elements?.one_of)?.join(', ')],
    ['RANGE', field.between && `${field.between[0]} to ${field.between[1]}`],
    ['UNIQUE', field.unique === true ? 'yes' : undefined],
    ['SECRET', isMarkedSecret(field) ? 'yes: it is never shown' : undefined],
    ['VAULT', field.referenceable === true ? 'may be a reference: {vault://env/name}' : undefined],
    ['SINCE', since === undefined ? undefined : `Kong ${since}`],
    ['REPLACED', replaced.length === 0 ? undefined : `by ${replaced.join(', ')}`],
    ['EXAMPLE', example],
  ]
  const lines = facts.flatMap(([name, text]) =>
    text === undefined ? [] : [`${`${name}:`.padEnd(10)}${text}`],
  )
  const { description } = field
  return `${lines.join('\n')}\n${description === undefined ? '' : `\n${description.trim()}\n`}`
}

const isNothing = (value: unknown): boolean => value === undefined || value === null

function typeText({ type, elements, values, reference }: Field): string {
  if (elements !== undefined) return `${type} of ${typeText(elements)}`
  if (values !== undefined) return `map of ${typeText(values)}`
  return type === 'foreign' ? `reference to ${reference}` : type
}

/** The fields below a path, each with its type and what it is for. */
export function listFields(path: string, fields: Fields): string {
  const rows = Object.entries(fields).map(
    ([name, field]) => [name, typeText(field), firstSentence(field)] as const,
  )
  const [first, second] = [0, 1].map(column => Math.max(0, ...rows.map(row => row[column]?.length ?? 0)))
  const lines = rows.map(([name, type, text]) =>
    `  ${name.padEnd(first ?? 0)}  ${type.padEnd(second ?? 0)}  ${text}`.trimEnd(),
  )
  return `FIELDS of ${path}:\n${lines.join('\n')}\n`
}

function firstSentence(field: Field): string {
  const [replaced] = replacementsOf(field)
  if (replaced !== undefined) return `old name of ${replaced.join('.')}`
  const text = (field.description ?? '').trim().replaceAll(/\s+/g, ' ')
  return /^.*?[.](?= |$)/.exec(text)?.[0] ?? text
}

export const listNames = (lists: readonly (readonly [title: string, names: readonly string[]])[]): string =>
  lists.map(([title, names]) => `${title}:\n  ${names.join('\n  ')}\n`).join('\n')
