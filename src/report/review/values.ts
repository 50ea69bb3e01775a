/** Values, places and counts as readers see them, in every form of a review. */
import { isRecord } from '../../entities/language/values.ts'
import type { Place } from '../../errors.ts'
import { masked } from '../../state/secrets.ts'
import type { Problem } from './review.ts'

/** Fields of records by their paths: `config.minute`. */
export function leavesOf(value: unknown, path = ''): (readonly [string, unknown])[] {
  if (!isRecord(value) || Object.keys(value).length === 0) return path === '' ? [] : [[path, value]]
  return Object.entries(value).flatMap(([name, inner]) =>
    leavesOf(inner, path === '' ? name : `${path}.${name}`),
  )
}

/**
 * JSON in one line. Characters that change the direction of text, or cannot be seen, are written as
 * escapes.
 */
export const valueText = (value: unknown): string =>
  value === undefined ? '' : value === masked ? masked : visible(JSON.stringify(value))

export const visible = (text: string): string =>
  text.replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** `kong.yaml:4:3` */
export const placeText = ({ file, line, column }: Place): string => `${file}:${line}:${column}`

/** @example problemCounts(problems) // ['2 errors', '1 warning'] */
export function problemCounts(problems: readonly Problem[]): string[] {
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const warnings = problems.length - errors
  return [
    ...(errors > 0 ? [`${errors} error${errors === 1 ? '' : 's'}`] : []),
    ...(warnings > 0 ? [`${warnings} warning${warnings === 1 ? '' : 's'}`] : []),
  ]
}

export const entityCount = (count: number): string => (count === 1 ? '1 entity' : `${count} entities`)
