/**
 * A list of entries with the same host and path. If the list is long, it is a tree of the other conditions, so
 * that 4,500 routes that differ by one header cost what one route does.
 */
import type { Condition } from './route-conditions.ts'

interface Conditional {
  readonly entry: { readonly conditions: readonly Condition[] }
}

export interface Candidates<T extends Conditional> {
  /**
   * Calls `visit` with lists of candidates that may match, each in order; a candidate may be in several.
   *
   * @param keys what a request has; called only where a tree has been made
   */
  visit(keys: () => readonly string[], visit: (list: readonly T[]) => void): void
}

/** Below a node of the tree. */
interface Placed<T> {
  readonly candidate: T
  /** The conditions that no node above uses. */
  readonly conditions: readonly Condition[]
  /** The number of nodes that have this candidate, at most. */
  readonly copies: number
}

/** So many candidates are tried one by one. */
const fewCandidates = 32

/**
 * A candidate is in one node for each key of a condition. The numbers of keys multiply from node to node, so
 * that below the first node conditions are used up to this product.
 */
const mostCopies = 64

/** @param list in order */
export const createCandidates = <T extends Conditional>(list: readonly T[]): Candidates<T> =>
  createNode(list.map(candidate => ({ candidate, conditions: candidate.entry.conditions, copies: 1 })))

function createNode<T extends Conditional>(list: readonly Placed<T>[]): Candidates<T> {
  const lists = list.length > fewCandidates ? listsByKey(list) : undefined
  if (lists === undefined || lists.byKey.size === 0) {
    const all = list.map(({ candidate }) => candidate)
    return { visit: (_keys, visit) => visit(all) }
  }
  const { others } = lists
  const nodes = new Map([...lists.byKey].map(([key, placed]) => [key, createNode(placed)]))
  return {
    visit: (keys, visit) => {
      if (others.length > 0) visit(others)
      for (const key of keys()) nodes.get(key)?.visit(keys, visit)
    },
  }
}

interface ListsByKey<T> {
  readonly byKey: ReadonlyMap<string, readonly Placed<T>[]>
  /** Not one of their keys is rare. */
  readonly others: readonly T[]
}

/** Each candidate under the keys of its condition that fewest others share. */
function listsByKey<T>(list: readonly Placed<T>[]): ListsByKey<T> {
  const shares = sharesOfKeys(list)
  const byKey = new Map<string, Placed<T>[]>()
  const others: T[] = []
  for (const placed of list) {
    const condition = rarestCondition(placed, shares)
    if (condition === undefined) others.push(placed.candidate)
    else for (const key of condition) put(byKey, key, below(placed, condition))
  }
  return { byKey, others }
}

const below = <T>({ candidate, conditions, copies }: Placed<T>, used: Condition): Placed<T> => ({
  candidate,
  conditions: conditions.filter(one => one !== used),
  copies: copies * used.length,
})

function put<T>(lists: Map<string, T[]>, key: string, one: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [one])
  else list.push(one)
}

/** For each key the part of the candidates that have it. */
function sharesOfKeys<T>(list: readonly Placed<T>[]): (key: string) => number {
  const counts = new Map<string, number>()
  for (const { conditions } of list)
    for (const key of conditions.flat()) counts.set(key, (counts.get(key) ?? 0) + 1)
  return key => (counts.get(key) ?? 0) / list.length
}

/** @returns undefined where each key is shared by more than half of the candidates */
function rarestCondition<T>(
  { conditions, copies }: Placed<T>,
  shareOf: (key: string) => number,
): Condition | undefined {
  let rarest: { readonly condition: Condition; readonly share: number } | undefined
  for (const condition of conditions) {
    if (copies > 1 && copies * condition.length > mostCopies) continue
    const shares = condition.map(shareOf)
    if (shares.every(share => share > 0.5)) continue
    const share = shares.reduce((greatest, one) => Math.max(greatest, one), 0)
    if (rarest === undefined || share < rarest.share) rarest = { condition, share }
  }
  return rarest?.condition
}
