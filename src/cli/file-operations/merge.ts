/** `deck file merge`: several files as one. What it does to the content is in `transform/`. */
import { DeckError } from '../../errors.ts'
import { mergeContents } from '../../transform/merge.ts'
import type { Content } from '../../transform/owners.ts'
import { atLeastOne } from '../arguments.ts'
import { BaseCommand, type Run } from '../base-command.ts'
import type { CommandGroup } from '../help/groups.ts'
import { outputFlags, outputFormat, readContent, writeOutput } from './operation.ts'

export class Merge extends BaseCommand {
  static override summary = 'join several files into one'
  static override group: CommandGroup = 'change'
  static override isOffline = true
  static override usage = 'FILE...'
  static override examples = ['deck file merge services.yaml consumers.yaml -o kong.yaml']
  static override flags = outputFlags

  protected override async work(run: Run): Promise<number> {
    atLeastOne(run.files)
    outputFormat(run.flags)
    const parts: { name: string; content: Content }[] = []
    for (const name of run.files) {
      parts.push({ name, content: withVersion(await readContent(name, run), run.terminal.env) })
    }
    await writeOutput(mergeContents(parts), run)
    return 0
  }
}

/** The version decides whether files go together, so a variable is looked up there, and there alone. */
function withVersion(content: Content, env: Run['terminal']['env']): Content {
  const variable = /^\$\{\{\s*env\s+["']([^"']*)["']\s*\}\}$/.exec(String(content['_format_version']))?.[1]
  if (variable === undefined) return content
  if (!variable.startsWith('DECK_')) {
    throw new DeckError(
      `environment variables in the state file must be prefixed with 'DECK_', found: '${variable}'`,
    )
  }
  const value = env[variable] ?? ''
  if (value === '') throw new DeckError(`environment variable '${variable}' is not set`)
  return { ...content, _format_version: value }
}
