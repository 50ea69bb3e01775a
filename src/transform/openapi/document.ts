/**
 * Reads an OpenAPI document of version 3, with resolved references; only the parts that a state file needs.
 */
import { isRecord } from '../../entities/language/values.ts'
import { DeckError } from '../../errors.ts'
import { sortedKeys } from '../../file/sorted-keys.ts'
import { findBelow, stepsOf } from './pointer.ts'
import type { Problems } from './problems.ts'

export type Values = Record<string, unknown>

/** Lists and mappings that are not there are empty. */
export const recordOf = (value: unknown): Values => (isRecord(value) ? value : {})
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** A version may be written as a number: `openapi: 3.0`. @returns whether it is one of OpenAPI 3 */
export function checkVersion(document: Values, problems: Problems): boolean {
  const { openapi, swagger } = document
  if (/^3(?:\.|$)/.test(typeof openapi === 'number' ? `${openapi}` : textOf(openapi))) return true
  const hint = 'write "openapi: 3.0.3" at the top, or convert the document to it first'
  const refuse = (what: string, key?: string): void =>
    problems.error(`cannot create v3 model from document: ${what}`, document, key, hint)
  if (openapi !== undefined) refuse(`version ${shown(openapi)} of OpenAPI is not supported`, 'openapi')
  else if (swagger !== undefined) refuse(`this is Swagger ${shown(swagger)}`, 'swagger')
  else refuse('there is no "openapi" with a version')
  return false
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** In the order of their routes. `query` is of OpenAPI 3.2. */
export const methods = ['delete', 'get', 'head', 'options', 'patch', 'post', 'put', 'query', 'trace'] as const

/**
 * The target of `#/components/parameters/x`; other values are returned. @throws DeckError for a broken
 * reference
 */
export function followed(value: unknown, document: Values): Values {
  const seen = new Set<string>()
  let found = value
  while (isRecord(found) && typeof found['$ref'] === 'string') {
    const pointer = found['$ref']
    const steps = seen.has(pointer) || !pointer.startsWith('#') ? undefined : stepsOf(pointer.slice(1))
    seen.add(pointer)
    found = steps && findBelow(document, steps)?.value
    if (found === undefined) throw new DeckError(`component '${pointer}' does not exist in the document`)
  }
  return recordOf(found)
}

/**
 * A copy of an `x-kong-…` object; references lead to `#/components/x-kong/`.
 *
 * @returns undefined if there is none; @throws DeckError (decK's words)
 */
export function kongObject(holder: Values, key: string, document: Values): Values | undefined {
  const value = holder[key]
  if (value === undefined || value === null) return undefined
  if (!isRecord(value)) throw new DeckError(`expected '${key}' to be a JSON/YAML object`)
  const pointer = value['$ref']
  if (pointer === undefined) return structuredClone(value) as Values
  if (typeof pointer !== 'string') throw new DeckError("expected '$ref' pointer to be a string")
  const root = '#/components/x-kong/'
  if (!pointer.startsWith(root)) throw new DeckError(`all 'x-kong-...' references must be at '${root}...'`)
  const kept = recordOf(document['components'])['x-kong']
  if (kept !== undefined && !isRecord(kept))
    throw new DeckError("expected '/components/x-kong' to be a JSON/YAML object")
  const found = pointer
    .slice(root.length)
    .split('/')
    .reduce<unknown>((inner, step) => recordOf(inner)[step], kept)
  if (found === undefined || found === null) throw new DeckError(`reference '${pointer}' not found`)
  if (!isRecord(found)) throw new DeckError(`expected '${pointer}' to be a JSON object`)
  return structuredClone(found) as Values
}

/** `x-kong-name`, or the empty text. */
export function kongName({ 'x-kong-name': name }: Values): string {
  return typeof name === 'string' || typeof name === 'number' ? String(name) : ''
}

/** `x-kong-tags`. @throws DeckError (decK's words) */
export function kongTags({ 'x-kong-tags': tags }: Values): string[] {
  const list = listOf(tags)
  if (list.every(tag => typeof tag === 'string')) return [...list] as string[]
  throw new DeckError("expected 'x-kong-tags' to be an array of strings")
}

/** JSON as decK's program writes it: keys sorted, `<`, `>` and `&` escaped. */
export const sortedJson = (value: unknown): string =>
  JSON.stringify(sortedKeys(value)).replace(
    /[<>&\u2028\u2029]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
