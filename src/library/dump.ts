/** A gateway's entities as the text of a state file. */
import { captured } from '../recipes/captured.ts'
import { dump as runDump } from '../recipes/dump.ts'
import { type AdminApiOptions, clientSettings } from './settings.ts'

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
  const { terminal, written } = await captured(process.env)
  await runDump(
    {
      client: clientSettings(options),
      outputFile: '-',
      format,
      ...(selectTags && { selectTags }),
      ...(withId !== undefined && { withId }),
    },
    terminal,
  )
  return written()
}
