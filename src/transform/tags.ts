/** `deck file add-tags | remove-tags | list-tags`: tags of the records given; anything else than an array of texts in `tags` counts as none (decK 1.65). */
import type { Content } from './owners.ts'

const tagsOf = (owner: Content): string[] | undefined =>
  Array.isArray(owner['tags']) ? owner['tags'].map(String) : undefined

/** In the order given, after those that are there; none twice. */
export function addTags(owners: readonly Content[], tags: readonly string[]): void {
  for (const owner of owners) owner['tags'] = [...new Set([...(tagsOf(owner) ?? []), ...tags])]
}

/**
 * @param keepEmpty leaves `tags: []` where the last one is gone
 */
export function removeTags(
  owners: readonly Content[],
  isRemoved: (tag: string) => boolean,
  keepEmpty: boolean,
): void {
  for (const owner of owners) {
    const left = tagsOf(owner)?.filter(tag => !isRemoved(tag))
    if (left === undefined) continue
    if (left.length > 0 || keepEmpty) owner['tags'] = left
    else delete owner['tags']
  }
}

/** Each once, sorted. */
export const listTags = (owners: readonly Content[]): string[] =>
  [...new Set(owners.flatMap(owner => tagsOf(owner) ?? []))].sort()
