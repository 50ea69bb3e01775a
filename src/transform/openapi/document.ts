/** What an OpenAPI document of version 3 says, with its references followed. Only what becomes part of a state file is read. */
import { isRecord } from '../../entities/language/values.ts'
import { DeckError } from '../../errors.ts'
import { sortedKeys } from '../../file/sorted-keys.ts'

export type Values = Record<string, unknown>

/** Lists and mappings that are not there are empty. */
export const recordOf = (value: unknown): Values => (isRecord(value) ? value : {})
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export const methods = ['delete', 'get', 'head', 'options', 'patch', 'post', 'put', 'trace'] as const

/** @throws DeckError where it is no OpenAPI document of version 3 */
export function checkVersion({ openapi, swagger }: Values): void {
  if (typeof openapi === 'string' && openapi.startsWith('3')) return
  const what = swagger === undefined ? 'there is no "openapi" with a version' : `this is Swagger ${swagger}`
  throw new DeckError(`cannot create v3 model from document: ${what}`, {
    hint: 'openapi: 3.0.3 at the top, or convert the document to it first',
  })
}

/** What `#/components/parameters/x` stands for; what is no reference is itself. @throws DeckError for one that leads nowhere */
export function followed(value: unknown, document: Values): Values {
  const seen = new Set<string>()
  let found = value
  while (isRecord(found) && typeof found['$ref'] === 'string') {
    const pointer = found['$ref']
    if (seen.has(pointer) || !pointer.startsWith('#/')) throw unresolved(pointer)
    seen.add(pointer)
    found = pointer
      .slice(2)
      .split('/')
      .reduce<unknown>((inner, step) => recordOf(inner)[unescaped(step)], document)
    if (found === undefined) throw unresolved(pointer)
  }
  return recordOf(found)
}

const unresolved = (pointer: string): DeckError =>
  new DeckError(`cannot create v3 model from document: component '${pointer}' does not exist in the document`)

/** RFC 6901 within a URI. */
const unescaped = (step: string): string =>
  decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')

/**
 * An `x-kong-…` object, a copy of it; those that are references stand below `#/components/x-kong/`.
 *
 * @returns undefined where there is none; @throws DeckError (decK's words)
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

/** `x-kong-name`; empty where it is not given. */
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
