/**
 * Whether an answer says what real Kong said. Real Kong agrees with its own recordings only when compared
 * like this (see the README of the recordings): generated values by where they first appeared, times not at
 * all, lists as sets, pages by length.
 */
import { parse } from 'yaml'

/** Recorded values that the server made, and what stands for them now. */
export type Learnt = Map<string, string>

type Json = unknown
type Record_ = Readonly<Record<string, Json>>

const isRecord = (value: Json): value is Record_ =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i
const secret = /^[A-Za-z\d]{32}$|^[A-Za-z\d]{43,}$/
/** Salted with an id, or at random. */
const hash = /^[\da-f]{40}$|^\$pbkdf2-sha512\$/
const offset = /^[A-Za-z\d]{20,}$/

const times = new Set(['created_at', 'updated_at', 'node_id', 'timers'])

/** Pairs generated values that stand at the same place; within lists the order says nothing. */
export function learn(recorded: Json, actual: Json, learnt: Learnt, key = ''): void {
  if (isRecord(recorded) && isRecord(actual)) {
    learnNames(recorded, actual, learnt)
    for (const [name, value] of Object.entries(recorded)) {
      if (name === 'data') learnRows(value, actual[name], learnt)
      else learn(value, actual[learnt.get(name) ?? name], learnt, name)
    }
  } else if (
    typeof recorded === 'string' &&
    typeof actual === 'string' &&
    recorded !== actual &&
    !learnt.has(recorded)
  ) {
    const alike = (pattern: RegExp) => pattern.test(recorded) && pattern.test(actual)
    if (alike(uuid) || alike(secret) || alike(hash) || (key === 'offset' && offset.test(recorded)))
      learnt.set(recorded, actual)
  }
}

/** Entities by their ids: the only one whose id is at random is the same. */
function learnNames(recorded: Record_, actual: Record_, learnt: Learnt): void {
  const own = (one: Record_, other: Record_) =>
    Object.keys(one).filter(name => uuid.test(name) && !(name in other))
  const [left, right] = [own(recorded, actual), own(actual, recorded)]
  if (left.length === 1 && right.length === 1) learnt.set(String(left[0]), String(right[0]))
}

/** Rows of a list match if they have the same name; other rows have no identity. */
function learnRows(recorded: Json, actual: Json, learnt: Learnt): void {
  if (!Array.isArray(recorded) || !Array.isArray(actual)) return
  for (const row of recorded) {
    const name = isRecord(row) ? row['name'] : undefined
    const same = actual.filter(one => isRecord(one) && typeof name === 'string' && one['name'] === name)
    if (same.length === 1) learn(row, same[0], learnt)
  }
}

/** A recorded text with the values of now. */
export function translate(text: string, learnt: Learnt): string {
  let result = text
  for (const [recorded, actual] of learnt) {
    if (result.includes(recorded)) result = result.replaceAll(recorded, actual)
  }
  return result
}

/** @returns what differs, in a few words; undefined where nothing does */
export function difference(path: string, recorded: Json, actual: Json, learnt: Learnt): string | undefined {
  const isPage = /[?&](size|offset)=/.test(path)
  if (isPage && isRecord(recorded) && Array.isArray(recorded['data']) && isRecord(actual)) {
    return pageDifference(recorded, actual, recorded['data'])
  }
  const left = normal(recorded, '', text => translate(text, learnt))
  const right = normal(actual, '', text => text)
  return firstDifference(left, right, '')
}

function pageDifference(recorded: Record_, actual: Record_, rows: readonly Json[]): string | undefined {
  const count = Array.isArray(actual['data']) ? actual['data'].length : -1
  if (count !== rows.length) return `${rows.length} rows expected, ${count} found`
  const withoutValues = (next: Json) =>
    typeof next === 'string' ? next.replace(/offset=[^&]*/, 'offset=') : next
  const [left, right] = [withoutValues(recorded['next']), withoutValues(actual['next'])]
  return left === right ? undefined : `next: ${JSON.stringify(left)} expected, ${JSON.stringify(right)} found`
}

/** Times out, lists whose order says nothing in one order, messages of several violations in one order. */
function normal(value: Json, key: string, text: (value: string) => string): Json {
  if (typeof value === 'string') return normalText(text(value), key)
  if (Array.isArray(value)) {
    const items = value.map(item => normal(item, '', text))
    return unordered.has(key) ? items.sort(byText) : items
  }
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !ignored.has(name))
      .map(([name, item]) => [text(name), times.has(name) ? typeof item : normal(item, name, text)]),
  )
}

/** A schema that has been used gains these. */
const ignored = new Set(['len_min', 'required'])
const unordered = new Set([
  'data',
  'fields',
  'one_of',
  'enabled_plugins',
  '@entity',
  'shorthand_fields',
  'entity_checks',
])

const byText = (a: Json, b: Json): number => (canonicalText(a) < canonicalText(b) ? -1 : 1)

const canonicalText = (value: Json): string =>
  JSON.stringify(value, (_key, item: Json) =>
    isRecord(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  )

/** What libraries say is the library's; a balancer's word for a name that it cannot resolve, too. */
function normalText(text: string, key: string): string {
  // A random default whose placeholder is unknown.
  if (/^[A-Za-z\d]{43,}$/.test(text)) return 'secret'
  // A declarative file: fields of an entity come in any order.
  if (key === 'config' && text.includes('_format_version:'))
    return canonicalText(normal(parse(text), '', one => one))
  if (key === 'dns' && !/^(A|AAAA|SRV|ip)$/.test(text)) return 'error'
  const own = text.replace(
    /(PCRE returned|Router Expression failed validation|failed parsing declarative configuration|x509\.new|load_key|pkey\.new): .*/s,
    '$1',
  )
  const several = /^(\d+ schema violations) \((.*)\)$/s.exec(own)
  if (several === null) return own
  const [, head, list = ''] = several
  return `${head} (${list.split('; ').sort().join('; ')})`
}

function firstDifference(left: Json, right: Json, at: string): string | undefined {
  if (
    at.endsWith('.ttl') &&
    typeof left === 'number' &&
    typeof right === 'number' &&
    Math.abs(left - right) <= 3
  )
    return undefined
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length) return `${at}: ${left.length} items expected, ${right.length} found`
    return first(left.map((item, index) => [item, right[index], `${at}.${index}`] as const))
  }
  if (isRecord(left) && isRecord(right)) {
    const names = [...new Set([...Object.keys(left), ...Object.keys(right)])]
    return first(names.map(name => [left[name], right[name], `${at}.${name}`] as const))
  }
  if (left === right) return undefined
  return `${at}: ${JSON.stringify(left)} expected, ${JSON.stringify(right)} found`
}

const first = (pairs: readonly (readonly [Json, Json, string])[]): string | undefined => {
  for (const [left, right, at] of pairs) {
    const found = firstDifference(left, right, at)
    if (found !== undefined) return found
  }
  return undefined
}
