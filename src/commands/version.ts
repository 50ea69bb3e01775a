import { BaseCommand, type Run } from '../cli/base-command.ts'

export default class Version extends BaseCommand {
  static override summary = 'print the version'
  static override examples = ['<%= config.bin %> version']

  protected override async work({ terminal }: Run): Promise<number> {
    terminal.stdout.write(`deck v${this.config.version}\n`)
    return 0
  }
}
