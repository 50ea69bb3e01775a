/** The recipe of `dump`: what the gateway has, as a state file. */
import type { ClientSettings } from '../admin-client/settings.ts'
import type { Terminal } from './recipe.ts'

export interface DumpOptions {
  readonly client: ClientSettings
  /** `-` is standard output. A name without extension gets `.yaml` or `.json`. */
  readonly outputFile: string
  readonly format: 'yaml' | 'json'
  readonly withId?: boolean
  readonly selectTags?: readonly string[]
  readonly skipConsumers?: boolean
  readonly skipDefaults?: boolean
  /** Asked before an existing file is overwritten; absent: it is overwritten. */
  readonly confirmOverwrite?: (file: string) => Promise<boolean>
}

/** @returns the exit code; @throws DeckError */
export async function dump(_options: DumpOptions, _io: Terminal): Promise<number> {
  throw new Error('not built yet')
}
