/**
 * A look at an LMDB file before LMDB opens it: LMDB maps the file into memory and dies with the process where pages are missing,
 * so what can be told from the file's first two pages is told here.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const magic = 0xbeefc0de
const formats = new Set([1, 2])

/** Of LMDB's two first pages, which take turns: where the words stand that are looked at. */
const at = { magic: 24, format: 28, pageSize: 48, lastPage: 144, transaction: 152, end: 160 } as const

/** @returns what is wrong with the file; undefined where nothing is */
export function fileProblem(file: string): string | undefined {
  const handle = openSync(file, 'r')
  try {
    const { size } = fstatSync(handle)
    const first = readPart(handle, 0)
    if (first === undefined || first.readUInt32LE(at.magic) !== magic)
      return 'it is no data file of this program'
    const format = first.readUInt32LE(at.format)
    if (!formats.has(format)) return `its file format (${format}) is newer than this program knows`
    const pageSize = first.readUInt32LE(at.pageSize)
    const second = readPart(handle, pageSize)
    if (second === undefined || second.readUInt32LE(at.magic) !== magic) return 'its second page is damaged'
    const transaction = (page: Buffer) => page.readBigUInt64LE(at.transaction)
    const newest = transaction(second) > transaction(first) ? second : first
    const needed = (newest.readBigUInt64LE(at.lastPage) + 1n) * BigInt(pageSize)
    return BigInt(size) < needed ? `it is cut off: ${size} bytes instead of ${needed}` : undefined
  } finally {
    closeSync(handle)
  }
}

function readPart(handle: number, position: number): Buffer | undefined {
  const part = Buffer.alloc(at.end)
  return readSync(handle, part, 0, at.end, position) === at.end ? part : undefined
}
