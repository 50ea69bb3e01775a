/**
 * Reads what runs have recorded: all runs of a folder, one by its name, or what was last applied to a
 * gateway.
 */
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

/** As `readRuns`, one after the other, for a reader that stops early. */
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
  gateway === name.address && workspace === (name.workspace ?? '')

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

/** What is left unknown of a recorded entity: places of secrets that `opener` could not fill in. */
export const unknownPaths = (
  { hidden, sealed }: Recorded,
  run: Run,
  key: string | undefined,
): Recorded['hidden'] => (key !== undefined && run.salt !== undefined && sealed !== undefined ? [] : hidden)

export interface LastApplied {
  readonly kind: string
  readonly id: string
  readonly name: string
  /**
   * As the files said it, without defaults; undefined where the entity was deleted. Null at the places in
   * `unknown`.
   */
  readonly values: Values | undefined
  /** Places of secrets that the journal does not hold. */
  readonly unknown: Recorded['hidden']
  readonly run: string
  /** When the run began, in ISO 8601. */
  readonly at: string
}

/**
 * What the recorded runs last made of each entity of a gateway, by `<kind> <id>`. Only changes are recorded:
 * an entity that no run has changed is not in it.
 *
 * @param selectTags only entities that have all of them (a deleted one: that had them)
 * @param key opens the secrets
 */
export async function lastApplied(
  folder: string,
  gateway: GatewayName,
  selectTags: readonly string[] = [],
  key?: string,
): Promise<Map<string, LastApplied>> {
  const found = new Map<string, LastApplied>()
  const seen = new Set<string>()
  for await (const run of eachRun(folder)) {
    if (!isOf(run, gateway)) continue
    const open = opener(run, key)
    for (const change of run.changes) {
      const { kind, id, name, after, before, status } = change
      const place = `${kind} ${id}`
      if (status !== 'applied' || seen.has(place)) continue
      seen.add(place)
      const tags = (after ?? before)?.values['tags']
      if (!selectTags.every(tag => Array.isArray(tags) && tags.includes(tag))) continue
      const unknown = after === undefined ? [] : unknownPaths(after, run, key)
      found.set(place, { kind, id, name, values: open(change, 'after'), unknown, run: run.run, at: run.at })
    }
  }
  return found
}
