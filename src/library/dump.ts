/** What a gateway has, as the text of a state file. */

import { Writable } from 'node:stream'
import { dump as runDump } from '../recipes/dump.ts'
import { type AdminApiOptions, clientSettings } from './settings.ts'
import { silentTerminal } from './silent-terminal.ts'

export interface DumpOptions extends AdminApiOptions {
  /** Default: `yaml`. */
  readonly format?: 'yaml' | 'json'
  /** Only what has all these tags. Default: everything. */
  readonly selectTags?: readonly string[]
  /** Whether ids are written. Default: false. */
  readonly withId?: boolean
}

/**
 * The same text as `deck gateway dump -o -`: sorted, the same bytes for the same configuration, secrets
 * included.
 *
 * @throws ConnectionError; AdminApiError
 */
export async function dump(options: DumpOptions = {}): Promise<string> {
  const { format = 'yaml', selectTags, withId } = options
  const parts: Buffer[] = []
  const stdout = new Writable({
    write: (part: Buffer, _encoding, done) => {
      parts.push(part)
      done()
    },
  })
  await runDump(
    {
      client: clientSettings(options),
      outputFile: '-',
      format,
      ...(selectTags && { selectTags }),
      ...(withId !== undefined && { withId }),
    },
    { ...(await silentTerminal()), stdout },
  )
  return Buffer.concat(parts).toString('utf8')
}
