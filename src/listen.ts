/** Listening at an address, with errors that name it whichever engine runs the program. */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'

/**
 * @param listen begins to listen at that address
 * @throws an error with `code`, `address` and `port`. Bun 1.4 leaves the last two out, and calls a name
 *   without an address a port in use.
 */
export async function listenAt<T>(host: string, port: number, listen: () => Promise<T>): Promise<T> {
  try {
    if (isIP(host) === 0) await lookup(host)
    return await listen()
  } catch (error) {
    throw error instanceof Error ? Object.assign(error, { address: host, port, ...error }) : error
  }
}
