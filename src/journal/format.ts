/**
 * The content of a journal file: one run, as lines of JSON. The first line describes the run. Then there is
 * one line for each change of its plan, a line whenever a change starts or ends, and one at the end. A line
 * that a kill cut off is ignored.
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
  /** The number of changes. A file with fewer was cut off before the first request of its run. */
  readonly planned?: number
  /** What the run leaves as it was, of the entities that it is about (kept.ts). */
  readonly kept?: Kept
  /** For a rollback or a resume: the original run. */
  readonly about?: string
  /** Salt of the user's key, if secrets are encrypted. */
  readonly salt?: string
}

export interface ChangeLine {
  /** Counts from 0, in the plan's order. */
  readonly change: number
  readonly op: Operation
  readonly kind: string
  readonly id: string
  readonly name: string
  /** For an update: paths of the changed fields. */
  readonly fields: readonly (readonly string[])[]
  /** The gateway's values; absent for a create. */
  readonly before?: Recorded
  /** The files' values, without defaults; absent for a delete. */
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

/** The context to which an encrypted text is bound. */
export const contextOf = (
  { run }: Pick<Header, 'run'>,
  { kind, id }: Pick<ChangeLine, 'kind' | 'id'>,
  side: 'before' | 'after',
): string => `${run} ${kind} ${id} ${side}`
