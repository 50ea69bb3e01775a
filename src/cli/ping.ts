/** The recipe of `ping`: is there a Kong, and which. */
import type { ClientSettings } from '../admin-client/settings.ts'
import type { Terminal } from './recipe.ts'

export interface PingOptions {
  readonly client: ClientSettings
}

/** @returns the exit code; @throws DeckError */
export async function ping(_options: PingOptions, _io: Terminal): Promise<number> {
  throw new Error('not built yet')
}
