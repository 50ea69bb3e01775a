import * as Args from '@oclif/core/args'
import { BaseCommand, type Run, usageOf } from '../cli/base-command.ts'

export default class Completion extends BaseCommand {
  static override summary = 'print a script that completes commands and flags in a shell'
  static override usage = usageOf('bash|zsh|fish|powershell')
  static override description =
    'For bash, zsh, fish or powershell. The script says at its head how to keep it.'
  static override examples = [
    'source <(<%= config.bin %> completion bash)',
    '<%= config.bin %> completion fish | source',
  ]

  /** Read by work(); here for help and for completion itself. */
  static override args = {
    shell: Args.string({ required: true, options: ['bash', 'zsh', 'fish', 'powershell'] }),
  }

  protected override async work({ files, terminal }: Run): Promise<number> {
    const { completionScript } = await import('../cli/completion/script.ts')
    terminal.stdout.write(completionScript(files, this.config.options.root))
    return 0
  }
}
