/** Types of values, independent of schemas. */

/** A record of any fields. */
export type Values = Readonly<Record<string, unknown>>

export const isRecord = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A copy of data as JSON has it, many times faster than `structuredClone`. */
export function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied)
  if (!isRecord(value)) return value
  const copy: Record<string, unknown> = {}
  for (const name of Object.keys(value)) copy[name] = copied(value[name])
  return copy
}

export const isAbsent = (value: unknown): value is null | undefined => value === null || value === undefined

/** `{vault://env/name}` refers to a value that is read elsewhere when it is needed. */
export const isReference = (value: unknown): boolean =>
  typeof value === 'string' && value.startsWith('{vault://') && value.endsWith('}')

/** To Lua a list is a record whose names are 1, 2 …: none that a schema knows. */
export function asTable(value: unknown): Values | undefined {
  if (!Array.isArray(value)) return isRecord(value) ? value : undefined
  return Object.fromEntries(value.map((item, index) => [String(index + 1), item]))
}
