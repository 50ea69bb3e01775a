/**
 * Only one process at a time may use a data folder: a file in it names the process. A file of a killed
 * process is recognised (the process does not exist, or its number belongs to a process that started later)
 * and taken over.
 */
import {
  closeSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { DeckError } from '../../errors.ts'

interface Owner {
  readonly pid: number
  /** Start time of the process, in the system's units; absent if the system does not report it. */
  readonly began?: string
}

/**
 * @returns what gives the folder back.
 * @throws DeckError where another process has it, Error of the system where nothing can be written
 */
export function ownFolder(folder: string): () => void {
  const file = path.join(folder, 'owner.json')
  const me: Owner = { pid: process.pid, ...withStart(process.pid) }
  const text = `${JSON.stringify(me)}\n`
  if (!createNew(file, text)) {
    const owner = readOwner(file)
    if (owner !== undefined && isAlive(owner)) throw inUse(folder, owner)
    // Two that find the same dead owner both write; the one whose words stay has the folder.
    const mine = `${file}.${process.pid}`
    rmSync(mine, { force: true })
    createNew(mine, text)
    renameSync(mine, file)
    if (contentOf(file) !== text) throw inUse(folder, readOwner(file))
  }
  return () => rmSync(file, { force: true })
}

const inUse = (folder: string, owner: Owner | undefined): DeckError =>
  new DeckError(`the data folder ${folder} is in use by process ${owner?.pid ?? 'unknown'}`, {
    hint: 'stop that process, or choose another folder',
  })

/** @returns false where it exists already */
function createNew(file: string, text: string): boolean {
  try {
    const handle = openSync(file, 'wx')
    try {
      writeFileSync(handle, text)
    } catch (error) {
      rmSync(file)
      throw error
    } finally {
      closeSync(handle)
    }
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error
    // The text of a link needs no room on the disk: a gateway whose disk is full starts, and answers what it
    // has.
    return createLink(file, text, error)
  }
}

function createLink(file: string, text: string, full: unknown): boolean {
  try {
    symlinkSync(text, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw full
  }
}

function contentOf(file: string): string {
  return lstatSync(file).isSymbolicLink() ? readlinkSync(file) : readFileSync(file, 'utf8')
}

/** Undefined for a file that was not written to its end. */
function readOwner(file: string): Owner | undefined {
  try {
    const owner: unknown = JSON.parse(contentOf(file))
    const isOwner =
      typeof owner === 'object' && owner !== null && 'pid' in owner && typeof owner.pid === 'number'
    return isOwner ? (owner as Owner) : undefined
  } catch {
    return undefined
  }
}

function isAlive({ pid, began }: Owner): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const now = withStart(pid).began
  return began === undefined || now === undefined || began === now
}

/** Only Linux has the start time in a file: the 22nd word, counted after the name in brackets. */
function withStart(pid: number): { readonly began?: string } {
  try {
    const words = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')
    const began = words?.[19]
    return began === undefined ? {} : { began }
  } catch {
    return {}
  }
}
