/**
 * The journal that outlives the process: an LMDB file in a folder. Every write is flushed before it is
 * answered. Whatever is wrong with what is found is said before anything is changed; a full disk refuses
 * writes and nothing else.
 */
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import { open, type RootDatabase } from 'lmdb'
import type { Entity, Version } from '../../entities/language/define.ts'
import { DeckError, systemReason } from '../../errors.ts'
import { createRoom, fillFile, type Room, roomFor } from './disk-room.ts'
import { StorageError } from './errors.ts'
import { ownFolder } from './folder-owner.ts'
import type { Change, Journal } from './journal.ts'
import { inspectFile } from './lmdb-file.ts'

/**
 * The version of the stored format; raised if an older program could not read it. From 2 on, checksums
 * cover keys.
 */
const format = 2

/** Before all sets in the order of keys. */
const aboutKey = ' about'

interface About {
  readonly format: number
  /** The Kong version whose entities these are: other versions have other fields. */
  readonly kong: string
  readonly count: number
  /**
   * Which transaction of LMDB wrote it: the last one, or the file shows an older state. Absent in format 1.
   */
  readonly transaction?: number
}

interface KeptEntity {
  readonly schema: string
  readonly entity: Entity
}

interface StoredConfiguration {
  readonly about: About | undefined
  readonly entities: readonly KeptEntity[]
}

type Database = RootDatabase<string, string>

/** @throws DeckError where the folder is in use, damaged, of another version, or cannot be written */
export function openLmdbJournal(folder: string, version: Version): Journal {
  makeFolder(folder)
  const file = path.join(folder, 'data.mdb')
  try {
    const release = ownFolder(folder)
    try {
      const kong = `${version.major}.${version.minor}`
      const stored = readStored(folder, kong)
      fillFile(`${file}-lock`, 3 * 4096)
      if (!existsSync(file)) tryRoom(file)
      const database = openDatabase(folder, false)
      return createJournal(folder, { database, room: createRoom(file), stored, kong, release })
    } catch (error) {
      release()
      throw error
    }
  } catch (error) {
    if (error instanceof DeckError) throw error
    const reason = systemReason(error) ?? (error instanceof Error ? error.message : String(error))
    throw new DeckError(`the data folder ${folder} cannot be used: ${reason}`, { cause: error })
  }
}

/** A new file is begun only where it has some room to grow. */
function tryRoom(file: string): void {
  fillFile(`${file}.tmp`, 64 * 4096)
  rmSync(`${file}.tmp`)
}

/**
 * Not Node's own recursive `mkdir`: it never returns where the system answers ENOENT inside an existing
 * folder, as /proc does.
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

interface Opened {
  readonly database: Database
  readonly room: Room
  readonly stored: StoredConfiguration
  readonly kong: string
  readonly release: () => void
}

function createJournal(folder: string, { database, room, stored, kong, release }: Opened): Journal {
  let count = stored.entities.length
  let isOfNow = stored.about === undefined || stored.about.format === format
  const countAfter = (changes: readonly Change[]) =>
    changes.reduce((sum, { before, after }) => sum + (after ? 1 : 0) - (before ? 1 : 0), count)
  return {
    load: () => stored.entities,
    write: async changes => {
      const next = countAfter(changes)
      const last: Last = new Map()
      // Entities of an older format get their checksum with the first change.
      for (const { schema, entity } of isOfNow ? [] : stored.entities)
        setLast(last, schema, entity.id, entity)
      for (const { schema, id, after } of changes) setLast(last, schema, id, after)
      try {
        await takeRoom(database, room, last)
        await database.transaction(() => {
          for (const [key, value] of last) {
            if (value === undefined) database.remove(key)
            else database.put(key, value)
          }
          const about: About = { format, kong, count: next, transaction: database.getWriteTxnId() }
          database.put(aboutKey, sealed(aboutKey, about))
        })
      } catch (error) {
        throw new StorageError(`the change cannot be stored in ${folder}: ${await reasonOf(error)}`, {
          cause: error,
        })
      }
      count = next
      isOfNow = true
    },
    close: async () => {
      await database.close()
      release()
    },
  }
}

/** The value to store at each key; undefined removes it. */
type Last = Map<string, string | undefined>

function setLast(last: Last, schema: string, id: string, entity: Entity | undefined): void {
  const key = `${schema}/${id}`
  last.set(key, entity && sealed(key, entity))
}

async function takeRoom(database: Database, room: Room, last: Last): Promise<void> {
  const stats = database.getStats() as Stats
  const tree = {
    pages: stats.treeBranchPageCount + stats.treeLeafPageCount + stats.free.treeLeafPageCount,
    depth: stats.treeDepth,
  }
  const values = [...last.values()]
  const sizes = values.map(value => (value === undefined ? 0 : Buffer.byteLength(value)))
  const isDeletion = values.every(value => value === undefined)
  await room.take((stats.lastPageNumber + 1) * stats.pageSize, roomFor(sizes, tree), isDeletion)
}

/** lmdb's result; its types omit it. */
interface Stats {
  readonly pageSize: number
  readonly treeDepth: number
  readonly treeBranchPageCount: number
  readonly treeLeafPageCount: number
  readonly lastPageNumber: number
  readonly free: { readonly treeLeafPageCount: number }
}

/** lmdb says only that a commit failed; why, it says later. */
async function reasonOf(error: unknown): Promise<string> {
  const { commitError } = error as { commitError?: Promise<unknown> }
  const cause = await (commitError ?? Promise.reject(error)).catch((reason: unknown) => reason)
  return (
    systemReason(cause) ?? (cause instanceof Error ? cause.message.split(':')[0] : undefined) ?? String(cause)
  )
}

/**
 * Without overlapping, a transaction ends only after it is flushed. Without batches of event turns, no
 * failed commit rejects a promise that no code handles.
 */
const openDatabase = (folder: string, readOnly: boolean): Database =>
  open<string, string>({
    path: path.join(folder, 'data.mdb'),
    noSubdir: true,
    encoding: 'string',
    overlappingSync: false,
    eventTurnBatching: false,
    readOnly,
  })

const damaged = (folder: string, what: string): DeckError =>
  new DeckError(`the data in ${folder} cannot be used: ${what}`, {
    hint: 'nothing was changed; restore the folder from a copy, or choose another one',
  })

/** All stored entities, read without write access. */
function readStored(folder: string, kong: string): StoredConfiguration {
  const file = path.join(folder, 'data.mdb')
  if (!existsSync(file)) return { about: undefined, entities: [] }
  const { problem, transaction } = inspectFile(file)
  if (problem !== undefined) throw damaged(folder, problem)
  const stored = readAll(folder)
  const { about } = stored
  if (about === undefined) {
    if (stored.entities.length > 0) throw damaged(folder, 'its description is missing')
    return stored
  }
  if (about.kong !== kong) throw damaged(folder, `it holds a Kong ${about.kong}, not a ${kong}`)
  if (about.count !== stored.entities.length) {
    throw damaged(folder, `${about.count} entities were written, ${stored.entities.length} are found`)
  }
  if (about.transaction !== undefined && about.transaction !== transaction) {
    throw damaged(
      folder,
      `its last change (${about.transaction}) is not the one that is found (${transaction})`,
    )
  }
  return stored
}

function readAll(folder: string): StoredConfiguration {
  let database: Database | undefined
  try {
    database = openDatabase(folder, true)
    let about: About | undefined
    const entities: KeptEntity[] = []
    for (const { key, value } of database.getRange()) {
      const content = unsealed(key, value, about?.format)
      if (content === undefined) throw damaged(folder, `${nameOf(key)} is damaged`)
      if (key === aboutKey) about = knownFormat(folder, content as About)
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

/** A damaged key may be anything, and hold what belongs to the value. */
const nameOf = (key: unknown): string =>
  typeof key === 'string' && /^[a-z_0-9]+\/[0-9a-f-]{36}$/.test(key) ? `the entry ${key}` : 'an entry'

function knownFormat(folder: string, about: About): About {
  if (about.format <= format) return about
  throw damaged(
    folder,
    `it was written by a newer deck (data format ${about.format}; this one knows ${format})`,
  )
}

/** JSON behind the checksum of its key and itself. */
function sealed(key: string, content: unknown): string {
  const text = JSON.stringify(content)
  return checksum(`${key}\n${text}`) + text
}

/**
 * @param written the format of the whole, where it is known already: format 1 has checksums of the JSON alone
 */
function unsealed(key: string, value: unknown, written: number | undefined): unknown {
  if (typeof value !== 'string') return undefined
  const [seal, text] = [value.slice(0, 8), value.slice(8)]
  const isRight = seal === checksum(`${key}\n${text}`)
  const isOlder = (written ?? 1) === 1 && seal === checksum(text)
  if (!isRight && !isOlder) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0')
