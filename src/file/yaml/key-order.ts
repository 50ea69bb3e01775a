/**
 * The order of keys in decK's files, which is that of its library (go-yaml 2): letters after all else, and
 * runs of digits by their number.
 *
 * @example ['x10', 'X', 'x2', '_x'] → ['_x', 'X', 'x2', 'x10']
 */

/** Such names have the same order by their characters. */
const plain = /^[a-z_-]*$/

export function inKeyOrder<T>(entries: readonly [string, T][]): [string, T][] {
  const byCode = [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return entries.every(([name]) => plain.test(name))
    ? byCode
    : byCode.sort(([a], [b]) => compare([...a], [...b]))
}

const letter = /\p{L}/u
const digits = /^\p{Nd}+/u

function compare(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((character, index) => character !== b[index])
  const [left, right] = [a[at], b[at]]
  if (at === -1 || left === undefined || right === undefined) return a.length - b.length
  const [isLetter, isOther] = [letter.test(left), letter.test(right)]
  if (isLetter !== isOther) return isLetter ? 1 : -1
  const byNumber = isLetter ? 0 : compareNumbers(a, b, at)
  return byNumber === 0 ? (codeOf(left) < codeOf(right) ? -1 : 1) : byNumber
}

const codeOf = (character: string): number => character.codePointAt(0) ?? 0

/** By the numbers that begin where two names begin to differ, then by how many digits they have. */
function compareNumbers(a: readonly string[], b: readonly string[], at: number): number {
  const lead = followsNumber(a, b, at) ? '1' : ''
  const [left, right] = [a, b].map(name => digits.exec(name.slice(at).join(''))?.[0] ?? '')
  const difference = Number(lead + left) - Number(lead + right)
  return difference === 0 ? (left ?? '').length - (right ?? '').length : difference
}

/** A zero within a number counts as one of its digits, a leading one does not. */
function followsNumber(a: readonly string[], b: readonly string[], at: number): boolean {
  if (a[at] !== '0' && b[at] !== '0') return false
  const before = /\p{Nd}*$/u.exec(a.slice(0, at).join(''))?.[0] ?? ''
  return /[^0]/.test(before)
}
