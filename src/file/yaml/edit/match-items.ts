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
  const partners = after.map(item => places.get(originals.get(item) ?? Number.NaN))
  dropDisorder(partners)
  if (partners.every(partner => partner !== undefined)) return partners
  let indexes: ReadonlyMap<string, readonly number[]> | undefined
  for (let from = 0; from < after.length; ) {
    const end = partners.findIndex((partner, index) => index >= from && partner !== undefined)
    const to = end === -1 ? after.length : end
    if (to > from) {
      indexes ??= indexesByText(before)
      const [first, last] = [(partners[from - 1] ?? -1) + 1, partners[to] ?? before.length]
      pairByText({ before, after, partners, indexes }, { from, to, first, last })
    }
    from = to + 1
  }
  return partners
}

/** An item that was moved behind a later one counts as new. */
function dropDisorder(partners: (number | undefined)[]): void {
  let used = -1
  for (const [index, partner] of partners.entries()) {
    if (partner === undefined) continue
    if (partner <= used) partners[index] = undefined
    else used = partner
  }
}

interface Lists {
  readonly before: readonly unknown[]
  readonly after: readonly unknown[]
  readonly partners: (number | undefined)[]
  readonly indexes: ReadonlyMap<string, readonly number[]>
}

/** Of new items `from`–`to` and old items `first`–`last`: equal ones at both ends, then one by one. */
function pairByText(
  { before, after, partners, indexes }: Lists,
  gap: { from: number; to: number; first: number; last: number },
): void {
  let { from, to, first, last } = gap
  for (; from < to && first < last && textOf(after[from]) === textOf(before[first]); from++, first++)
    partners[from] = first
  for (; from < to && first < last && textOf(after[to - 1]) === textOf(before[last - 1]); to--, last--)
    partners[to - 1] = last - 1
  for (; from < to; from++) {
    const found = indexes.get(textOf(after[from]))?.find(index => index >= first && index < last)
    if (found === undefined) continue
    partners[from] = found
    first = found + 1
  }
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
