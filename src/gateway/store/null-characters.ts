/**
 * Null characters, which Kong's database cannot hold at any depth: Kong answers 500, this gateway says where
 * one is.
 */
import type { Violations } from '../../entities/language/define.ts'
import type { Values } from '../../entities/language/values.ts'

type Problem = Violations[string]

const sentence = 'must not contain a null character'

/** @returns undefined if there are none */
export function nullCharacters(values: Values): Violations | undefined {
  const found = Object.entries(values).flatMap(([name, value]) => {
    const problem = name.includes('\0') ? sentence : problemOf(value)
    return problem === undefined ? [] : [[name.replaceAll('\0', ''), problem] as const]
  })
  return found.length === 0 ? undefined : Object.fromEntries(found)
}

function problemOf(value: unknown): Problem | undefined {
  if (typeof value === 'string') return value.includes('\0') ? sentence : undefined
  if (typeof value !== 'object' || value === null) return undefined
  if (!Array.isArray(value)) return nullCharacters(value as Values)
  const problems = value.map(one => problemOf(one) ?? null)
  return problems.some(one => one !== null) ? (problems as Problem) : undefined
}
