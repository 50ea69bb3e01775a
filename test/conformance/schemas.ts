/** The order in which two schemas are compared. */

/**
 * Fields and `one_of` come in any order in Kong's answers; a secret (44 letters and digits) is another one
 * at each start.
 */
export function sorted(value: unknown): unknown {
  if (typeof value === 'string' && /^[A-Za-z\d]{44}$/.test(value)) return 'a secret'
  if (Array.isArray(value)) {
    return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  )
}
