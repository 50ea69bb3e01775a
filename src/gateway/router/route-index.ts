/**
 * Entries found by host, by how their path begins and by their other conditions, so that 10,000 routes cost
 * what 10 do: of all entries only those are tried that may fit. A route without such a key (an expression,
 * `~/(a|b)`) is among those of any host or any path.
 */
import { type Candidates, createCandidates } from './candidates.ts'
import type { HostNames, HostTest } from './hosts.ts'
import { type Condition, keysOfRequest } from './route-conditions.ts'
import type { PathTest } from './route-entries.ts'
import type { RouterRequest } from './router.ts'

export interface Indexed {
  /** Undefined: any. */
  readonly hosts: readonly HostTest[] | undefined
  /** Undefined: any. */
  readonly path: PathTest
  /** The conditions beside host and path. */
  readonly conditions: readonly Condition[]
}

/** An entry and its place in the order of all. */
export interface Ranked<E extends Indexed> {
  readonly entry: E
  readonly rank: number
}

/** Called with lists of entries that may match, each in order. */
export type Visit<E extends Indexed> = (candidates: readonly Ranked<E>[]) => void

/** What a request has for an index to look up. */
export interface LookedUp {
  readonly host: HostNames
  readonly path: string
  /** The keys of conditions that the request has; called only where there are many entries. */
  readonly keys: () => readonly string[]
}

export interface RouteIndex<E extends Indexed> {
  visit(request: LookedUp, visit: Visit<E>): void
}

/** Entries by the beginning of their path. */
type Lists<E extends Indexed> = Map<string, Ranked<E>[]>

interface Bucket<E extends Indexed> {
  readonly byPrefix: ReadonlyMap<string, Candidates<Ranked<E>>>
  /** The lengths of the prefixes, shortest first. */
  readonly lengths: readonly number[]
}

/** @param ranked in order */
export function createRouteIndex<E extends Indexed>(ranked: readonly Ranked<E>[]): RouteIndex<E> {
  const listsOfAnyHost: Lists<E> = new Map()
  const byPart: Record<HostTest['part'], Map<string, Lists<E>>> = {
    whole: new Map(),
    end: new Map(),
    begin: new Map(),
  }
  for (const one of ranked) {
    if (one.entry.hosts === undefined) put(listsOfAnyHost, one)
    else for (const { part, text } of one.entry.hosts) put(listsOf(byPart[part], text), one)
  }
  const anyHost = createBucket(listsOfAnyHost)
  const whole = createBuckets(byPart.whole)
  const end = createBuckets(byPart.end)
  const begin = createBuckets(byPart.begin)
  return {
    visit: (request, visit) => {
      const { whole: texts, name: hostname } = request.host
      visitBucket(anyHost, request, visit)
      for (const text of texts) visitBucket(whole.get(text), request, visit)
      if (end.size + begin.size === 0) return
      // `*.b.example` is stored as `.b.example`, `a.*` as `a.`.
      for (let dot = hostname.indexOf('.'); dot >= 0; dot = hostname.indexOf('.', dot + 1)) {
        visitBucket(end.get(hostname.slice(dot)), request, visit)
        visitBucket(begin.get(hostname.slice(0, dot + 1)), request, visit)
      }
    },
  }
}

function listsOf<E extends Indexed>(hosts: Map<string, Lists<E>>, text: string): Lists<E> {
  const known = hosts.get(text)
  if (known !== undefined) return known
  const made: Lists<E> = new Map()
  hosts.set(text, made)
  return made
}

function put<E extends Indexed>(lists: Lists<E>, one: Ranked<E>): void {
  const prefix = prefixOf(one.entry)
  const same = lists.get(prefix)
  if (same === undefined) lists.set(prefix, [one])
  else if (same.at(-1) !== one) same.push(one)
}

const createBuckets = <E extends Indexed>(hosts: ReadonlyMap<string, Lists<E>>): Map<string, Bucket<E>> =>
  new Map([...hosts].map(([text, lists]) => [text, createBucket(lists)]))

const createBucket = <E extends Indexed>(lists: Lists<E>): Bucket<E> => ({
  byPrefix: new Map([...lists].map(([prefix, list]) => [prefix, createCandidates(list)])),
  lengths: [...new Set([...lists.keys()].map(prefix => prefix.length))].sort((a, b) => a - b),
})

function visitBucket<E extends Indexed>(
  bucket: Bucket<E> | undefined,
  { path, keys }: LookedUp,
  visit: Visit<E>,
): void {
  if (bucket === undefined) return
  for (const length of bucket.lengths) {
    if (length > path.length) return
    bucket.byPrefix.get(path.slice(0, length))?.visit(keys, visit)
  }
}

/** The common beginning of all paths that the entry matches. */
function prefixOf({ path }: Indexed): string {
  if (path === undefined) return ''
  return 'prefix' in path ? path.prefix : literalBeginning(path.source)
}

/** `/users/(\d+)$` → `/users/`; `/users?` → `/user`; of alternatives nothing is sure. */
export function literalBeginning(regex: string): string {
  if (/[|]|\(\?[a-z-]*[ix]/.test(regex)) return ''
  const literal = /^\^?([A-Za-z0-9/_~-]*)/.exec(regex)
  const [whole = '', text = ''] = literal ?? []
  return /[?*{]/.test(regex[whole.length] ?? '') ? text.slice(0, -1) : text
}

/** What a request has for an index to look up. */
export function lookedUp(request: RouterRequest, host: HostNames): LookedUp {
  let keys: readonly string[] | undefined
  return {
    host,
    path: request.path,
    keys: () => {
      keys ??= keysOfRequest(request)
      return keys
    },
  }
}
