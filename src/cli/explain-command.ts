/** `deck explain`: what a field may be. Needs neither a file nor a gateway. */
import { UsageError } from '../errors.ts'
import { BaseCommand, type Run, usageOf } from './base-command.ts'
import { kongVersionDefault, kongVersionOf } from './kong-version.ts'

export class Explain extends BaseCommand {
  static override summary = 'describe a kind, a plugin or a field: type, default, range, values'
  static override usage = usageOf('[KIND[.FIELD]]')
  static override examples = [
    '<%= config.bin %> explain service.retries',
    '<%= config.bin %> explain rate-limiting.redis',
    '<%= config.bin %> explain route --kong-version 2.8',
  ]
  static override flags = kongVersionDefault

  protected override async work({ flags, files, terminal }: Run): Promise<number> {
    if (files.length > 1) throw new UsageError('explain takes one name, for example service.retries')
    const { kongVersion } = kongVersionOf(flags)
    if (kongVersion === undefined) throw new UsageError('--kong-version is missing')
    const { explainField } = await import('../recipes/explain-field.ts')
    terminal.stdout.write(explainField(files[0] ?? '', kongVersion))
    return 0
  }
}
