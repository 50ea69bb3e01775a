/**
 * `validate`: `file validate` and the short form look at the files alone, `gateway validate` (and `--online`)
 * asks the gateway as well.
 */
import * as Flags from '@oclif/core/flags'
import { severitiesOf } from '../file/severities.ts'
import { onlineSchemas } from '../recipes/online-entities.ts'
import { type Form, filesOf, parallelismOf, refuseTogether, withParallelism } from './arguments.ts'
import { BaseCommand, type Run, usageOf } from './base-command.ts'
import { customPluginFlag, customPluginsOf } from './custom-plugins.ts'
import { kongVersionFlag, stateFlag, validateFlags } from './flags.ts'
import { kongVersionOf } from './kong-version.ts'
import { reportTargets } from './report-targets.ts'

const online = {
  online: Flags.boolean({ description: 'ask the gateway as well', env: 'DECK_ONLINE' }),
}

const onlyAbout = (onlineEntities: ReadonlySet<string> | undefined) =>
  onlineEntities === undefined ? {} : { onlineEntities }

export function validateCommand(where: 'file' | 'gateway' | 'short') {
  const form: Form = where === 'short' ? 'short' : 'long'
  const name = where === 'short' ? 'validate' : `${where} validate`
  return class extends BaseCommand {
    static override usage = usageOf(form === 'long' ? 'FILE...' : '')
    static override summary =
      where === 'gateway'
        ? 'check the files, then each entity against the gateway; change nothing'
        : 'check the files: syntax, fields, values, references, duplicates'
    static override examples = [
      `<%= config.bin %> ${name} ${form === 'long' ? 'kong.yaml' : '-s kong.yaml'}`,
      ...(where === 'short' ? [`<%= config.bin %> ${name} -s kong.yaml --online`] : []),
    ]
    static override flags = {
      ...validateFlags,
      ...(where !== 'gateway' && { ...kongVersionFlag, ...customPluginFlag }),
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
          reports: reportTargets(flags),
          ...kongVersionOf(flags),
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
