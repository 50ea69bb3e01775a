/**
 * The journal that outlives the process: an LMDB file in a folder. Every write is flushed before it is answered. Whatever is wrong
 * with what is found is said before anything is changed.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import { open, type RootDatabase } from 'lmdb'
import type { Entity, Version } from '../../entities/language/define.ts'
import { DeckError, systemReason } from '../../errors.ts'
import { ownFolder } from './folder-owner.ts'
import type { Change, Journal } from './journal.ts'
import { fileProblem } from './lmdb-file.ts'

/** Of what this program writes; raised when an older program could not read it. */
const format = 1

/** Before all sets in the order of keys. */
const aboutKey = ' about'

interface About {
  readonly format: number
  /** The Kong version whose entities these are: other versions have other fields. */
  readonly kong: string
  readonly count: number
}

interface Kept {
  readonly about: About | undefined
  readonly entities: readonly { readonly schema: string; readonly entity: Entity }[]
}

type Database = RootDatabase<string, string>

/** @throws DeckError where the folder is in use, damaged, or of another version */
export function openLmdbJournal(folder: string, version: Version): Journal {
  makeFolder(folder)
  const release = ownFolder(folder)
  try {
    const kong = `${version.major}.${version.minor}`
    const kept = readKept(folder, kong)
    const database = openDatabase(folder, false)
    return createJournal(database, kept, kong, release)
  } catch (error) {
    release()
    throw error
  }
}

/**
 * Not Node's own recursive `mkdir`: it never returns where the system answers ENOENT inside an existing folder, as /proc does.
 *
 * @throws DeckError where there can be no such folder
 */
function makeFolder(folder: string): void {
  try {
    for (const one of missingFolders(path.resolve(folder))) mkdirSync(one)
    if (!statSync(folder).isDirectory()) throw new DeckError(`the data folder ${folder}: it is a file`)
  } catch (error) {
    const reason = systemReason(error)
    if (reason === undefined) throw error
    throw new DeckError(`the data folder ${folder} cannot be made: ${reason}`, { cause: error })
  }
}

/** From the top downwards. */
function missingFolders(folder: string): string[] {
  return existsSync(folder) ? [] : [...missingFolders(path.dirname(folder)), folder]
}

function createJournal(database: Database, kept: Kept, kong: string, release: () => void): Journal {
  let count = kept.entities.length
  const countAfter = (changes: readonly Change[]) =>
    changes.reduce((sum, { before, after }) => sum + (after ? 1 : 0) - (before ? 1 : 0), count)
  return {
    load: () => kept.entities,
    write: async changes => {
      const next = countAfter(changes)
      const about: About = { format, kong, count: next }
      await database.transaction(() => {
        for (const { schema, id, after } of changes) {
          if (after === undefined) database.remove(`${schema}/${id}`)
          else database.put(`${schema}/${id}`, sealed(after))
        }
        database.put(aboutKey, sealed(about))
      })
      count = next
    },
    close: async () => {
      await database.close()
      release()
    },
  }
}

/** Without overlapping, a transaction has ended only when it is flushed. */
const openDatabase = (folder: string, readOnly: boolean): Database =>
  open<string, string>({
    path: path.join(folder, 'data.mdb'),
    noSubdir: true,
    encoding: 'string',
    overlappingSync: false,
    readOnly,
  })

const damaged = (folder: string, what: string): DeckError =>
  new DeckError(`the data in ${folder} can not be used: ${what}`, {
    hint: 'nothing was changed; restore the folder from a copy, or choose another one',
  })

/** All that is there, read without a chance of writing. */
function readKept(folder: string, kong: string): Kept {
  const file = path.join(folder, 'data.mdb')
  if (!existsSync(file)) return { about: undefined, entities: [] }
  const problem = fileProblem(file)
  if (problem !== undefined) throw damaged(folder, problem)
  const kept = readAll(folder)
  const { about } = kept
  if (about === undefined) {
    if (kept.entities.length > 0) throw damaged(folder, 'what it is said to be is missing')
    return kept
  }
  if (about.format > format) {
    throw damaged(
      folder,
      `it was written by a newer deck (data format ${about.format}; this one knows ${format})`,
    )
  }
  if (about.kong !== kong) throw damaged(folder, `it holds a Kong ${about.kong}, not a ${kong}`)
  if (about.count !== kept.entities.length) {
    throw damaged(folder, `${about.count} entities were written, ${kept.entities.length} are found`)
  }
  return kept
}

function readAll(folder: string): Kept {
  let database: Database | undefined
  try {
    database = openDatabase(folder, true)
    let about: About | undefined
    const entities: { schema: string; entity: Entity }[] = []
    for (const { key, value } of database.getRange()) {
      const content = unsealed(value)
      if (content === undefined) throw damaged(folder, `the entry ${JSON.stringify(key)} is damaged`)
      if (key === aboutKey) about = content as About
      else entities.push({ schema: key.slice(0, key.indexOf('/')), entity: content as Entity })
    }
    return { about, entities }
  } catch (error) {
    if (error instanceof DeckError) throw error
    throw damaged(folder, error instanceof Error ? error.message : String(error))
  } finally {
    database?.close()
  }
}

/** JSON behind its own checksum. */
function sealed(content: unknown): string {
  const text = JSON.stringify(content)
  return checksum(text) + text
}

function unsealed(value: unknown): unknown {
  if (typeof value !== 'string' || value.slice(0, 8) !== checksum(value.slice(8))) return undefined
  try {
    return JSON.parse(value.slice(8))
  } catch {
    return undefined
  }
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0')
