/**
 * The rules for one value (`between`, `match`, `one_of` …), in Kong's order: the first violation is
 * reported. Types and nested values are in `check-value.ts`.
 */

import { isRegex, isUuid } from '../text/formats.ts'
import { luaPattern } from '../text/lua-pattern.ts'
import type { Pattern, Rules } from './define.ts'
import { sentences } from './messages.ts'
import { isAbsent, isRecord } from './values.ts'

/** The words that restrict a value, also those of a conditional's `if_match` and `then_match`. */
export function checkRules(value: unknown, rules: Rules): string | undefined {
  const problem =
    checkEquality(value, rules) ??
    checkNumber(value, rules) ??
    checkKind(value, rules) ??
    checkLength(value, rules) ??
    checkText(value, rules) ??
    checkList(value, rules)
  return problem === undefined ? undefined : (rules.err ?? problem)
}

function checkEquality(value: unknown, rules: Rules): string | undefined {
  if (rules.eq !== undefined && !isSame(value, rules.eq)) return sentences.eq(rules.eq)
  if (rules.ne !== undefined && isSame(value, rules.ne)) return sentences.ne(rules.ne)
  if (rules.not_one_of?.some(one => one === value)) return sentences.notOneOf(rules.not_one_of)
  if (rules.one_of !== undefined && !rules.one_of.some(one => one === value))
    return sentences.oneOf(rules.one_of)
  return undefined
}

const isSame = (value: unknown, other: unknown): boolean =>
  value === other || (isAbsent(value) && other === null)

function checkNumber(value: unknown, rules: Rules): string | undefined {
  if (typeof value !== 'number') return undefined
  if (rules.gt !== undefined && value <= rules.gt) return sentences.gt(rules.gt)
  if (rules.timestamp === true && value <= 0) return sentences.timestamp
  if (rules.between && (value < rules.between[0] || value > rules.between[1]))
    return sentences.between(...rules.between)
  return undefined
}

function checkKind(value: unknown, rules: Rules): string | undefined {
  if (typeof value !== 'string') return undefined
  if (rules.uuid === true && !isUuid(value)) return sentences.uuid
  return rules.is_regex === true && !isRegex(value) ? sentences.regex(value) : undefined
}

function checkLength(value: unknown, rules: Rules): string | undefined {
  const length = lengthOf(value)
  if (length === undefined) return undefined
  // Kong demands one character at least of every string that does not say otherwise.
  const least = rules.len_min ?? (typeof value === 'string' && rules.type === 'string' ? 1 : 0)
  if (rules.len_eq !== undefined && length !== rules.len_eq) return sentences.lenEq(rules.len_eq)
  if (length < least) return sentences.lenMin(least)
  return rules.len_max !== undefined && length > rules.len_max ? sentences.lenMax(rules.len_max) : undefined
}

/** For texts, the number of bytes. */
function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (Array.isArray(value)) return value.length
  return isRecord(value) ? Object.keys(value).length : undefined
}

function checkText(value: unknown, rules: Rules): string | undefined {
  if (typeof value !== 'string') return undefined
  const matches = (pattern: string) => compiled(pattern).test(value)
  const said = (one: Pattern | undefined) => one && (one.err ?? sentences.match(value))
  if (rules.starts_with !== undefined && !value.startsWith(rules.starts_with))
    return sentences.startsWith(rules.starts_with)
  if (rules.not_match !== undefined && matches(rules.not_match)) return sentences.match(value)
  const forbidden = said(rules.match_none?.find(one => matches(one.pattern)))
  if (forbidden !== undefined) return forbidden
  if (rules.match !== undefined && !matches(rules.match)) return sentences.match(value)
  const missed = said(rules.match_all?.find(one => !matches(one.pattern)))
  if (missed !== undefined) return missed
  const any = rules.match_any
  return any !== undefined && !any.patterns.some(matches) ? (any.err ?? sentences.match(value)) : undefined
}

/** Each pattern of a schema is compiled once, for all the values that it is about. */
function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern) ?? luaPattern(pattern)
  patterns.set(pattern, known)
  return known
}

const patterns = new Map<string, RegExp>()

function checkList(value: unknown, rules: Rules): string | undefined {
  if (!Array.isArray(value)) return undefined
  if (rules.contains !== undefined && !value.includes(rules.contains))
    return sentences.contains(rules.contains)
  const used =
    rules.mutually_exclusive_subsets?.filter(subset => subset.some(one => value.includes(one))) ?? []
  if (used.length < 2) return undefined
  const place = (subset: readonly string[]) => value.findIndex(one => subset.includes(String(one)))
  return sentences.exclusiveSubsets([...used].sort((a, b) => place(a) - place(b)))
}
