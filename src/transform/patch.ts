/**
 * `deck file patch`: sets and removes fields of records, appends to arrays; from `--value` flags or from
 * patch files (decK 1.65).
 */
import { DeckError, UsageError } from '../errors.ts'
import { type Content, isContent } from './owners.ts'

export interface Patch {
  readonly set: Content
  readonly remove: readonly string[]
  /** Where there is something to append, only arrays are changed. */
  readonly append: readonly unknown[]
}

/** The parts that a patch can change. */
export const patchTarget = ({ append }: Patch): { is: (part: unknown) => boolean; name: string } =>
  append.length > 0 ? { is: Array.isArray, name: 'a list' } : { is: isContent, name: 'a mapping' }

export function applyPatch(parts: readonly unknown[], { set, remove, append }: Patch): void {
  for (const part of parts) {
    if (append.length > 0) {
      if (Array.isArray(part)) part.push(...structuredClone(append))
    } else if (isContent(part)) {
      Object.assign(part, structuredClone(set))
      for (const field of remove) delete part[field]
    }
  }
}

/**
 * `key:<JSON>` sets, `key:` removes, `[…]` appends.
 * @throws UsageError for the first invalid value (decK's words)
 */
export function patchOfValues(values: readonly string[]): Patch {
  const set: Content = {}
  const remove: string[] = []
  const append: unknown[] = []
  for (const value of values) {
    const text = value.trim()
    if (text.startsWith('[') && text.endsWith(']')) {
      const wanted = "expected '--value' entry to be a valid json array '[ entry1, entry2, ... ]'"
      append.push(...(fromJson(text, `${wanted}, failed parsing json-string in '${value}'`) as unknown[]))
      continue
    }
    const colon = value.indexOf(':')
    if (colon === -1) {
      throw new UsageError(
        `expected '--value' entry to have format 'key:json-string', or '[ json-array ], got: '${value}'`,
      )
    }
    const [key, json] = [value.slice(0, colon), value.slice(colon + 1).trim()]
    if (json === '') remove.push(key)
    else {
      const wanted = "expected '--value' entry to have format 'key:json-string'"
      set[key] = fromJson(
        json,
        `${wanted}, failed parsing json-string in '${value}' (did you forget to wrap a json-string-value in quotes?)`,
      )
    }
  }
  return { set, remove, append }
}

function fromJson(text: string, complaint: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UsageError(complaint)
  }
}

/** One entry of a patch file's `patches`, checked. */
export interface FilePatch extends Patch {
  readonly selectors: readonly string[]
  /** In the file's list. */
  readonly index: number
}

/**
 * @param content of a file `{_format_version?, patches: [{selectors, values, remove}]}`
 * @param fallback selectors of a patch without any
 * @throws DeckError naming the first part that is not as it should be (decK's words)
 */
export function patchesOfFile(name: string, content: Content, fallback: readonly string[]): FilePatch[] {
  const version = content['_format_version']
  if (version !== undefined && !(typeof version === 'string' && /^\d+\.\d+$/.test(version))) {
    throw new DeckError(
      `${name}: has an invalid _format_version specified; expected field '._format_version' to be a string in 'x.y' format`,
    )
  }
  return recordsIn(content['patches'], `${name}: field 'patches' is not an array`).flatMap((entry, index) => {
    const { values = null, remove = null } = entry
    if (values === null && remove === null) return []
    const place = (content['patches'] as unknown[]).indexOf(entry)
    return [{ ...filePatch(entry, `${name}: patches[${index}]`, fallback), index: place }]
  })
}

function filePatch(entry: Content, where: string, fallback: readonly string[]): Omit<FilePatch, 'index'> {
  const { selectors = null, values = null, remove = null } = entry
  if (selectors !== null && !isTexts(selectors))
    throw new DeckError(`${where}.selectors is not a string-array`)
  if (values !== null && !Array.isArray(values) && !isContent(values)) {
    throw new DeckError(`${where}.values is neither an object nor an array`)
  }
  if (remove !== null && !isTexts(remove)) throw new DeckError(`${where}.remove is not an array`)
  const set = isContent(values) ? values : {}
  const both = remove?.find(field => field in set)
  if (both !== undefined) {
    throw new DeckError(`${where} is trying to change and remove '${both}' at the same time`)
  }
  return {
    selectors: selectors ?? fallback,
    set,
    remove: remove ?? [],
    append: Array.isArray(values) ? values : [],
  }
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every(one => typeof one === 'string')

/** The records of an array that may be left out. @throws DeckError where it is something else */
export function recordsIn(value: unknown, complaint: string): Content[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new DeckError(complaint)
  return value.filter(isContent)
}
