/** What comparisons of schemas share: where the recordings are, and the order in which two schemas are compared. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

export const golden = resolve(import.meta.dirname, '../../../shared/golden')

export const present = existsSync(golden)

if (!present) process.stderr.write(`NOT COMPARED with real Kong: no recordings at ${golden}\n`)

/** Fields and `one_of` come in any order in Kong's answers; a secret (44 letters and digits) is another one at each start. */
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
