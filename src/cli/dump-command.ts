/** `dump` in both forms. The short form writes kong.yaml by default, as in decK. */
import { UsageError } from '../errors.ts'
import { type Form, filesRefused, formatOf, refuseTogether, scopeOf } from './arguments.ts'
import { BaseCommand, type Run } from './base-command.ts'
import { dumpFlags } from './flags.ts'
import type { CommandGroup } from './help/groups.ts'
import { ask } from './process-io.ts'

export function dumpCommand(form: Form) {
  const name = form === 'long' ? 'gateway dump' : 'dump'
  return class extends BaseCommand {
    static override summary = 'write the configuration of the gateway as a state file'
    static override group: CommandGroup = form === 'long' ? 'gateway' : 'short'
    static override examples = [
      `deck ${name} -o kong.yaml`,
      `deck ${name} -o - --select-tag team-a --format json`,
    ]
    static override flags = dumpFlags

    protected override async work({ flags, files, terminal, client }: Run): Promise<number> {
      refuseTogether(flags, 'output-file', 'all-workspaces')
      refuseTogether(flags, 'workspace', 'all-workspaces')
      filesRefused(files)
      const format = formatOf(flags)
      if (flags['editor'] === true && format === 'json')
        throw new UsageError('--editor: a JSON file cannot have the comment for editors', {
          hint: 'use --format yaml',
        })
      const { dump } = await import('../recipes/dump.ts')
      return dump(
        {
          client,
          outputFile: String(flags['output-file'] ?? (form === 'long' ? '-' : 'kong')),
          format,
          withId: flags['with-id'] === true,
          selectTags: (flags['select-tag'] as string[] | undefined) ?? [],
          scope: scopeOf(flags),
          skipDefaults: flags['skip-defaults'] === true,
          allWorkspaces: flags['all-workspaces'] === true,
          editor: flags['editor'] === true,
          ...(flags['sanitize'] === true && {
            sanitize: { salt: flags['sanitization-salt'] as string | undefined },
          }),
          ...(flags['yes'] !== true && {
            confirmOverwrite: (file: string) =>
              ask(`File '${file}' already exists. Do you want to overwrite it? `),
          }),
        },
        terminal,
      )
    }
  }
}
