/**
 * The pages of one tree in an LMDB file, from its root to its leaves: each in its place, of its kind, used
 * once, with its keys in order.
 */

export interface File {
  readonly bytes: Buffer
  readonly pageSize: number
  readonly lastPage: number
}

/** A tree as LMDB describes it in its first pages. */
export interface Tree {
  readonly flags: number
  readonly depth: number
  readonly branches: bigint
  readonly leaves: bigint
  readonly overflows: bigint
  readonly entries: bigint
  readonly root: bigint
}

export class PageDamage extends Error {
  readonly page: number | bigint

  constructor(page: number | bigint) {
    super(`page ${page}`)
    this.page = page
  }
}

/** Every page begins with its number, transaction, kind, and how far its entries reach. */
const header = 24
const kinds = { branch: 1, leaf: 2, overflow: 4 } as const
const entryHeader = 8
const noPage = 2n ** 64n - 1n

type Compare = (a: Buffer, b: Buffer) => number

interface Walk {
  readonly file: File
  readonly depth: number
  readonly used: Set<number>
  readonly compare: Compare
  readonly onValue: (value: Buffer) => void
  readonly counts: { branches: bigint; leaves: bigint; overflows: bigint; entries: bigint }
}

/** Keys of a page are at least `low` and below `high`. */
interface Bounds {
  readonly low?: Buffer | undefined
  readonly high?: Buffer | undefined
}

/**
 * @param used gets the numbers of all pages of the tree
 * @throws PageDamage for the first page that is not as LMDB writes it
 */
export function walkTree(
  file: File,
  tree: Tree,
  used: Set<number>,
  compare: Compare,
  onValue: Walk['onValue'] = () => {},
): void {
  const counts = { branches: 0n, leaves: 0n, overflows: 0n, entries: 0n }
  if (tree.root !== noPage) {
    // Deeper than any tree of this size: a wrong number.
    if (tree.depth < 1 || tree.depth > 32) throw new PageDamage(tree.root)
    walkPage({ file, depth: tree.depth, used, compare, onValue, counts }, tree.root, 1, {})
  }
  const isComplete =
    counts.branches === tree.branches &&
    counts.leaves === tree.leaves &&
    counts.overflows === tree.overflows &&
    counts.entries === tree.entries
  if (!isComplete) throw new PageDamage(tree.root === noPage ? 0 : tree.root)
}

function walkPage(walk: Walk, number: bigint, depth: number, bounds: Bounds): void {
  const { file, counts } = walk
  const start = usePage(walk, number, 1)
  const { bytes, pageSize } = file
  const isBranch = depth < walk.depth
  if (bytes.readUInt16LE(start + 18) !== (isBranch ? kinds.branch : kinds.leaf)) throw new PageDamage(number)
  if (isBranch) counts.branches += 1n
  else counts.leaves += 1n
  const nodes = nodesOf(bytes, start, pageSize, number)
  checkOrder(isBranch ? nodes.slice(1) : nodes, bounds, walk.compare, number)
  for (const [index, node] of nodes.entries()) {
    if (isBranch) {
      const low = index === 0 ? bounds.low : node.key
      walkPage(walk, node.child, depth + 1, { low, high: nodes[index + 1]?.key ?? bounds.high })
    } else {
      counts.entries += 1n
      walk.onValue(valueIn(walk, node, number))
    }
  }
}

interface Node {
  readonly key: Buffer
  /** For a branch. */
  readonly child: bigint
  readonly flags: number
  readonly size: number
  /** Where the value begins, or the number of the page with the value. */
  readonly value: number
  /** Offset in the page. */
  readonly end: number
}

function nodesOf(bytes: Buffer, start: number, pageSize: number, number: bigint): Node[] {
  const [lower, upper] = [bytes.readUInt16LE(start + 20), bytes.readUInt16LE(start + 22)]
  const room = pageSize - header
  if (lower % 2 !== 0 || lower > upper || upper > room) throw new PageDamage(number)
  return Array.from({ length: lower / 2 }, (_, index) => {
    const offset = bytes.readUInt16LE(start + header + index * 2)
    if (offset < upper || offset + entryHeader > room) throw new PageDamage(number)
    const place = start + header + offset
    const flags = bytes.readUInt16LE(place + 4)
    const size = bytes.readUInt32LE(place)
    const value = place + entryHeader + bytes.readUInt16LE(place + 6)
    const end = start + pageSize
    if (value > end) throw new PageDamage(number)
    const key = bytes.subarray(place + entryHeader, value)
    return { key, child: BigInt(size) + (BigInt(flags) << 32n), flags, size, value, end }
  })
}

function checkOrder(nodes: readonly Node[], { low, high }: Bounds, compare: Compare, number: bigint): void {
  let last = low
  for (const [index, { key }] of nodes.entries()) {
    const order = last === undefined ? 1 : compare(key, last)
    if (order < 0 || (order === 0 && index > 0)) throw new PageDamage(number)
    last = key
  }
  if (high !== undefined && last !== undefined && nodes.length > 0 && compare(last, high) >= 0)
    throw new PageDamage(number)
}

/** In the leaf, or on separate pages. */
function valueIn(walk: Walk, { flags, size, value, end }: Node, number: bigint): Buffer {
  const { bytes, pageSize } = walk.file
  const isLong = flags === 1
  if (flags > 1 || value + (isLong ? 8 : size) > end) throw new PageDamage(number)
  if (!isLong) return bytes.subarray(value, value + size)
  const first = bytes.readBigUInt64LE(value)
  const start = pageStart(walk.file, first)
  const pages = bytes.readUInt32LE(start + 20)
  const isOverflow = bytes.readUInt16LE(start + 18) === kinds.overflow
  if (!isOverflow || pages * pageSize < header + size) throw new PageDamage(first)
  usePage(walk, first, pages)
  walk.counts.overflows += BigInt(pages)
  return bytes.subarray(start + header, start + header + size)
}

/** Marks pages as used. @returns where the first of them begins */
function usePage({ file, used }: Pick<Walk, 'file' | 'used'>, number: bigint, pages: number): number {
  const start = pageStart(file, number)
  for (let page = Number(number); page < Number(number) + pages; page++) {
    if (page > file.lastPage || used.has(page)) throw new PageDamage(number)
    used.add(page)
  }
  return start
}

function pageStart({ bytes, pageSize, lastPage }: File, number: bigint): number {
  if (number < 2n || number > BigInt(lastPage)) throw new PageDamage(number)
  const start = Number(number) * pageSize
  if (bytes.readBigUInt64LE(start) !== number) throw new PageDamage(number)
  return start
}

/**
 * A list of free pages: how many numbers follow, then page numbers; a negative one is the length of the run
 * of pages that begins at the next. A page that is in use and listed as free would be written over.
 *
 * @throws PageDamage
 */
export function freePages({ lastPage }: File, list: Buffer, used: Set<number>): void {
  const length = Number(list.readBigInt64LE(0))
  for (let index = 1; index <= length; index++) {
    const entry = Number(list.readBigInt64LE(index * 8))
    if (entry === 0) continue
    const first = entry < 0 ? Number(list.readBigInt64LE(++index * 8)) : entry
    const pages = entry < 0 ? -entry : 1
    if (first < 2 || first + pages - 1 > lastPage) throw new PageDamage(first)
    for (let page = first; page < first + pages; page++) {
      if (used.has(page)) throw new PageDamage(page)
      used.add(page)
    }
  }
}
