/** The recipe of `sync`, `diff` and `apply`: it reads like the list in docs/architecture.md. */
import type { ClientSettings } from '../admin-client/settings.ts'
import type { Terminal } from './recipe.ts'

export interface ReconcileOptions {
  /** `diff` changes nothing; `apply` deletes nothing. */
  readonly mode: 'sync' | 'diff' | 'apply'
  /** Files, folders, `-` for standard input. */
  readonly files: readonly string[]
  /** Its `signal` (SIGINT, SIGTERM) also stops starting new changes. */
  readonly client: ClientSettings
  /** How many changes may be under way at once. Default: 10. */
  readonly parallelism?: number
  /** `--select-tag`; must equal the file's `_info.select_tags` where both are given. */
  readonly selectTags?: readonly string[]
  readonly skipConsumers?: boolean
  /** `diff` with differences: 2. */
  readonly nonZeroExitCode?: boolean
  readonly jsonOutput?: boolean
  readonly silenceEvents?: boolean
  /** False with `--no-mask-deck-env-vars-value`. Default: true. */
  readonly maskEnvironment?: boolean
}

/**
 * @returns the exit code: 0; 1 where changes failed; 2 for `diff` with differences and `nonZeroExitCode`
 * @throws DeckError for what ends the run before its first change (files, connection, answers); with `jsonOutput` the document is written before
 */
export async function reconcile(_options: ReconcileOptions, _io: Terminal): Promise<number> {
  throw new Error('not built yet')
}
