/** JSON as Go writes it: keys by name, and what HTML would read in escapes. */
import { isRecord } from '../entities/language/values.ts'

/** Not by `JSON.stringify` of a sorted copy: an object has names that are numbers first. */
export function goJson(value: unknown, indent: string, outer = ''): string {
  const inner = outer + indent
  const lines = Array.isArray(value)
    ? value.map(item => goJson(item, indent, inner))
    : isRecord(value)
      ? sortedFields(value).map(([name, one]) => `${leaf(name)}: ${goJson(one, indent, inner)}`)
      : undefined
  if (lines === undefined) return leaf(value)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  if (lines.length === 0) return open + close
  return `${open}\n${lines.map(line => inner + line).join(',\n')}\n${outer}${close}`
}

const sortedFields = (record: Readonly<Record<string, unknown>>): [string, unknown][] =>
  Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))

const leaf = (value: unknown): string =>
  (JSON.stringify(value) ?? 'null').replace(
    /[<>&\u2028\u2029]/g,
    one => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
