/**
 * Records a run before it writes to a gateway: the whole plan with what was there before, on the disk before
 * the first request; then a line whenever a change starts or ends. The plan's lines are synced once; a line
 * more that is lost in a power cut only makes a change uncertain.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Schemas } from '../entities/language/schemas.ts'
import { DeckError, systemReason } from '../errors.ts'
import type { Change } from '../plan/diff.ts'
import { isFreeOfSecrets, maskEntity } from '../report/mask.ts'
import {
  type ChangeLine,
  contextOf,
  type EndLine,
  fileEnding,
  type Header,
  type LastLine,
  type StartLine,
} from './format.ts'
import { prune } from './prune.ts'
import { type Cipher, conceal, createCipher, type Recorded } from './secrets.ts'

export interface JournalSettings {
  /** Undefined where the user has no folder for such files. */
  readonly folder: string | undefined
  /** The user named the folder: a run that cannot be recorded there does not begin. */
  readonly isNamed: boolean
  /** `DECK_JOURNAL_KEY`; without it secrets are left out. */
  readonly key?: string
}

export type RunDescription = Omit<Header, 'deck_journal' | 'run' | 'at' | 'planned' | 'salt'>

export interface Journal {
  readonly run: string
  /** Before the first request of each of these changes: it is written when this returns. */
  start(changes: readonly Change[]): void
  /** Written with the next start, or at the end of this turn of the event loop. */
  end(change: Change, status: 'applied' | 'failed'): void
  finish(state: LastLine['finished']): Promise<void>
}

/** A journal that records nothing. */
export const noJournal: Journal = {
  run: '',
  start: () => {},
  end: () => {},
  finish: async () => {},
}

/**
 * @param warn called at most once, where the default folder cannot be written
 * @throws DeckError where a folder that the user named cannot be written
 */
export function openJournal(
  settings: JournalSettings,
  description: RunDescription,
  changes: readonly Change[],
  schemas: Schemas,
  warn: (text: string) => void,
): Journal {
  const { folder, isNamed } = settings
  if (folder === undefined) {
    warn(
      'this run is not recorded: the folder of the journal is unknown, because HOME is not set (--journal DIR sets it)',
    )
    return noJournal
  }
  try {
    return begin(folder, settings.key, description, changes, schemas, warn)
  } catch (error) {
    const reason = `journal ${folder}: ${systemReason(error) ?? String(error)}`
    if (isNamed)
      throw new DeckError(`${reason}: nothing was changed`, {
        cause: error,
        hint: '--no-journal records nothing',
      })
    warn(`this run is not recorded, and cannot be rolled back: ${reason}`)
    return noJournal
  }
}

/** A plan may be large: it is written in parts, so that it is never in memory as a whole. */
const chunkLength = 64 * 1024

function begin(
  folder: string,
  key: string | undefined,
  description: RunDescription,
  changes: readonly Change[],
  schemas: Schemas,
  warn: (text: string) => void,
): Journal {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const now = new Date()
  const run = nameOf(now)
  const salt = key === undefined ? undefined : randomBytes(16).toString('hex')
  const header: Header = {
    deck_journal: 1,
    run,
    at: now.toISOString(),
    ...description,
    planned: changes.length,
    ...(salt !== undefined && { salt }),
  }
  const cipher = key === undefined || salt === undefined ? undefined : createCipher(key, salt)
  const path = join(folder, run + fileEnding)
  const file = openSync(path, 'wx', 0o600)
  try {
    let lines = lineOf<Header>(header)
    for (const [index, change] of changes.entries()) {
      lines += changeLine(index, change, header, schemas, cipher)
      if (lines.length < chunkLength) continue
      writeWhole(file, lines)
      lines = ''
    }
    writeWhole(file, lines)
    fsyncSync(file)
  } catch (error) {
    closeSync(file)
    rmSync(path, { force: true })
    throw error
  }
  return recorder(file, run, changes, warn, () => prune(folder))
}

function recorder(
  file: number,
  run: string,
  changes: readonly Change[],
  warn: (text: string) => void,
  afterwards: () => Promise<void>,
): Journal {
  const places = new Map(changes.map((change, index) => [change, index]))
  const placeOf = (change: Change): number => places.get(change) ?? -1
  const started = new Set<Change>()
  let waiting = ''
  let isBroken = false
  /** The plan is on the disk already; a run that is under way is not ended for the want of one more line. */
  const flush = (): void => {
    const lines = waiting
    waiting = ''
    if (isBroken || lines === '') return
    try {
      writeWhole(file, lines)
    } catch (error) {
      isBroken = true
      warn(`the journal of this run stays incomplete: ${systemReason(error) ?? String(error)}`)
    }
  }
  return {
    run,
    start: some => {
      for (const change of some) {
        if (started.has(change)) continue
        started.add(change)
        waiting += lineOf<StartLine>({ start: placeOf(change) })
      }
      flush()
    },
    end: (change, status) => {
      if (waiting === '') setImmediate(flush)
      waiting += lineOf<EndLine>({ end: placeOf(change), status })
    },
    finish: async finished => {
      waiting += lineOf<LastLine>({ finished, at: new Date().toISOString() })
      flush()
      closeSync(file)
      await afterwards()
    },
  }
}

const lineOf = <T>(line: T): string => `${JSON.stringify(line)}\n`

/** In one write: a line is whole or it is the last one. */
function writeWhole(file: number, lines: string): void {
  const bytes = Buffer.from(lines)
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}

/**
 * As `ChangeLine` says. The text of an entity shows whether a secret may be in it; of most there is none, and
 * the text is the record.
 */
function changeLine(
  index: number,
  change: Change,
  header: Header,
  schemas: Schemas,
  cipher: Cipher | undefined,
): string {
  const { op, kind, id, title: name, before, after } = change
  const side = (which: 'before' | 'after', entity: NonNullable<Change['before']>): string => {
    const text = JSON.stringify(entity)
    if (isFreeOfSecrets(text, entity, change, { schemas })) return `{"values":${text},"hidden":[]}`
    const recorded: Recorded = conceal(
      entity,
      maskEntity(entity, change, { schemas }),
      cipher && (secrets => cipher.seal(secrets, contextOf(header, change, which))),
    )
    return JSON.stringify(recorded)
  }
  const fields = change.fields.map(({ path }) => path)
  const start: ChangeLine = { change: index, op, kind, id, name, fields }
  const sides = [
    ...(before ? [`,"before":${side('before', before)}`] : []),
    ...(after ? [`,"after":${side('after', after)}`] : []),
  ]
  return `${JSON.stringify(start).slice(0, -1)}${sides.join('')}}\n`
}

/** @example '20261201-103000-1a2b3c' */
function nameOf(now: Date): string {
  const digits = now.toISOString().replace(/\D/g, '')
  // Not from node:crypto, which most runs do not load otherwise.
  const chance = Math.floor(Math.random() * 0x1000000)
  return `${digits.slice(0, 8)}-${digits.slice(8, 17)}-${chance.toString(16).padStart(6, '0')}`
}
