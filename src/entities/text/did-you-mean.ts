/** "did you mean": the names that a mistyped one is nearest to. */

/** Letters to change, add, leave out or swap with their neighbour. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      const swap = swapped && row > 1 ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + same,
        swap,
      )
    }
    beforeLast = last
    last = current
  }
  return last[b.length] ?? 0
}

/** The nearest candidates, best first: at most 2 letters off, or at most 40 % of the longer name's. */
export function nearest(name: string, candidates: Iterable<string>, count = 1): string[] {
  const lower = name.toLowerCase()
  return [...new Set(candidates)]
    .flatMap(candidate => {
      const longest = Math.max(name.length, candidate.length)
      const most = Math.min(longest - 1, Math.max(2, longest * 0.4))
      // As many letters must be added as one is longer: most candidates need no closer look.
      if (Math.abs(name.length - candidate.length) > most) return []
      const distance = editDistance(lower, candidate.toLowerCase())
      return distance <= most ? [{ candidate, distance }] : []
    })
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ candidate }) => candidate)
}

/** @example didYouMean('hots', ['host', 'port']) // 'did you mean "host"?' */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const [best] = nearest(name, candidates)
  return best === undefined ? undefined : `did you mean "${best}"?`
}
