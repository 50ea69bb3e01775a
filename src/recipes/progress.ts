/** A progress line for what takes its time before, or instead of, changes. */
import type { AdminClient } from '../admin-client/client.ts'
import { isWatched, liveLine } from '../report/live-line.ts'
import type { Terminal } from './terminal.ts'

/** While responses of the gateway are read. @param json whether the run prints one document, and no line */
export async function whileReading<T>(
  client: AdminClient,
  json: boolean,
  { stderr, env }: Terminal,
  work: () => Promise<T>,
  total?: number,
): Promise<T> {
  const before = client.answers()
  const line = liveLine(stderr, !json && isWatched(stderr, env), () => ({
    done: client.answers() - before,
    total,
    what: 'responses read',
    retries: client.retries(),
  }))
  try {
    return await work()
  } finally {
    line.stop()
  }
}
