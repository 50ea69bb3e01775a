/**
 * Checks an LMDB file before LMDB opens it. LMDB maps the file into memory and trusts every number in it. A
 * missing or damaged page ends the whole process; a wrong number shows an older state or damages other
 * pages later. So everything is checked here first, without changing anything.
 */
import { readFileSync } from 'node:fs'
import { type File, freePages, PageDamage, type Tree, walkTree } from './lmdb-tree.ts'

const magic = 0xbeefc0de
const formats = new Set([1, 2])

/** Offsets of the checked words in LMDB's two first pages, which alternate. */
const at = {
  magic: 24,
  format: 28,
  pageSize: 48,
  freeTree: 48,
  mainTree: 96,
  lastPage: 144,
  transaction: 152,
  end: 160,
} as const

/** One of the two first pages: the state after one transaction. */
interface Meta {
  readonly transaction: bigint
  readonly lastPage: bigint
  readonly trees: readonly [free: Tree, main: Tree]
}

export interface FileState {
  /** Undefined where nothing is wrong with the file. */
  readonly problem?: string
  /** The number of the last transaction. */
  readonly transaction: number
  /** Bytes of the file that are in use; the file may be longer. */
  readonly used: number
}

export function inspectFile(name: string): FileState {
  const bytes = readFileSync(name)
  const state = { transaction: 0, used: 0 }
  if (bytes.length < at.end || bytes.readUInt32LE(at.magic) !== magic)
    return { ...state, problem: 'it is no data file of this program' }
  const format = bytes.readUInt32LE(at.format)
  if (!formats.has(format))
    return { ...state, problem: `its file format (${format}) is newer than this program knows` }
  const pageSize = bytes.readUInt32LE(at.pageSize)
  const isPageSize = pageSize >= 512 && pageSize <= 65536 && pageSize % 512 === 0
  const hasSecond = isPageSize && bytes.length >= pageSize + at.end
  if (!hasSecond || bytes.readUInt32LE(pageSize + at.magic) !== magic)
    return { ...state, problem: 'its first pages are damaged' }
  const metas = [metaAt(bytes, 0), metaAt(bytes, pageSize)] as const
  const newest = metas[1].transaction > metas[0].transaction ? metas[1] : metas[0]
  const used = (newest.lastPage + 1n) * BigInt(pageSize)
  if (BigInt(bytes.length) < used)
    return { ...state, problem: `it is cut off: ${bytes.length} bytes instead of ${used}` }
  const file = { bytes, pageSize, lastPage: Number(newest.lastPage) }
  const problem = takeTurns(metas, file) ? treeProblem(file, newest) : 'its first pages are damaged'
  return {
    transaction: Number(newest.transaction),
    used: Number(used),
    ...(problem !== undefined && { problem }),
  }
}

function metaAt(bytes: Buffer, start: number): Meta {
  return {
    transaction: bytes.readBigUInt64LE(start + at.transaction),
    lastPage: bytes.readBigUInt64LE(start + at.lastPage),
    trees: [treeAt(bytes, start + at.freeTree), treeAt(bytes, start + at.mainTree)],
  }
}

function treeAt(bytes: Buffer, start: number): Tree {
  return {
    flags: bytes.readUInt16LE(start + 4),
    depth: bytes.readUInt16LE(start + 6),
    branches: bytes.readBigUInt64LE(start + 8),
    leaves: bytes.readBigUInt64LE(start + 16),
    overflows: bytes.readBigUInt64LE(start + 24),
    entries: bytes.readBigUInt64LE(start + 32),
    root: bytes.readBigUInt64LE(start + 40),
  }
}

/**
 * Even transactions are written to the first page, odd ones to the second, and each replaces the root of
 * its tree. With a wrong number LMDB would use the state before the last transaction.
 */
function takeTurns([first, second]: readonly [Meta, Meta], { bytes, pageSize }: File): boolean {
  const isTurn =
    first.transaction % 2n === 0n && (second.transaction % 2n === 1n || second.transaction === 0n)
  const apart = first.transaction - second.transaction
  if (!isTurn || apart > 1n || apart < -1n) return false
  return [first, second].every(({ transaction, trees: [, { root }] }) => {
    const start = Number(root) * pageSize
    return transaction === 0n || start + 16 > bytes.length || bytes.readBigUInt64LE(start + 8) === transaction
  })
}

/** The tree of entries and the tree of free pages share no page, and neither has a page twice. */
function treeProblem(file: File, { trees: [free, main] }: Meta): string | undefined {
  try {
    const used = new Set<number>()
    if (main.flags !== 0) return 'its first pages are damaged'
    walkTree(file, main, used, Buffer.compare)
    const lists: Buffer[] = []
    walkTree(file, free, used, byNumber, list => lists.push(list))
    for (const list of lists) freePages(file, list, used)
    return undefined
  } catch (error) {
    if (error instanceof PageDamage) return `page ${error.page} is damaged`
    // A number led beyond the end of the file.
    if (error instanceof RangeError) return 'a page is damaged'
    throw error
  }
}

/** Free pages are listed by transaction. */
function byNumber(a: Buffer, b: Buffer): number {
  const [left, right] = [a.readBigUInt64LE(), b.readBigUInt64LE()]
  return left < right ? -1 : left > right ? 1 : 0
}
