/**
 * Entries found by host and by how their path begins, so that 10,000 routes cost what 10 do: of all entries
 * only those are tried whose host and path may fit. A route without such a key (an expression, `~/(a|b)`) is
 * among those of any host or any path.
 */
import type { HostNames, HostTest } from './hosts.ts'
import type { PathTest } from './route-entries.ts'

export interface Indexed {
  /** Undefined: any. */
  readonly hosts: readonly HostTest[] | undefined
  /** Undefined: any. */
  readonly path: PathTest
}

/** An entry and its place in the order of all. */
export interface Ranked<E extends Indexed> {
  readonly entry: E
  readonly rank: number
}

/** Called with lists of entries that may match, each in order. */
export type Visit<E extends Indexed> = (candidates: readonly Ranked<E>[]) => void

export interface RouteIndex<E extends Indexed> {
  visit(host: HostNames, path: string, visit: Visit<E>): void
}

/** By the beginning of the path. */
interface Bucket<E extends Indexed> {
  readonly byPrefix: Map<string, Ranked<E>[]>
  /** The lengths of the prefixes, shortest first. */
  lengths: number[]
}

/** @param ranked in order */
export function createRouteIndex<E extends Indexed>(ranked: readonly Ranked<E>[]): RouteIndex<E> {
  const anyHost = newBucket<E>()
  const byPart: Record<HostTest['part'], Map<string, Bucket<E>>> = {
    whole: new Map(),
    end: new Map(),
    begin: new Map(),
  }
  for (const one of ranked) {
    if (one.entry.hosts === undefined) put(anyHost, one)
    else for (const { part, text } of one.entry.hosts) put(bucketOf(byPart[part], text), one)
  }
  const buckets = [anyHost, ...Object.values(byPart).flatMap(one => [...one.values()])]
  for (const bucket of buckets) bucket.lengths = lengthsOf(bucket)
  const { whole, end, begin } = byPart
  return {
    visit: ({ whole: texts, name: hostname }, path, visit) => {
      visitBucket(anyHost, path, visit)
      for (const text of texts) visitBucket(whole.get(text), path, visit)
      if (end.size + begin.size === 0) return
      // `*.b.example` is stored as `.b.example`, `a.*` as `a.`.
      for (let dot = hostname.indexOf('.'); dot >= 0; dot = hostname.indexOf('.', dot + 1)) {
        visitBucket(end.get(hostname.slice(dot)), path, visit)
        visitBucket(begin.get(hostname.slice(0, dot + 1)), path, visit)
      }
    },
  }
}

const newBucket = <E extends Indexed>(): Bucket<E> => ({ byPrefix: new Map(), lengths: [] })

function bucketOf<E extends Indexed>(buckets: Map<string, Bucket<E>>, text: string): Bucket<E> {
  const known = buckets.get(text)
  if (known !== undefined) return known
  const made = newBucket<E>()
  buckets.set(text, made)
  return made
}

function put<E extends Indexed>({ byPrefix }: Bucket<E>, one: Ranked<E>): void {
  const prefix = prefixOf(one.entry)
  const same = byPrefix.get(prefix)
  if (same === undefined) byPrefix.set(prefix, [one])
  else if (same.at(-1) !== one) same.push(one)
}

const lengthsOf = <E extends Indexed>({ byPrefix }: Bucket<E>): number[] =>
  [...new Set([...byPrefix.keys()].map(prefix => prefix.length))].sort((a, b) => a - b)

function visitBucket<E extends Indexed>(bucket: Bucket<E> | undefined, path: string, visit: Visit<E>): void {
  if (bucket === undefined) return
  for (const length of bucket.lengths) {
    if (length > path.length) return
    const candidates = bucket.byPrefix.get(path.slice(0, length))
    if (candidates !== undefined) visit(candidates)
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
