/** `gateway unlock`: removes the lock of a run that is gone. */
import { filesRefused } from './arguments.ts'
import { BaseCommand, type Run } from './base-command.ts'
import { unlockFlags } from './flags.ts'

export function unlockCommand() {
  return class extends BaseCommand {
    static override summary = 'remove the lock that a run with --lock holds in the gateway'
    static override examples = ['<%= config.bin %> gateway unlock']
    static override flags = unlockFlags

    protected override async work({ files, terminal, client }: Run): Promise<number> {
      filesRefused(files)
      const { unlock } = await import('../recipes/lease.ts')
      return unlock(client, terminal)
    }
  }
}
