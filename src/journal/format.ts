/**
 * What a journal file holds: one run, as lines of JSON. The first line says what the run is about, then comes
 * one line for each change of its plan, then a line whenever a change starts or ends, and one at the end. A
 * line that was cut off by a kill is ignored.
 */
import type { Operation } from '../plan/diff.ts'
import type { Scope } from '../state/select.ts'
import type { Kept } from './kept.ts'
import type { Recorded } from './secrets.ts'

/** The first line. Names are those of the file. */
export interface Header {
  readonly deck_journal: 1
  /** Names of runs sort by time: `20261201-103000-1a2b3c`. */
  readonly run: string
  /** ISO 8601. */
  readonly at: string
  /** `sync`, `apply`, `reset`, `rollback`, `resume`. */
  readonly command: string
  /** The address of the Admin API, without credentials. */
  readonly gateway: string
  /** The empty text for none. */
  readonly workspace: string
  readonly kong_version: string
  readonly select_tags: readonly string[]
  readonly scope: Scope
  readonly files: readonly string[]
  /** What the run leaves as it was, of the entities that it is about (kept.ts). */
  readonly kept?: Kept
  /** Of a rollback or a resume: the run that it is about. */
  readonly about?: string
  /** Of the user's key, where secrets are encrypted. */
  readonly salt?: string
}

export interface ChangeLine {
  /** Counts from 0, in the plan's order. */
  readonly change: number
  readonly op: Operation
  readonly kind: string
  readonly id: string
  readonly name: string
  /** Of an update: paths of what differs. */
  readonly fields: readonly (readonly string[])[]
  /** As the gateway had it; absent for a create. */
  readonly before?: Recorded
  /** As the files say it, without defaults; absent for a delete. */
  readonly after?: Recorded
}

/** Written before the first request of a change. */
export interface StartLine {
  readonly start: number
}

export interface EndLine {
  readonly end: number
  readonly status: 'applied' | 'failed'
}

export interface LastLine {
  readonly finished: 'applied' | 'failed' | 'interrupted'
  readonly at: string
}

export const fileEnding = '.jsonl'

/** What a sealed text is bound to. */
export const contextOf = (
  { run }: Pick<Header, 'run'>,
  { kind, id }: Pick<ChangeLine, 'kind' | 'id'>,
  side: 'before' | 'after',
): string => `${run} ${kind} ${id} ${side}`
