/** How much a finding weighs: Spectral's four, from the most to the least. */
export const severities = ['error', 'warn', 'info', 'hint'] as const
export type Severity = (typeof severities)[number]

/** Severities of a rule, by name or number; `off` is -1. */
export const severityNames: ReadonlySet<unknown> = new Set([...severities, 'off', -1, 0, 1, 2, 3])

/** By name or number; anything else is a warning (decK 1.65). */
export function severityOf(word: unknown): Severity {
  const byNumber = typeof word === 'number' ? severities[word] : undefined
  return byNumber ?? severities.find(one => one === word) ?? 'warn'
}
