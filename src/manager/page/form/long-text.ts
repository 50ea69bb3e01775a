/**
 * Which texts usually have several lines: they begin with room for them. Any other text gets it once it has a
 * line break.
 */
import type { Kind } from '../presentation.ts'
import type { Field } from '../schema.ts'

/** @param path of the field, or of an item or a value within it: `config.access.0` */
export function isLongText({ description = '' }: Field, path: string, { long = [] }: Kind): boolean {
  const plain = path.replace(/\.\d+(?=\.|$)/g, '')
  const isNamed = long.some(name => plain === name || plain.startsWith(`${name}.`))
  const name = plain.slice(plain.lastIndexOf('.') + 1)
  return (
    isNamed ||
    /_by_lua$|(?:^|_)(?:lua|script|template)$/.test(name) ||
    /\bPEM\b|\bLua code\b/.test(description)
  )
}
