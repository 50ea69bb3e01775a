/** `ping` in both forms, which are the same. */
import { type Form, filesRefused } from './arguments.ts'
import { BaseCommand, type Run } from './base-command.ts'
import { pingFlags } from './flags.ts'
import type { CommandGroup } from './help/groups.ts'

export function pingCommand(form: Form) {
  return class extends BaseCommand {
    static override summary = 'check the connection to the gateway, and print its version'
    static override group: CommandGroup = form === 'long' ? 'gateway' : 'short'
    static override examples = [
      `deck ${form === 'long' ? 'gateway ping' : 'ping'} --kong-addr http://localhost:8001`,
    ]
    static override flags = pingFlags

    protected override async work({ files, terminal, client }: Run): Promise<number> {
      filesRefused(files)
      const { ping } = await import('../recipes/ping.ts')
      return ping({ client }, terminal)
    }
  }
}
