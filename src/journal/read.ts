/** Reads what runs have recorded: all runs of a folder, or one after the other. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRecord } from '../entities/language/values.ts'
import { DeckError, systemReason } from '../errors.ts'
import {
  type ChangeLine,
  contextOf,
  type EndLine,
  fileEnding,
  type Header,
  type LastLine,
  type StartLine,
} from './format.ts'
import { createCipher, type Recorded, reveal } from './secrets.ts'

type Values = Readonly<Record<string, unknown>>

export interface RecordedChange extends ChangeLine {
  /** `started`: its request may have been carried out or not. `not-attempted`: no request was sent. */
  readonly status: 'applied' | 'failed' | 'started' | 'not-attempted'
}

export interface Run extends Header {
  /** In the plan's order. */
  readonly changes: readonly RecordedChange[]
  /** `unfinished`: the process was killed, or still runs. */
  readonly state: LastLine['finished'] | 'unfinished'
}

/**
 * Newest first. Files that hold no run are passed over. A folder that does not exist has no runs.
 * @throws DeckError
 */
export async function readRuns(folder: string): Promise<Run[]> {
  const runs: Run[] = []
  for await (const run of eachRun(folder)) runs.push(run)
  return runs
}

/** Like `readRuns`, one run after the other, for a reader that stops early. */
export async function* eachRun(folder: string): AsyncGenerator<Run> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new DeckError(`journal ${folder}: ${systemReason(error) ?? error.message}`, { cause: error })
  })
  for (const name of names
    .filter(one => one.endsWith(fileEnding))
    .sort()
    .reverse()) {
    const text = await readFile(join(folder, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      // Pruned by another run meanwhile.
      if (error.code === 'ENOENT') return ''
      throw new DeckError(`journal ${join(folder, name)}: ${systemReason(error) ?? error.message}`, {
        cause: error,
      })
    })
    const run = parseRun(text)
    if (run !== undefined) yield run
  }
}

function parseRun(text: string): Run | undefined {
  const lines = text.split('\n').flatMap(parseLine)
  const [header] = lines
  if (header === undefined || header['deck_journal'] !== 1) return undefined
  const changes = linesWith<ChangeLine>(lines, 'change')
  // Nothing was sent to the gateway before the plan was on the disk.
  if (typeof header['planned'] === 'number' && changes.length < header['planned']) return undefined
  const started = new Set(linesWith<StartLine>(lines, 'start').map(({ start }) => start))
  const ended = new Map(linesWith<EndLine>(lines, 'end').map(({ end, status }) => [end, status]))
  const [last] = linesWith<LastLine>(lines, 'finished')
  return {
    ...(header as unknown as Header),
    changes: changes.map(line => ({
      ...line,
      status: ended.get(line.change) ?? (started.has(line.change) ? 'started' : 'not-attempted'),
    })),
    state: last?.finished ?? 'unfinished',
  }
}

const linesWith = <T>(lines: readonly Values[], name: string & keyof T): T[] =>
  lines.filter(line => name in line) as unknown as T[]

function parseLine(line: string): Values[] {
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) ? [value] : []
  } catch {
    return []
  }
}

/** The gateway that a run was about. */
export interface GatewayName {
  /** The Admin API's address, without credentials. */
  readonly address: string
  /** Default: none. */
  readonly workspace?: string
}

export const isOf = ({ gateway, workspace }: Header, name: GatewayName): boolean =>
  isSameAddress(gateway, name.address) && workspace === (name.workspace ?? '')

/** This machine has several names. */
export const isSameAddress = (one: string, other: string): boolean => loopback(one) === loopback(other)

const loopback = (address: string): string =>
  address.replace(/^(https?:\/\/)(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$)/, '$1localhost')

/**
 * @param key `DECK_JOURNAL_KEY`; without it, or where the run had none, secrets stay null.
 * @throws DeckError for another key
 */
export function opener(run: Run, key: string | undefined) {
  const cipher = key === undefined || run.salt === undefined ? undefined : createCipher(key, run.salt)
  return (change: ChangeLine, side: 'before' | 'after'): Values | undefined => {
    const recorded = change[side]
    if (recorded === undefined) return undefined
    return reveal(recorded, cipher && (sealed => cipher.open(sealed, contextOf(run, change, side))))
  }
}

/** Unknown values of a recorded entity: secrets that `opener` could not decrypt. */
export const unknownPaths = (
  { hidden, sealed }: Recorded,
  run: Run,
  key: string | undefined,
): Recorded['hidden'] => (key !== undefined && run.salt !== undefined && sealed !== undefined ? [] : hidden)
