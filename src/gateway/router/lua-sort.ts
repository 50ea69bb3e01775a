/**
 * `table.sort` of Lua 5.1 and LuaJIT, a quicksort that does not keep the order of equal elements (source:
 * `auxsort` of Lua's `ltablib.c`). Kong sorts routes with it, so what it does with equal ones decides which
 * of them is found.
 */
export function luaSort<T>(list: readonly T[], isBefore: (a: T, b: T) => boolean): T[] {
  const sorted = [...list]
  sortBetween(sorted, 0, sorted.length - 1, isBefore)
  return sorted
}

function sortBetween<T>(list: T[], from: number, to: number, isBefore: (a: T, b: T) => boolean): void {
  const before = (a: number, b: number) => isBefore(list[a] as T, list[b] as T)
  let [low, high] = [from, to]
  while (low < high) {
    if (before(high, low)) swap(list, low, high)
    if (high - low === 1) return
    // Lua counts from 1: the middle is one lower here where the sum is odd.
    const middle = Math.floor((low + high + 2) / 2) - 1
    if (before(middle, low)) swap(list, middle, low)
    else if (before(high, middle)) swap(list, middle, high)
    if (high - low === 2) return
    const at = partition(list, low, high, middle, isBefore)
    // The smaller part first, as in Lua; the other one in the next iteration.
    if (at - low < high - at) {
      sortBetween(list, low, at - 1, isBefore)
      low = at + 1
    } else {
      sortBetween(list, at + 1, high, isBefore)
      high = at - 1
    }
  }
}

/** @returns where the pivot ends up */
function partition<T>(
  list: T[],
  low: number,
  high: number,
  middle: number,
  isBefore: (a: T, b: T) => boolean,
): number {
  const pivot = list[middle] as T
  swap(list, middle, high - 1)
  let [left, right] = [low, high - 1]
  for (;;) {
    do left += 1
    while (isBefore(list[left] as T, pivot))
    do right -= 1
    while (isBefore(pivot, list[right] as T))
    if (right < left) break
    swap(list, left, right)
  }
  swap(list, high - 1, left)
  return left
}

function swap<T>(list: T[], a: number, b: number): void {
  const kept = list[a] as T
  list[a] = list[b] as T
  list[b] = kept
}
