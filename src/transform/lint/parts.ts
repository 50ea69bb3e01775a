/** Parts of a ruleset that occur in several places: JSONPaths, aliases, formats. */
import * as formatFunctions from '@stoplight/spectral-formats'
import { isRecord } from '../../entities/language/values.ts'
import type { Document } from '../../file/document.ts'
import { shown } from './deck-wording.ts'
import { hasExpression, selectorProblem } from './selectors.ts'
import type { Complaints, Path } from './source.ts'

export type At = (path: Path) => (message: string, hint?: string, part?: 'key' | 'value') => void
export const place =
  (document: Document, complaints: Complaints): At =>
  path =>
  (message, hint, part) =>
    complaints.add(document, path, message, hint, part)

export function checkAliases(aliases: unknown, at: At): void {
  if (aliases === undefined) return
  if (!isRecord(aliases)) {
    at(['aliases'])('aliases must be a mapping of names')
    return
  }
  for (const [name, value] of Object.entries(aliases)) {
    const targets = isRecord(value) ? value['targets'] : [{ given: value }]
    for (const target of Array.isArray(targets) ? targets : [])
      checkGiven(target?.given, at(['aliases', name]))
  }
}

/** decK takes an alias for one path without a list. */
export const listedAliases = (aliases: unknown): unknown =>
  isRecord(aliases)
    ? Object.fromEntries(
        Object.entries(aliases).map(([name, value]) => [name, typeof value === 'string' ? [value] : value]),
      )
    : aliases

/** @returns the selectors, where all are well-formed */
export function checkGiven(given: unknown, complain: ReturnType<At>): void {
  const list = Array.isArray(given) ? given : [given]
  if (list.length === 0 || !list.every(one => typeof one === 'string')) {
    complain('given must be a JSONPath, or a list of them')
    return
  }
  for (const path of list) {
    if (!/^[$#]/.test(path)) complain(`given '${path}' must begin with $ or with the # of an alias`)
    else {
      const problem = selectorProblem(path)
      if (problem !== undefined) complain(`given '${path}' is no JSONPath: ${problem}`)
    }
  }
}

export function checkField(field: string, complain: ReturnType<At>): void {
  if (hasExpression(field)) complain('a field cannot have a regular expression', 'put it into given')
  else checkGiven(field, complain)
}

const known = formatFunctions as unknown as Readonly<Record<string, unknown>>

/** `oas3.1` and `oas3_1` are the same. */
export function formatsOf(formats: unknown, complain: ReturnType<At>): unknown[] {
  if (!Array.isArray(formats)) {
    complain('formats must be a list')
    return []
  }
  return formats.flatMap(name => {
    const key = shown(name)
      .replace(/^json-schema(-|$)/, 'jsonSchema$1')
      .replace(/[.-]/g, '_')
    const format = /^[a-z]/.test(key) && !/^(?:extract|detect)/.test(key) ? known[key] : undefined
    if (format !== undefined) return [format]
    complain(
      `unknown format '${shown(name)}'`,
      'known ones are oas2, oas3, oas3_0, oas3_1, aas2, aas3 and the like',
    )
    return []
  })
}
