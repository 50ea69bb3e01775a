/**
 * @param starts rising
 * @returns the index of the last that is not after `offset`; 0 where all are
 */
export function lastNotAfter(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}
