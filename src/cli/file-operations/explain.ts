/** `deck file explain`: the values of an entity, and where each comes from. */
import * as Flags from '@oclif/core/flags'
import { UsageError } from '../../errors.ts'
import { BaseCommand, type Run } from '../base-command.ts'
import type { CommandGroup } from '../help/groups.ts'
import { kongVersionDefault, kongVersionOf } from '../kong-version.ts'

export class ExplainFile extends BaseCommand {
  static override summary = 'show the values of an entity, and the source of each value'
  static override group: CommandGroup = 'check'
  static override isOffline = true
  static override usage = 'FILE... KIND [NAME] [FIELD]'
  static override description =
    "Sources are lines of the file, _info.defaults, _plugin_configs, the environment, the tags of the run and Kong's defaults."
  static override examples = [
    'deck file explain kong.yaml service orders',
    'deck file explain kong.yaml plugin rate-limiting config.redis',
    'deck file explain base.yaml team.yaml route --json',
  ]
  static override flags = {
    ...kongVersionDefault(),
    json: Flags.boolean({ description: 'print one JSON document', helpGroup: 'OUTPUT' }),
  }

  protected override async work({ flags, files, terminal }: Run): Promise<number> {
    const { explainFile, kindCalled } = await import('../../recipes/explain-file.ts')
    const at = files.findIndex((text, index) => index > 0 && kindCalled(text) !== undefined)
    const [kind, name, field, ...rest] = files.slice(at === -1 ? 1 : at)
    const version = kongVersionOf(flags)
    if (kind === undefined || rest.length > 0)
      throw new UsageError('a file and a kind are expected', {
        hint: 'for example: deck file explain kong.yaml service orders retries',
      })
    return explainFile(
      {
        files: files.slice(0, at === -1 ? 1 : at),
        kind,
        name,
        field,
        version,
        json: flags['json'] === true,
      },
      terminal,
    )
  }
}
