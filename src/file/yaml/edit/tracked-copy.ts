/**
 * A copy of a file's content to change, which remembers the original of each mapping and list: so an edit
 * can tell an item that moved from a new one.
 */
import { isRecord } from '../../../entities/language/values.ts'
import type { Content } from '../content.ts'

export interface TrackedCopy {
  readonly copy: Content
  /** From a mapping or list of the copy to the one that it is a copy of. */
  readonly originals: ReadonlyMap<unknown, unknown>
}

export function trackedCopy(content: Content): TrackedCopy {
  const originals = new Map<unknown, unknown>()
  const copy = structuredClone(content)
  pairUp(content, copy, originals)
  return { copy, originals }
}

function pairUp(original: unknown, copy: unknown, originals: Map<unknown, unknown>): void {
  if (Array.isArray(original) && Array.isArray(copy)) {
    originals.set(copy, original)
    for (const [index, item] of original.entries()) pairUp(item, copy[index], originals)
  } else if (isRecord(original) && isRecord(copy)) {
    originals.set(copy, original)
    for (const [name, value] of Object.entries(original)) pairUp(value, copy[name], originals)
  }
}
