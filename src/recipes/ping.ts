/** The recipe of `ping`: is there a Kong, and which. */
import { createClient } from '../admin-client/client.ts'
import type { ClientSettings } from '../admin-client/settings.ts'
import { readVersion } from '../admin-client/version.ts'
import { exitCodes } from '../errors.ts'
import type { Terminal } from './terminal.ts'

export interface PingOptions {
  readonly client: ClientSettings
}

/** @returns the exit code; @throws DeckError */
export async function ping({ client: settings }: PingOptions, { stdout }: Terminal): Promise<number> {
  const client = await createClient(settings)
  try {
    const { version } = await readVersion(client)
    // Two blanks: scripts that were written for decK cut the line there.
    stdout.write(`Successfully connected to Kong!\nKong version:  ${version.text}\n`)
    return exitCodes.done
  } finally {
    client.close()
  }
}
