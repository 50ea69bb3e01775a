/**
 * Entries found by host and by how their path begins, so that 10,000 routes cost what 10 do: of all entries only those are tried whose host and path may
 * fit. What can not be told so (an expression, `~/(a|b)`) is among those of any host or any path.
 */
import type { AskedHost, HostTest } from './hosts.ts'
import type { Entry } from './route-entries.ts'

/** An entry and its place in the order of all. */
export interface Ranked {
  readonly entry: Entry
  readonly rank: number
}

/** Told of lists of entries that may match, each in order. */
export type Visit = (candidates: readonly Ranked[]) => void

export interface RouteIndex {
  visit(host: AskedHost, path: string, visit: Visit): void
}

/** By the beginning of the path. */
interface Bucket {
  readonly byPrefix: Map<string, Ranked[]>
  /** Of the prefixes, shortest first. */
  lengths: number[]
}

/** @param ranked in order */
export function createRouteIndex(ranked: readonly Ranked[]): RouteIndex {
  const anyHost = newBucket()
  const byPart: Record<HostTest['part'], Map<string, Bucket>> = {
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
    visit: ({ whole: asSent, name: hostname, port }, path, visit) => {
      visitBucket(anyHost, path, visit)
      visitBucket(whole.get(hostname), path, visit)
      if (port !== undefined) visitBucket(whole.get(asSent), path, visit)
      if (end.size + begin.size === 0) return
      // `*.b.example` is kept as `.b.example`, `a.*` as `a.`.
      for (let dot = hostname.indexOf('.'); dot >= 0; dot = hostname.indexOf('.', dot + 1)) {
        visitBucket(end.get(hostname.slice(dot)), path, visit)
        visitBucket(begin.get(hostname.slice(0, dot + 1)), path, visit)
      }
    },
  }
}

const newBucket = (): Bucket => ({ byPrefix: new Map(), lengths: [] })

function bucketOf(buckets: Map<string, Bucket>, text: string): Bucket {
  const known = buckets.get(text)
  if (known !== undefined) return known
  const made = newBucket()
  buckets.set(text, made)
  return made
}

function put({ byPrefix }: Bucket, one: Ranked): void {
  const prefix = prefixOf(one.entry)
  const same = byPrefix.get(prefix)
  if (same === undefined) byPrefix.set(prefix, [one])
  else if (same.at(-1) !== one) same.push(one)
}

const lengthsOf = ({ byPrefix }: Bucket): number[] =>
  [...new Set([...byPrefix.keys()].map(prefix => prefix.length))].sort((a, b) => a - b)

function visitBucket(bucket: Bucket | undefined, path: string, visit: Visit): void {
  if (bucket === undefined) return
  for (const length of bucket.lengths) {
    if (length > path.length) return
    const candidates = bucket.byPrefix.get(path.slice(0, length))
    if (candidates !== undefined) visit(candidates)
  }
}

/** What every path that the entry matches begins with. */
function prefixOf({ path }: Entry): string {
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
