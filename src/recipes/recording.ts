/** Records of a run in the journal besides its changes. */
import type { Schemas } from '../entities/language/schemas.ts'
import { encodeKept, type Kept } from '../journal/kept.ts'
import type { JournalSettings, RunDescription } from '../journal/write.ts'
import type { Change } from '../plan/diff.ts'
import { allOf, type Scope } from '../state/select.ts'
import type { State } from '../state/state.ts'
import type { Recording } from './carry-out.ts'

export interface RecordedRun {
  readonly command: string
  /** The Admin API's address. */
  readonly address: string
  readonly workspace: string
  readonly selectTags: readonly string[]
  readonly scope: Scope
  readonly files: readonly string[]
  /** Of a rollback or a resume: the run that it is about. */
  readonly about?: string
  readonly onRecorded?: ((run: string) => void) | undefined
}

interface Before {
  /** What the gateway has before the run; it may have more than what the run is about. */
  readonly current: State
  readonly changes: readonly Change[]
  readonly schemas: Schemas
  /** As in `Work`: present for a gateway without a database. */
  readonly everything?: unknown
}

/** @param settings undefined: the run is not recorded */
export function recordingOf(
  settings: JournalSettings | undefined,
  run: RecordedRun,
  before: Before,
): Recording | undefined {
  if (settings === undefined || before.changes.length === 0) return undefined
  const { command, address, workspace, selectTags, scope, files, about, onRecorded } = run
  const description: RunDescription = {
    command,
    gateway: address,
    workspace,
    kong_version: before.schemas.version.text,
    select_tags: selectTags,
    scope,
    files,
    kept: keptIn(before, selectTags),
    ...(about !== undefined && { about }),
  }
  return { settings, description, onRecorded }
}

export function keptIn(
  { current, changes, schemas, everything }: Before,
  selectTags: readonly string[],
): Kept {
  const ids = new Set(changes.map(({ kind, id }) => `${kind} ${id}`))
  const isSelected = (tags: unknown): boolean =>
    selectTags.every(tag => Array.isArray(tags) && tags.includes(tag))
  const kept = allOf(current, schemas).filter(
    ({ kind, id, fields }) => !ids.has(`${kind} ${id}`) && isSelected(fields['tags']),
  )
  return encodeKept(kept, { hasStamps: everything === undefined })
}
