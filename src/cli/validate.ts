/** The recipe of `validate`: the files alone, or each entity against the server as well. Silent where all is well. */
import type { ClientSettings } from '../admin-client/settings.ts'
import type { Terminal } from './recipe.ts'

export interface ValidateOptions {
  readonly files: readonly string[]
  /** Present: online (`gateway validate`); absent: offline (`file validate`). */
  readonly client?: ClientSettings
  readonly parallelism?: number
  /** `--online-entities-list`: decK's words, e.g. `Services`; absent: all. */
  readonly onlineEntities?: readonly string[]
  readonly jsonOutput?: boolean
}

/** @returns the exit code; @throws DeckError, for bad files a StateFileError */
export async function validate(_options: ValidateOptions, _io: Terminal): Promise<number> {
  throw new Error('not built yet')
}
