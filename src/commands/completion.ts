import { BaseCommand, type Run } from '../cli/base-command.ts'

export default class Completion extends BaseCommand {
  static override summary = 'print the completion script of a shell'
  static override isOffline = true
  static override usage = 'bash|zsh|fish|powershell'
  static override description =
    'Completes commands, flags, files, kinds, plugins, tags and workspaces. The first lines of the script say how to install it.'
  static override examples = [
    'source <(deck completion bash)',
    'deck completion zsh > "${fpath[1]}/_deck"',
    'deck completion fish | source',
    'deck completion powershell | Out-String | Invoke-Expression',
  ]

  protected override async work({ files, terminal }: Run): Promise<number> {
    const { completionScript } = await import('../cli/completion/script.ts')
    terminal.stdout.write(completionScript(files))
    return 0
  }
}
