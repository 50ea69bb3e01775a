/** `gateway unlock`: removes the lock of a run that no longer exists. */
import { filesRefused } from './arguments.ts'
import { BaseCommand, type Run } from './base-command.ts'
import { unlockFlags } from './flags.ts'
import type { CommandGroup } from './help/groups.ts'

export function unlockCommand() {
  return class extends BaseCommand {
    static override summary = 'remove the lock of a run with --lock that has ended without doing so'
    static override group: CommandGroup = 'review'
    static override examples = ['deck gateway unlock']
    static override flags = unlockFlags

    protected override async work({ files, terminal, client }: Run): Promise<number> {
      filesRefused(files)
      const { unlock } = await import('../recipes/lease.ts')
      return unlock(client, terminal)
    }
  }
}
