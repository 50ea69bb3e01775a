/**
 * A look at an LMDB file before LMDB opens it. LMDB maps the file into memory and trusts every number in it: a page that is missing
 * or damaged ends the whole process. So its pages are walked here first, from the root to the leaves, without changing anything.
 */
import { readFileSync } from 'node:fs'

const magic = 0xbeefc0de
const formats = new Set([1, 2])

/** Of LMDB's two first pages, which take turns: where the words stand that are looked at. */
const at = {
  magic: 24,
  format: 28,
  pageSize: 48,
  freeRoot: 88,
  mainRoot: 136,
  lastPage: 144,
  transaction: 152,
  end: 160,
} as const

/** Every page begins with its number, kind, and how far its entries reach. */
const header = 24
const kinds = { branch: 1, leaf: 2, overflow: 4 } as const
const entryHeader = 8
const noPage = 2n ** 64n - 1n

interface File {
  readonly bytes: Buffer
  readonly pageSize: number
  readonly lastPage: number
}

/** @returns what is wrong with the file; undefined where nothing is */
export function fileProblem(name: string): string | undefined {
  const bytes = readFileSync(name)
  if (bytes.length < at.end || bytes.readUInt32LE(at.magic) !== magic)
    return 'it is no data file of this program'
  const format = bytes.readUInt32LE(at.format)
  if (!formats.has(format)) return `its file format (${format}) is newer than this program knows`
  const pageSize = bytes.readUInt32LE(at.pageSize)
  const isPageSize = pageSize >= 512 && pageSize <= 65536
  if (!isPageSize || bytes.length < pageSize + at.end || bytes.readUInt32LE(pageSize + at.magic) !== magic) {
    return 'its first pages are damaged'
  }
  const second = bytes.readBigUInt64LE(pageSize + at.transaction) > bytes.readBigUInt64LE(at.transaction)
  const newest = second ? pageSize : 0
  const pages = bytes.readBigUInt64LE(newest + at.lastPage) + 1n
  if (BigInt(bytes.length) < pages * BigInt(pageSize)) {
    return `it is cut off: ${bytes.length} bytes instead of ${pages * BigInt(pageSize)}`
  }
  const file: File = { bytes, pageSize, lastPage: Number(pages) - 1 }
  const roots = [at.freeRoot, at.mainRoot].map(place => bytes.readBigUInt64LE(newest + place))
  const bad = roots
    .map(root => (root === noPage ? undefined : badPage(file, root, 0)))
    .find(page => page !== undefined)
  return bad === undefined ? undefined : `page ${bad} is damaged`
}

/** @returns the number of the first page, from this one downwards, that is not as LMDB writes it */
function badPage(file: File, number: bigint, depth: number): bigint | undefined {
  const start = pageStart(file, number)
  // Deeper than any tree of this size: pages that refer to one another in a circle.
  if (start === undefined || depth > 32) return number
  const { bytes, pageSize } = file
  const kind = bytes.readUInt16LE(start + 18)
  const isBranch = kind === kinds.branch
  const [lower, upper] = [bytes.readUInt16LE(start + 20), bytes.readUInt16LE(start + 22)]
  const room = pageSize - header
  if ((!isBranch && kind !== kinds.leaf) || lower % 2 !== 0 || lower > upper || upper > room) return number
  for (let entry = 0; entry < lower / 2; entry++) {
    const offset = bytes.readUInt16LE(start + header + entry * 2)
    if (offset < upper || offset + entryHeader > room) return number
    const node = { bytes, place: start + header + offset, room: room - offset }
    const child = isBranch ? branchChild(node) : leafOverflow(node)
    if (child === 'broken') return number
    if (child === undefined) continue
    if (isBranch) {
      const bad = badPage(file, child, depth + 1)
      if (bad !== undefined) return bad
    } else if (!isOverflow(file, child)) return child
  }
  return undefined
}

/** Where a page begins; undefined where there is none of this number. */
function pageStart({ bytes, pageSize, lastPage }: File, number: bigint): number | undefined {
  if (number < 2n || number > BigInt(lastPage)) return undefined
  const start = Number(number) * pageSize
  return bytes.readBigUInt64LE(start) === number ? start : undefined
}

interface Node {
  readonly bytes: Buffer
  readonly place: number
  /** From the node's beginning to the page's end. */
  readonly room: number
}

const keySize = ({ bytes, place }: Node): number => bytes.readUInt16LE(place + 6)

function branchChild(node: Node): bigint | 'broken' {
  if (entryHeader + keySize(node) > node.room) return 'broken'
  const { bytes, place } = node
  return BigInt(bytes.readUInt32LE(place)) + (BigInt(bytes.readUInt16LE(place + 4)) << 32n)
}

/** The page where a long value goes on; undefined for a value that stands in the leaf. */
function leafOverflow(node: Node): bigint | 'broken' | undefined {
  const { bytes, place, room } = node
  const [size, flags] = [bytes.readUInt32LE(place), bytes.readUInt16LE(place + 4)]
  const isLong = (flags & 1) !== 0
  if (flags > 7 || entryHeader + keySize(node) + (isLong ? 8 : size) > room) return 'broken'
  return isLong ? bytes.readBigUInt64LE(place + entryHeader + keySize(node)) : undefined
}

function isOverflow(file: File, number: bigint): boolean {
  const start = pageStart(file, number)
  return start !== undefined && file.bytes.readUInt16LE(start + 18) === kinds.overflow
}
