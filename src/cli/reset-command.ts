/** `reset` in both forms, which are the same. */
import { UsageError } from '../errors.ts'
import { type Form, filesRefused, lockOf, scopeOf } from './arguments.ts'
import { BaseCommand, type Run } from './base-command.ts'
import { resetFlags } from './flags.ts'
import type { CommandGroup } from './help/groups.ts'
import { journalOf } from './journal-settings.ts'
import { ask } from './process-io.ts'
import { reportTargets } from './report-targets.ts'

const question = "This will delete all configuration from Kong's database.\n> Are you sure? "

export function resetCommand(form: Form) {
  const name = form === 'long' ? 'gateway reset' : 'reset'
  return class extends BaseCommand {
    static override summary = 'delete all entities of the gateway, or those with the selected tags'
    static override group: CommandGroup = form === 'long' ? 'gateway' : 'short'
    static override examples = [`deck ${name} --force`, `deck ${name} --select-tag team-a`]
    static override flags = resetFlags

    protected override async work({ flags, files, terminal, client }: Run): Promise<number> {
      if (flags['all-workspaces'] === true && flags['workspace'] !== undefined)
        throw new UsageError('workspace cannot be specified with --all-workspace flag')
      const reports = reportTargets(flags)
      if (flags['all-workspaces'] === true && reports.length > 0)
        throw new UsageError(
          '--report and --all-workspaces exclude one another: a report is of one workspace',
        )
      filesRefused(files)
      const { reset } = await import('../recipes/reset.ts')
      return reset(
        {
          client,
          ...(flags['force'] !== true && { confirm: () => ask(question) }),
          selectTags: (flags['select-tag'] as string[] | undefined) ?? [],
          scope: { ...scopeOf(flags), pluginDefinitions: flags['skip-plugin-definitions'] !== true },
          lock: lockOf(flags),
          journal: journalOf(flags, terminal.env),
          allWorkspaces: flags['all-workspaces'] === true,
          jsonOutput: flags['json-output'] === true,
          reports,
          maskEnvironment: flags['no-mask-deck-env-vars-value'] !== true,
        },
        terminal,
      )
    }
  }
}
