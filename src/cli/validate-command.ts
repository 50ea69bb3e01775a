/**
 * `validate`: `file validate` and the short form check only the files; `gateway validate` (and `--online`)
 * also sends them to the gateway.
 */
import * as Flags from '@oclif/core/flags'
import type { RouterFlavor } from '../entities/expressions/router-flavors.ts'
import { severitiesOf } from '../file/severities.ts'
import { onlineSchemas } from '../recipes/online-entities.ts'
import { type Form, filesOf, parallelismOf, refuseTogether, withParallelism } from './arguments.ts'
import { BaseCommand, type Run } from './base-command.ts'
import { checkFormatFlag, flavorFlag, kongVersionFlag, strictFlag } from './check-flags.ts'
import { customPluginFlag, customPluginsOf } from './custom-plugins.ts'
import { stateFlag, validateFlags } from './flags.ts'
import type { CommandGroup } from './help/groups.ts'
import { kongVersionOf } from './kong-version.ts'
import { reportAsOutput, reportTargets } from './report-targets.ts'

const online = {
  online: Flags.boolean({
    description: 'also check each entity with the gateway',
    env: 'DECK_ONLINE',
    helpGroup: 'CHECK',
  }),
}

const onlyAbout = (onlineEntities: ReadonlySet<string> | undefined) =>
  onlineEntities === undefined ? {} : { onlineEntities }

export function validateCommand(where: 'file' | 'gateway' | 'short') {
  const form: Form = where === 'short' ? 'short' : 'long'
  const name = where === 'short' ? 'validate' : `${where} validate`
  return class extends BaseCommand {
    static override isOffline = where === 'file'
    static override group: CommandGroup = where === 'file' ? 'check' : where === 'short' ? 'short' : 'gateway'
    static override usage = form === 'long' ? 'FILE...' : ''
    static override summary =
      where === 'gateway'
        ? 'check files, then each entity with the gateway; change nothing'
        : 'check files: syntax, fields, values, references, duplicates'
    static override examples = [
      `deck ${name} ${form === 'long' ? 'kong.yaml' : '-s kong.yaml'}`,
      ...(where === 'short' ? [`deck ${name} -s kong.yaml --online`] : []),
    ]
    static override flags = {
      ...validateFlags,
      ...checkFormatFlag,
      ...strictFlag,
      ...(where !== 'gateway' && { ...kongVersionFlag, ...flavorFlag, ...customPluginFlag }),
      ...(where === 'short' && { ...stateFlag, ...online }),
    }

    protected override async work({ flags, files, terminal, client }: Run): Promise<number> {
      const parallelism = parallelismOf(flags)
      refuseTogether(flags, 'konnect-compatibility', 'workspace')
      refuseTogether(flags, 'konnect-compatibility', 'rbac-resources-only')
      const { validate } = await import('../recipes/validate.ts')
      return validate(
        {
          files: filesOf(flags, files, form),
          severities: severitiesOf(flags),
          reports: reportTargets(flags, reportAsOutput(flags, ['text'])),
          ...(flags['kong-version'] !== undefined && { kongVersion: kongVersionOf(flags) }),
          ...(flags['flavor'] !== undefined && { flavor: String(flags['flavor']) as RouterFlavor }),
          customPlugins: customPluginsOf(flags),
          scope: { rbacOnly: flags['rbac-resources-only'] === true },
          ...onlyAbout(onlineSchemas(flags['online-entities-list'])),
          ...((where === 'gateway' || flags['online'] === true) && {
            client: withParallelism(client, parallelism),
          }),
        },
        terminal,
      )
    }
  }
}
