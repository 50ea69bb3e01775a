/** Which items of a list became which items of the changed list. */

/** In the order of the changed list; a removed item stands where it was. */
export type ItemChange =
  | { readonly type: 'kept'; readonly from: number; readonly to: number }
  | { readonly type: 'removed'; readonly from: number }
  | { readonly type: 'added'; readonly to: number }

/**
 * @param originals see `TrackedCopy`: an item that is a copy of an old one is that one, whatever changed in
 *   it. Other items are the same where they say the same; what is left between two such pairs is paired by
 *   its order, so that it is changed where it stands.
 */
export function matchItems(
  before: readonly unknown[],
  after: readonly unknown[],
  originals: ReadonlyMap<unknown, unknown>,
): ItemChange[] {
  const partners = partnersOf(before, after, originals)
  const changes: ItemChange[] = []
  let from = 0
  let to = 0
  for (let next = 0; next <= after.length; next++) {
    const partner = next === after.length ? before.length : partners[next]
    if (partner === undefined) continue
    for (; from < partner && to < next; from++, to++) changes.push({ type: 'kept', from, to })
    for (; from < partner; from++) changes.push({ type: 'removed', from })
    for (; to < next; to++) changes.push({ type: 'added', to })
    if (next < after.length) changes.push({ type: 'kept', from: from++, to: to++ })
  }
  return changes
}

/** For each new item the old one that it is, in increasing order; undefined for no certain one. */
function partnersOf(
  before: readonly unknown[],
  after: readonly unknown[],
  originals: ReadonlyMap<unknown, unknown>,
): (number | undefined)[] {
  const places = new Map<unknown, number>(before.map((item, index) => [item, index]))
  let texts: ReadonlyMap<string, readonly number[]> | undefined
  let used = -1
  return after.map(item => {
    const own = originals.get(item)
    let found = own === undefined ? undefined : places.get(own)
    if (found === undefined) {
      texts ??= indexesByText(before)
      found = texts.get(textOf(item))?.find(index => index > used)
    }
    if (found === undefined || found <= used) return undefined
    used = found
    return found
  })
}

function indexesByText(items: readonly unknown[]): Map<string, number[]> {
  const indexes = new Map<string, number[]>()
  for (const [index, item] of items.entries()) {
    const text = textOf(item)
    const known = indexes.get(text)
    if (known === undefined) indexes.set(text, [index])
    else known.push(index)
  }
  return indexes
}

const textOf = (item: unknown): string => `${typeof item} ${JSON.stringify(item)}`
