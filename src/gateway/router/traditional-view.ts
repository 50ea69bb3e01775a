/**
 * The tables of one configuration looked at as one: the lower layer without what changed, and what changed.
 */
import type { Route } from '../../entities/kinds/route.ts'
import type { Header } from '../exchange/exchange.ts'
import type { LookedUp } from './route-index.ts'
import { type Candidate, keyOf } from './traditional-routes.ts'
import type { Category, Table } from './traditional-table.ts'

export interface Layer {
  readonly table: Table
  /** Routes of which it says no are as if they did not exist. */
  readonly has: (route: Route) => boolean
}

/** As for `sort`. */
export type Compare = (a: Candidate, b: Candidate) => number

export interface View {
  readonly compare: Compare
  /** Existing categories: those with more matchers first, then the greater number. */
  readonly categories: readonly number[]
  /** Of the headers that a request has the one whose first route comes first. */
  readonly headerName: (headers: readonly Header[]) => string | undefined
  /** Lengths of plain paths, longest first. */
  readonly prefixLengths: readonly number[]
  /** The first one with that key. */
  first(key: string, test?: (candidate: Candidate) => boolean): Candidate | undefined
  /** How many of the category have that key. */
  count(category: number, key: string): number
  /** The first regex that matches, as text. */
  regex(path: string): string | undefined
  /**
   * The first one of the category that fits.
   * @param requests of which one at least has what the index needs to find it
   */
  find(
    category: number,
    requests: readonly LookedUp[],
    fits: (candidate: Candidate) => boolean,
  ): Candidate | undefined
}

/** @param compare the order in which the candidates of all layers are sorted */
export function createView(layers: readonly Layer[], compare: Compare): View {
  const earliest = (candidates: readonly (Candidate | undefined)[]) => {
    const [one, other] = candidates
    return one && other ? (compare(one, other) <= 0 ? one : other) : (one ?? other)
  }
  const firsts = new Map<string, Candidate | undefined>()
  const counts = new Map<string, number>()
  const first: View['first'] = (key, test) => {
    if (test !== undefined)
      return earliest(
        layers.map(({ table, has }) => table.byKey.get(key)?.find(one => has(one.route) && test(one))),
      )
    if (!layers.some(({ table }) => table.byKey.has(key))) return undefined
    return remembered(firsts, key, () => first(key, () => true))
  }
  return {
    compare,
    categories: categoriesOf(layers),
    headerName: firstName(headerNamesOf(layers, first, compare)),
    prefixLengths: [...new Set(layers.flatMap(({ table }) => table.prefixLengths))].sort((a, b) => b - a),
    first,
    count: (category, key) => {
      if (first(key) === undefined) return 0
      return remembered(counts, `${category} ${key}`, () => {
        const lists = layers.map(({ table, has }) =>
          table.categories
            .get(category)
            ?.byKey.get(key)
            ?.filter(one => has(one.route)),
        )
        return lists.reduce((sum, list) => sum + (list?.length ?? 0), 0)
      })
    },
    regex: path => earliest(layers.map(layer => firstRegex(layer, path)))?.pathValue,
    find: (category, requests, fits) =>
      earliest(
        layers.map(({ table, has }) =>
          firstOf(table.categories.get(category), requests, one => has(one.route) && fits(one)),
        ),
      ),
  }
}

function remembered<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const one = known.get(key)
  if (one !== undefined || known.has(key)) return one as V
  const made = make()
  known.set(key, made)
  return made
}

const bitsOf = (category: number): number => category.toString(2).replaceAll('0', '').length

function categoriesOf(layers: readonly Layer[]): number[] {
  const existing = layers.flatMap(({ table, has }) =>
    [...table.categories]
      .filter(([, { all }]) => all.some(one => has(one.route)))
      .map(([category]) => category),
  )
  return [...new Set(existing)].sort((a, b) => bitsOf(b) - bitsOf(a) || b - a)
}

/** @param names in order, as routes write them; `header-values.ts` says which headers they find */
function firstName(names: readonly string[]): View['headerName'] {
  const ranks = new Map<string, number>()
  for (const [rank, name] of names.entries())
    for (const sent of [name, name.replaceAll('_', '-')]) if (!ranks.has(sent)) ranks.set(sent, rank)
  return headers => {
    const found = headers.map(([name]) => ranks.get(name.toLowerCase()) ?? names.length)
    return names[found.reduce((least, rank) => Math.min(least, rank), names.length)]
  }
}

/** In the order in which their first routes come. */
function headerNamesOf(layers: readonly Layer[], first: View['first'], compare: Compare): string[] {
  const names = [...new Set(layers.flatMap(({ table }) => table.headerNames))]
  const found = names.flatMap(name => {
    const candidate = first(keyOf.header(name))
    return candidate === undefined ? [] : [{ name, candidate }]
  })
  return found.sort((a, b) => compare(a.candidate, b.candidate)).map(({ name }) => name)
}

function firstRegex({ table, has }: Layer, path: string): Candidate | undefined {
  let best: { readonly rank: number; readonly entry: { readonly candidate: Candidate } } | undefined
  table.regexes.visit({ host: { whole: [], name: '' }, path, keys: () => [] }, ranked => {
    const found = ranked.find(
      one =>
        (best !== undefined && one.rank >= best.rank) ||
        (has(one.entry.candidate.route) && one.entry.path.regex.test(path)),
    )
    if (found !== undefined && (best === undefined || found.rank < best.rank)) best = found
  })
  return best?.entry.candidate
}

function firstOf(
  category: Category | undefined,
  requests: readonly LookedUp[],
  fits: (candidate: Candidate) => boolean,
): Candidate | undefined {
  let best: { readonly rank: number; readonly entry: Candidate } | undefined
  for (const request of requests) {
    category?.index.visit(request, ranked => {
      const found = ranked.find(one => (best !== undefined && one.rank >= best.rank) || fits(one.entry))
      if (found !== undefined && (best === undefined || found.rank < best.rank)) best = found
    })
  }
  return best?.entry
}
