/**
 * Room on the disk, taken before LMDB needs it. LMDB 3.5 damages its own memory where a write fails for want
 * of space, so it must never meet a full disk: the file is made longer first, by writing to it, and a change
 * that does not fit is refused (docs/decisions/2026-11-30-full-disk.md).
 */
import { closeSync, fstatSync, ftruncateSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'

const page = 4096

/** Reserved at a time, so that few writes extend the file. */
const step = 64 * page

/** Left alone by all but deletions, so that these find room on a full disk. */
const kept = 32 * page

export interface Room {
  /**
   * Resolves where a change fits.
   *
   * @param used bytes of the file that hold something
   * @param need bytes that the change may add
   * @throws Error of the system
   */
  take(used: number, need: number, isDeletion: boolean): Promise<void>
}

export function createRoom(file: string): Room {
  let size = statSync(file).size
  const enlarge = async (to: number) => {
    const handle = await open(file, 'r+')
    try {
      await handle.write(new Uint8Array(to - size), 0, to - size, size)
      await handle.datasync()
      // A write to a disk that is nearly full may end early.
      const { size: reached } = await handle.stat()
      if (reached < to) throw Object.assign(new Error('short write'), fullDisk)
      size = to
    } catch (error) {
      await handle.truncate(size)
      throw error
    } finally {
      await handle.close()
    }
  }
  return {
    take: async (used, need, isDeletion) => {
      const least = used + need + (isDeletion ? 0 : kept)
      if (least <= size) return
      await enlarge(least + step).catch(() => enlarge(least))
    },
  }
}

/** The error in Node's form. */
const fullDisk = { code: 'ENOSPC', errno: -28, syscall: 'write' }

/**
 * Bytes that entries of these sizes may need: LMDB copies each page that it changes, and splits full ones.
 * @param tree current pages of the tree
 */
export function roomFor(
  values: readonly number[],
  tree: { readonly pages: number; readonly depth: number },
): number {
  const own = values.map(size => (size > page / 4 ? page * Math.ceil((size + 32) / page) : 2 * size) + 512)
  const touched = Math.min(values.length * (tree.depth + 2), tree.pages + 2) * page
  return own.reduce((sum, size) => sum + size, 0) + touched + 16 * page
}

/**
 * Makes the pages of a file real that LMDB only maps into memory: on a full disk, touching them would end the
 * process.
 */
export function fillFile(file: string, length: number): void {
  const handle = openSync(file, 'a+')
  try {
    const { size, blocks } = fstatSync(handle)
    if (size >= length && blocks * 512 >= length) return
    ftruncateSync(handle, 0)
    if (writeSync(handle, new Uint8Array(length)) < length)
      throw Object.assign(new Error('short write'), fullDisk)
  } catch (error) {
    rmSync(file, { force: true })
    throw error
  } finally {
    closeSync(handle)
  }
}
