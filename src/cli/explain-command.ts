/** `deck explain`: what a field may be. Needs neither a file nor a gateway. */
import { UsageError } from '../errors.ts'
import { BaseCommand, type Run } from './base-command.ts'
import type { CommandGroup } from './help/groups.ts'
import { kongVersionDefault, kongVersionOf } from './kong-version.ts'

export class Explain extends BaseCommand {
  static override summary = 'describe a kind, a plugin or a field: type, default, range, values'
  static override group: CommandGroup = 'other'
  static override isOffline = true
  static override usage = '[KIND[.FIELD]]'
  static override examples = [
    'deck explain service.retries',
    'deck explain rate-limiting.redis',
    'deck explain route --kong-version 2.8',
  ]
  static override flags = kongVersionDefault()

  protected override async work({ flags, files, terminal }: Run): Promise<number> {
    const [, ...more] = files
    if (more.length > 0)
      throw new UsageError(`unexpected arguments: ${more.join(' ')}`, {
        hint: 'for example: deck explain service.retries',
      })
    const { explainField } = await import('../recipes/explain-field.ts')
    terminal.stdout.write(explainField(files[0] ?? '', kongVersionOf(flags)))
    return 0
  }
}
