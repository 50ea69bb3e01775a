/** `deck file schema`: the JSON Schema of state files, for editors. */
import { filesRefused } from '../arguments.ts'
import { BaseCommand, type Run } from '../base-command.ts'
import type { CommandGroup } from '../help/groups.ts'
import { kongVersionDefault, kongVersionOf } from '../kong-version.ts'
import { outputFlags, writeText } from './operation.ts'

export class Schema extends BaseCommand {
  static override summary = 'print the JSON Schema of state files, for editors'
  static override group: CommandGroup = 'check'
  static override isOffline = true
  static override usage = ''
  static override description =
    'Covers all kinds, and the plugins that this version of Kong bundles. docs/editors.md shows its use.'
  static override examples = ['deck file schema -o kong.schema.json', 'deck file schema --kong-version 2.8']
  static override flags = {
    ...kongVersionDefault(),
    'output-file': outputFlags['output-file'],
  }

  protected override async work(run: Run): Promise<number> {
    const { flags, files } = run
    filesRefused(files)
    const version = kongVersionOf(flags)
    const { fileSchema } = await import('../../recipes/file-schema.ts')
    await writeText(fileSchema(version), run)
    return 0
  }
}
