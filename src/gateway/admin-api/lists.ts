/** Pages of lists: `size`, `offset`, `tags`, and `next` in the form of each version. */
import type { Entity, Version } from '../../entities/language/define.ts'
import { isUuid } from '../../entities/text/formats.ts'
import { invalidOffset, invalidOption, invalidSize } from '../store/errors.ts'
import type { Values } from './endpoint.ts'

export interface Page<T> {
  readonly data: readonly T[]
  readonly offset?: string
}

const defaultSize = 100
const maxSize = 1000

export function sizeOf(query: Values): number {
  const { size } = query
  if (size === undefined) return defaultSize
  const text = Array.isArray(size)
    ? Number.NaN
    : size === true
      ? Number.NaN
      : Number(size === '' ? Number.NaN : size)
  if (Number.isNaN(text)) throw invalidSize('size must be a number')
  if (!Number.isInteger(text) || text < 1 || text > maxSize) {
    throw invalidSize(`size must be an integer between 1 and ${maxSize}`)
  }
  return text
}

/** An offset is the id of the next page's first entity, written as Kong writes it: a JSON list in base64. */
const encodeOffset = (keys: readonly unknown[]): string =>
  Buffer.from(JSON.stringify(keys)).toString('base64').replaceAll('=', '')

function decodeOffset(offset: string): readonly unknown[] {
  const bytes = /^[\w+/=-]*$/.test(offset) ? Buffer.from(offset, 'base64').toString() : undefined
  if (bytes === undefined || (bytes === '' && offset !== ''))
    throw invalidOffset(offset, 'bad base64 encoding')
  try {
    const keys: unknown = JSON.parse(bytes)
    // Every offset begins with an id; Kong itself breaks down at one that does not.
    if (Array.isArray(keys) && (keys.length === 0 || isUuid(String(keys[0])))) return keys
  } catch {}
  throw invalidOffset(offset, 'bad json encoding')
}

/** The requested offset, decoded; undefined for the first page. After an empty offset the list is empty. */
function offsetOf(query: Values): readonly unknown[] | undefined {
  const { offset } = query
  if (offset === undefined) return undefined
  const text = Array.isArray(offset) ? offset[0] : offset
  if (typeof text !== 'string') throw invalidOffset('', 'bad base64 encoding')
  return decodeOffset(text)
}

/**
 * A page of what is in the order of a key; a page begins at the first entry whose key is not below the
 * offset's.
 */
export function pageByKey<T>(
  all: readonly T[],
  query: Values,
  keyOf: (item: T) => readonly (string | number)[],
): Page<T> {
  const size = sizeOf(query)
  const from = offsetOf(query)
  const start = from === undefined ? 0 : from.length === 0 ? all.length : firstFrom(all, from, keyOf)
  const next = all[start + size]
  return {
    data: all.slice(start, start + size),
    ...(next !== undefined && { offset: encodeOffset(keyOf(next)) }),
  }
}

function firstFrom<T>(
  all: readonly T[],
  from: readonly unknown[],
  keyOf: (item: T) => readonly (string | number)[],
): number {
  const isBefore = (item: T): boolean => {
    for (const [index, part] of keyOf(item).entries()) {
      const limit = from[index] as string | number | undefined
      if (limit === undefined || part === limit) continue
      return part < limit
    }
    return false
  }
  let [low, high] = [0, all.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const item = all[middle]
    if (item !== undefined && isBefore(item)) low = middle + 1
    else high = middle
  }
  return low
}

export const pageById = (all: readonly Entity[], query: Values): Page<Entity> =>
  pageByKey(all, query, one => [one.id])

/** A page of a list that has its own order: the offset is a plain number. */
export function pageByNumber<T>(all: readonly T[], query: Values): Page<T> {
  const size = sizeOf(query)
  const start = query['offset'] === undefined ? 0 : Number(query['offset'])
  if (!Number.isInteger(start) || start < 0) throw invalidOffset(String(query['offset']), 'bad number')
  const end = start + size
  return { data: all.slice(start, end), ...(end < all.length && { offset: String(end) }) }
}

/** The response of a list; `next` repeats the query, as far as this version does. */
export function pageAnswer<T>(page: Page<T>, path: string, kept: string): Values {
  const next = page.offset === undefined ? null : `${path}?offset=${encodeURIComponent(page.offset)}${kept}`
  return { data: page.data, next, ...(page.offset !== undefined && { offset: page.offset }) }
}

const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value)

/** 2.8 forgets the size on the way to the next page. */
export function nextQuery(query: Values, version: Version): string {
  const tags = first(query['tags'])
  const size = first(query['size'])
  return [
    tags === undefined ? '' : `&tags=${encodeURIComponent(String(tags))}`,
    size === undefined || version.major < 3 ? '' : `&size=${size}`,
  ].join('')
}

/** `tags=a,b` (all of them) or `tags=a/b` (one of them) as a test; undefined without `tags`. */
export function tagFilter(query: Values, version: Version): ((entity: Entity) => boolean) | undefined {
  const given = query['tags']
  if (given === undefined) return undefined
  const text = first(given)
  if (typeof text !== 'string' || text === '') throw invalidOption('tags', 'cannot be null')
  const allowed = version.major >= 3 ? /^[ -+\-.0-~\u0080-\u{10ffff}]+$/u : /^[!-+\-.0-~\u0080-\u{10ffff}]+$/u
  const separator = text.includes('/') ? '/' : ','
  const parts = text.split(separator)
  // A separator at the end adds an empty tag.
  const isWritten = (part: string, index: number) =>
    allowed.test(part) || (part === '' && index > 0 && index === parts.length - 1)
  if (!parts.every(isWritten)) throw invalidOption('tags', 'invalid filter syntax')
  if (parts.length > 5) throw invalidOption('tags', 'cannot query more than 5 tags')
  const has = (entity: Entity, tag: string) => Array.isArray(entity['tags']) && entity['tags'].includes(tag)
  return separator === ','
    ? entity => parts.every(tag => has(entity, tag))
    : entity => parts.some(tag => has(entity, tag))
}
