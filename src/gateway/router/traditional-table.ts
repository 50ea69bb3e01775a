/**
 * The candidates of one layer of routes, in order, by all that the traditional router looks for. Made once
 * and never changed.
 */
import type { PathTest } from './route-entries.ts'
import { createRouteIndex, type Indexed, type RouteIndex } from './route-index.ts'
import type { Candidate } from './traditional-routes.ts'

export interface Table {
  /** In order, as all lists here. */
  readonly byKey: ReadonlyMap<string, readonly Candidate[]>
  readonly categories: ReadonlyMap<number, Category>
  readonly regexes: RouteIndex<RegexPath>
  /** Lengths of plain paths, longest first. */
  readonly prefixLengths: readonly number[]
  readonly headerNames: readonly string[]
}

export interface Category {
  readonly all: readonly Candidate[]
  readonly byKey: ReadonlyMap<string, readonly Candidate[]>
  readonly index: RouteIndex<Candidate>
}

/** The regex of a candidate, whatever its other matchers. */
export interface RegexPath extends Indexed {
  readonly hosts: undefined
  readonly path: Exclude<PathTest, { readonly prefix: string } | undefined>
  readonly candidate: Candidate
}

/** @param sorted in the order of evaluation */
export function createTable(sorted: readonly Candidate[]): Table {
  const categories = listsBy(sorted, ({ category }) => [category])
  return {
    byKey: listsBy(sorted, ({ keys }) => keys),
    categories: new Map([...categories].map(([category, all]) => [category, createCategory(all)])),
    regexes: createRouteIndex(sorted.flatMap(regexOf).map((entry, rank) => ({ entry, rank }))),
    prefixLengths: prefixLengthsOf(sorted),
    headerNames: [...new Set(sorted.flatMap(({ headers }) => headers.map(({ name }) => name)))],
  }
}

const createCategory = (all: readonly Candidate[]): Category => ({
  all,
  byKey: listsBy(all, ({ keys }) => keys),
  index: createRouteIndex(all.map((entry, rank) => ({ entry, rank }))),
})

function listsBy<K>(
  candidates: readonly Candidate[],
  keysOf: (one: Candidate) => Iterable<K>,
): Map<K, Candidate[]> {
  const lists = new Map<K, Candidate[]>()
  for (const candidate of candidates) {
    for (const key of keysOf(candidate)) {
      const list = lists.get(key)
      if (list === undefined) lists.set(key, [candidate])
      else list.push(candidate)
    }
  }
  return lists
}

const regexOf = (candidate: Candidate): RegexPath[] =>
  candidate.path && 'regex' in candidate.path
    ? [{ hosts: undefined, path: candidate.path, conditions: [], candidate }]
    : []

function prefixLengthsOf(candidates: readonly Candidate[]): number[] {
  const lengths = candidates.flatMap(({ path }) => (path && 'prefix' in path ? [path.prefix.length] : []))
  return [...new Set(lengths)].sort((a, b) => b - a)
}
