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

/** The nearest candidates, best first; none if no candidate is similar enough. */
export function nearest(name: string, candidates: Iterable<string>, count = 1): string[] {
  const words = wordsOf(name)
  return [...new Set(candidates)]
    .flatMap(candidate => {
      const distance = distanceOf(words, wordsOf(candidate))
      return distance === undefined ? [] : [{ candidate, distance }]
    })
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ candidate }) => candidate)
}

/** @example wordsOf('stripPath') // ['strip', 'path'], as of `strip_path` and `strip-path` */
const wordsOf = (name: string): string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '')

/**
 * How far one name is from another: typing errors in each of its words, words in another order, words run
 * together, one word left out. Undefined for another name: `send_timeout` and `read_timeout`, `host` and
 * `port`.
 */
function distanceOf(typed: readonly string[], meant: readonly string[]): number | undefined {
  const [one, other] = [typed.join(''), meant.join('')]
  if (one === other) return 0
  const isSlip = typingErrors(one, other) === 1
  if (typed.length === meant.length) {
    const each = typed.map((word, index) => typingErrors(word, meant[index] ?? ''))
    if (each.every(errors => errors !== undefined)) return each.reduce((sum, errors) => sum + errors, 0)
    return isSlip || typed.toSorted().join() === meant.toSorted().join() ? 1 : undefined
  }
  if (isSlip) return 1
  return typed.length > 1 && isWithoutOne(typed, meant) ? 3 : undefined
}

/** Letters to change, where they are few enough to be slips: one of up to seven, two of up to eleven, … */
function typingErrors(typed: string, meant: string): number | undefined {
  const longest = Math.max(typed.length, meant.length)
  const most = Math.max(1, Math.floor(longest / 4))
  // The distance is at least the difference of the lengths, which excludes most candidates.
  if (Math.abs(typed.length - meant.length) > most) return undefined
  const distance = editDistance(typed, meant)
  // With two letters, one changed letter is no similarity.
  return distance <= Math.min(most, typed.length - 2, meant.length - 2) || isPlainSlip(typed, meant)
    ? distance
    : undefined
}

/** For short names: two swapped letters, or a doubled one. */
const isPlainSlip = (typed: string, meant: string): boolean =>
  (typed.length === 2 && typed === `${meant[1]}${meant[0]}`) || typed.replace(/(.)\1/u, '$1') === meant

/** @example isWithoutOne(['request', 'headers'], ['forward', 'request', 'headers']) // true */
const isWithoutOne = (typed: readonly string[], meant: readonly string[]): boolean =>
  meant.length === typed.length + 1 &&
  meant.some((_word, left) => meant.filter((_other, index) => index !== left).join() === typed.join())

/** @example didYouMean('hots', ['host', 'port']) // 'did you mean "host"?' */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const [best] = nearest(name, candidates)
  return best === undefined ? undefined : `did you mean "${best}"?`
}
