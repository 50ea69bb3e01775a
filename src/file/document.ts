/**
 * A parsed state file: its content, and the place of each value in the text. `yaml/parse.ts` makes it;
 * places are computed on demand.
 */
import { isRecord } from '../entities/language/values.ts'
import type { Place } from '../errors.ts'
import type { Path, Source } from '../state/state.ts'

export interface Document extends Source {
  /** Plain values as written, with environment values filled in; `{}` for an empty file. */
  readonly content: Readonly<Record<string, unknown>>
  /** Whether a variable that is not set has a part in the value, which then cannot be judged. */
  readonly hasPlaceholder?: (path: Path) => boolean
  /** The text of a plain scalar, as written: `1.10` for the number 1.1. Undefined for what has quotes. */
  readonly plainTextAt?: (path: Path) => string | undefined
}

/**
 * A part of what an entity is that is written somewhere else: in `url`, in `_plugin_configs`, in
 * `_info.defaults`.
 */
export interface Elsewhere {
  /** Where one would look for it first. */
  readonly at: Path
  readonly document: Document
  /** Where it is instead. */
  readonly path: Path
  /** Values below `at` are in that one value (`host` in `url`) rather than below `path`. */
  readonly whole?: boolean
}

/** The value at a path, or undefined. */
export function valueAt(content: unknown, path: Path): unknown {
  let value = content
  for (const step of path) {
    if (Array.isArray(value) && typeof step === 'number') value = value[step]
    else if (isRecord(value) && Object.hasOwn(value, String(step))) value = value[String(step)]
    else return undefined
  }
  return value
}

/** Whether a value stands for one that is not known. */
export const isPlaceholder = ({ hasPlaceholder }: Document, path: Path): boolean =>
  hasPlaceholder?.(path) === true

const startsWith = (path: Path, start: Path): boolean => start.every((step, index) => path[index] === step)

/**
 * The document as one entity sees it that takes some of its fields from elsewhere: those fields are found,
 * and are secret, where they are really written. What is written at the entity itself wins.
 */
export function seenFrom(document: Document, elsewhere: readonly Elsewhere[]): Document {
  if (elsewhere.length === 0) return document
  const places = (path: Path): { document: Document; path: Path }[] =>
    [
      { document, path },
      ...elsewhere
        .filter(other => startsWith(path, other.at))
        .map(other => ({
          document: other.document,
          path: other.whole === true ? other.path : [...other.path, ...path.slice(other.at.length)],
        })),
    ].filter(place => valueAt(place.document.content, place.path) !== undefined)
  return {
    name: document.name,
    content: document.content,
    hasPlaceholder: path =>
      places(path).some(place => isPlaceholder(place.document, place.path)) ||
      elsewhere.some(other => startsWith(other.at, path) && isPlaceholder(other.document, other.path)),
    whereIs: (path, part): Place | undefined => {
      const found = places(path)[0] ?? { document, path }
      return found.document.whereIs(found.path, part)
    },
    isSecret: path =>
      places(path).some(place => place.document.isSecret(place.path)) ||
      elsewhere.some(other => startsWith(other.at, path) && other.document.isSecret(other.path)),
    filledAt: path => places(path).flatMap(place => place.document.filledAt(place.path)),
  }
}
