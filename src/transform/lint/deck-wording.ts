/** How decK's engine words what a function finds, and how it compares values. */
import { isRecord } from '../../entities/language/values.ts'

/** Lists and mappings without content are as good as absent (decK 1.65; Spectral takes them for set). */
export function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  return isRecord(value) ? Object.keys(value).length > 0 : Boolean(value)
}

/** A single value as text; undefined for lists, mappings and what is absent. */
export function textOf(value: unknown): string | undefined {
  return value === undefined || value === null || typeof value === 'object' ? undefined : String(value)
}

/** Any value, for a message. */
export const shown = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '')

export const texts = {
  mustBe: (name: string, what: string) => `\`${name}\` must be ${what}`,
  noMatch: (value: string, pattern: string) => `\`${value}\` does not match the expression \`${pattern}\``,
  match: (pattern: string) => `matches the expression \`${pattern}\``,
  noCase: (value: string, type: string) => `\`${value}\` is not \`${type}\` case`,
  noneOf: (value: string, values: readonly unknown[]) =>
    `\`${value}\` must equal to one of: [${values.map(shown).join(' ')}]`,
  tooShort: (value: string, min: number) => `'${value}' must be longer/greater than '${min}'`,
  tooLong: (value: string, max: number) => `'${value}' must not be longer/greater than '${max}'`,
  unordered: (first: string, second: string) =>
    `\`${first}\` must be placed before \`${second}\` (alphabetical)`,
} as const
