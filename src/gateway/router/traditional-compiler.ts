/**
 * Views of the routes, one configuration after the other. Few routes are sorted again each time by Lua's
 * own algorithm, so that equal routes are in Kong's order. Of many routes only the changed ones are sorted,
 * and of equal ones the smaller id comes first.
 */
import type { Route } from '../../entities/kinds/route.ts'
import type { Version } from '../../entities/language/define.ts'
import { layersOf } from '../layered-map.ts'
import { httpRoutes, isForHttp } from './http-routes.ts'
import { luaSort } from './lua-sort.ts'
import type { Routes } from './router.ts'
import { type Candidate, candidatesOf, compareIds, compareWeights } from './traditional-routes.ts'
import { createTable, type Table } from './traditional-table.ts'
import { createView, type View } from './traditional-view.ts'

/** Sorting so many costs about a millisecond. */
const fewRoutes = 256

type CompileView = (routes: Routes, isServed: (route: Route) => boolean) => View

export function createViewCompiler(version: Version): CompileView {
  const known = new WeakMap<Route, readonly Candidate[]>()
  const candidatesFor = (route: Route) => {
    const candidates = known.get(route) ?? candidatesOf(route, version)
    known.set(route, candidates)
    return candidates
  }
  const [ofFew, ofMany] = [viewsOfFew(candidatesFor), viewsOfMany(candidatesFor)]
  return (routes, isServed) => (routes.size > fewRoutes ? ofMany : ofFew)(routes, isServed)
}

type CandidatesFor = (route: Route) => readonly Candidate[]

/** The last view is cached: most changes of a configuration do not concern routes. */
function viewsOfFew(candidatesFor: CandidatesFor): CompileView {
  let last: { readonly candidates: readonly Candidate[]; readonly view: View } | undefined
  return (routes, isServed) => {
    const served = [...routes.values()].filter(route => isForHttp(route) && isServed(route))
    const candidates = served.flatMap(candidatesFor).sort(compareIds)
    if (last !== undefined && areSame(last.candidates, candidates)) return last.view
    const sorted = luaSort(candidates, (a, b) => compareWeights(a, b) < 0)
    const ranks = new Map(sorted.map((candidate, rank) => [candidate, rank]))
    const view = createView(
      [{ table: createTable(sorted), has: () => true }],
      (a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0),
    )
    last = { candidates, view }
    return view
  }
}

const areSame = (a: readonly Candidate[], b: readonly Candidate[]): boolean =>
  a.length === b.length && a.every((one, at) => one === b[at])

function viewsOfMany(candidatesFor: CandidatesFor): CompileView {
  const tables = new WeakMap<ReadonlyMap<string, Route | undefined>, Table>()
  const compare = (a: Candidate, b: Candidate) => compareWeights(a, b) || compareIds(a, b)
  const tableOf = (layer: ReadonlyMap<string, Route | undefined>) => {
    const known = tables.get(layer)
    if (known !== undefined) return known
    const made = createTable(httpRoutes(layer).flatMap(candidatesFor).sort(compare))
    tables.set(layer, made)
    return made
  }
  return (routes, isServed) => {
    const { base, changes } = layersOf(routes)
    const lower = { table: tableOf(base), has: (one: Route) => !changes.has(one.id) && isServed(one) }
    const upper = { table: tableOf(changes), has: isServed }
    return createView(changes.size === 0 ? [{ ...lower, has: isServed }] : [lower, upper], compare)
  }
}
