/**
 * Compares a result with decK's: exit codes, the numbers of the summary, dumps and states as data, with ids
 * replaced by the entities they name. Texts differ.
 */
import { isDeepStrictEqual } from 'node:util'
import { parse } from 'yaml'

export interface Said {
  readonly exit: number
  readonly stdout: string
}

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i

/** @returns what differs; undefined where nothing does */
export function compareStep(argv: readonly string[], theirs: Said, ours: Said): string | undefined {
  if (theirs.exit !== ours.exit) return `exit ${theirs.exit} → ${ours.exit}`
  const [expected, actual] = [summaryOf(theirs.stdout), summaryOf(ours.stdout)]
  if (expected !== undefined && expected !== actual) return `summary ${expected} → ${actual}`
  if (!argv.includes('dump') || theirs.exit !== 0) return undefined
  return compareData(parse(theirs.stdout), parse(ours.stdout))
}

/** `created/updated/deleted`, from the text or the JSON. */
function summaryOf(stdout: string): string | undefined {
  const text = /Created: (\d+)\n\s*Updated: (\d+)\n\s*Deleted: (\d+)/.exec(stdout)
  if (text !== null) return text.slice(1).join('/')
  if (!stdout.startsWith('{')) return undefined
  const { summary } = JSON.parse(stdout)
  return summary === undefined ? undefined : `${summary.creating}/${summary.updating}/${summary.deleting}`
}

export function compareData(theirs: unknown, ours: unknown): string | undefined {
  const [expected, actual] = [sorted(withoutIds(theirs)), sorted(withoutIds(ours))]
  return isDeepStrictEqual(expected, actual) ? undefined : firstDifference(expected, actual, '')
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * What Kong stores of a basic-auth password: it has the consumer's id in it, which is another one each time.
 */
const passwordHash = /^[\da-f]{40}$/

/** Dumps name what they refer to; the ids themselves, and hashes made with them, are each program's own. */
function withoutIds(value: unknown): unknown {
  if (typeof value === 'string' && uuid.test(value)) return '(id)'
  if (typeof value === 'string' && passwordHash.test(value)) return '(hash)'
  if (Array.isArray(value)) return value.map(withoutIds)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutIds(inner)]))
}

/** Lists of entities come in the order of ids. */
function sorted(value: unknown): unknown {
  if (isRecord(value)) {
    const names = Object.keys(value).sort()
    return Object.fromEntries(names.map(name => [name, sorted(value[name])]))
  }
  if (!Array.isArray(value)) return value
  const inner = value.map(sorted)
  return inner.some(isRecord) ? inner.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : inner
}

function firstDifference(theirs: unknown, ours: unknown, at: string): string {
  if (isDeepStrictEqual(theirs, ours)) return ''
  const both = isRecord(theirs) && isRecord(ours)
  const lists = Array.isArray(theirs) && Array.isArray(ours) && theirs.length === ours.length
  if (!both && !lists) return `${at}: ${short(theirs)} → ${short(ours)}`
  const [a, b] = [theirs as Record<string, unknown>, ours as Record<string, unknown>]
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])]
  return names.map(name => firstDifference(a[name], b[name], `${at}.${name}`)).find(text => text !== '') ?? ''
}

const short = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 120)

type Row = Readonly<Record<string, unknown>>
export type Lists = Readonly<Record<string, readonly Row[]>>

/** States are compared with each id replaced by its entity. */
export const compareStates = (theirs: Lists, ours: Lists): string | undefined =>
  compareData(named(theirs), named(ours))

function named(lists: Lists): unknown {
  const byId = new Map(Object.values(lists).flatMap(rows => rows.map(row => [row['id'], row] as const)))
  const withoutIds = (value: unknown, seen: readonly unknown[]): unknown => {
    if (seen.includes(value)) return '(itself)'
    if (byId.has(value)) return withoutIds(byId.get(value), [...seen, value])
    if (Array.isArray(value)) return value.map(inner => withoutIds(inner, seen))
    if (!isRecord(value)) return value
    const entries = Object.entries(value).filter(([name]) => !['created_at', 'updated_at'].includes(name))
    return Object.fromEntries(entries.map(([name, inner]) => [name, withoutIds(inner, seen)]))
  }
  return Object.fromEntries(
    Object.entries(lists).map(([path, rows]) => [path, rows.map(row => withoutIds(row, [row['id']]))]),
  )
}
