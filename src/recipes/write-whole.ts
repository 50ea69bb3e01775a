/**
 * Writes a file whole or not at all: into a new file beside it, which then takes its name. After a full disk
 * or a signal, the file holds what it held before.
 */
import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { chmod, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { DeckError, systemReason } from '../errors.ts'

/**
 * @param mode for a new file; an existing file keeps its mode
 * @throws DeckError
 */
export async function writeWhole(
  file: string,
  text: string,
  { mode }: { mode?: number } = {},
): Promise<void> {
  try {
    const existing = await stat(file).catch(missing)
    if (existing !== undefined && !isReplaceable(existing)) await writeFile(file, text)
    else await replaceFile(existing === undefined ? file : await realpath(file), text, existing?.mode ?? mode)
  } catch (error) {
    throw new DeckError(`writing ${file}: ${systemReason(error) ?? String(error)}`, { cause: error })
  }
}

/** A name without an ending gets this one, as in decK; `-` is standard output. */
export function withEnding(file: string, ending: string): string {
  const name = file.split('/').at(-1) ?? ''
  return file === '-' || name === '' || name.includes('.') ? file : `${file}.${ending}`
}

/**
 * A pipe or a device (`/dev/stdout`) must stay what it is, a file with two names must keep both, another
 * user's file its owner.
 */
const isReplaceable = (existing: Stats): boolean =>
  existing.isFile() && existing.nlink === 1 && existing.uid === process.getuid?.()

/**
 * The file itself may be written where nothing beside it can be, for example a file that is mounted into a
 * container.
 */
const inPlace = ['EACCES', 'EPERM', 'EBUSY', 'EROFS']

async function replaceFile(file: string, text: string, mode: number | undefined): Promise<void> {
  const fresh = `${file}.${randomBytes(4).toString('hex')}.tmp`
  try {
    await writeFile(fresh, text, { flag: 'wx', ...(mode !== undefined && { mode: mode & 0o777 }) })
    if (mode !== undefined) await chmod(fresh, mode & 0o777)
    await rename(fresh, file)
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => {})
    if (!inPlace.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    await writeFile(file, text, { ...(mode !== undefined && { mode: mode & 0o777 }) })
  }
}

function missing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}
