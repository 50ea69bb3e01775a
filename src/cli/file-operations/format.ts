/**
 * `deck file format`: between the layout of state files and the one of Kong's DB-less files. What it does to
 * the content is in `transform/`.
 */
import { UsageError } from '../../errors.ts'
import { BaseCommand, type Run } from '../base-command.ts'
import type { CommandGroup } from '../help/groups.ts'
import { outputFlags, outputFormat, readContent, writeOutput } from './operation.ts'

const layouts = ['deck', 'dbless']

export class Format extends BaseCommand {
  static override summary = 'convert a DB-less file of Kong to a state file, or back'
  static override group: CommandGroup = 'change'
  static override isOffline = true
  static override usage = 'deck|dbless FILE'
  static override examples = [
    'deck file format deck dbless.yaml -o kong.yaml',
    'deck file format dbless kong.yaml',
  ]
  static override flags = outputFlags

  protected override async work(run: Run): Promise<number> {
    const [layout, file] = run.files
    if (run.files.length !== 2 || layout === undefined || file === undefined) {
      throw new UsageError(`accepts 2 arg(s), received ${run.files.length}`, {
        hint: 'deck or dbless, then the file',
      })
    }
    if (!layouts.includes(layout)) {
      throw new UsageError(
        `invalid value '${layout}' found for the 'type' flag. Allowed values: [${layouts.join(' ')}]`,
      )
    }
    outputFormat(run.flags)
    const content = await readContent(file, run)
    const { toDbless, toNested } = await import('../../transform/dbless-layout.ts')
    if (layout === 'deck') toNested(content)
    else toDbless(content)
    await writeOutput(content, run)
    return 0
  }
}
