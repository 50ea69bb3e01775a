/** The recipe of `reset`: a sync to the empty state. */
import type { ClientSettings } from '../admin-client/settings.ts'
import type { Terminal } from './recipe.ts'

export interface ResetOptions {
  readonly client: ClientSettings
  /** Asked before anything is read or deleted; absent with `--force`. An answer of false ends the run with 0. */
  readonly confirm?: () => Promise<boolean>
  readonly parallelism?: number
  readonly selectTags?: readonly string[]
  readonly skipConsumers?: boolean
  readonly jsonOutput?: boolean
  /** False with `--no-mask-deck-env-vars-value`. */
  readonly maskEnvironment?: boolean
}

/** @returns the exit code; @throws DeckError */
export async function reset(_options: ResetOptions, _io: Terminal): Promise<number> {
  throw new Error('not built yet')
}
