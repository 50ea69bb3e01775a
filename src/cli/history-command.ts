/** `gateway history`: what runs have changed. */
import { DeckError, UsageError } from '../errors.ts'
import { BaseCommand, type Run } from './base-command.ts'
import { historyFlags } from './flags.ts'
import type { CommandGroup } from './help/groups.ts'
import { journalOf } from './journal-settings.ts'

export function historyCommand() {
  return class extends BaseCommand {
    static override summary = 'list recorded runs, newest first, or the changes of one run'
    static override group: CommandGroup = 'review'
    static override isOffline = true
    static override usage = '[RUN]'
    static override examples = [
      'deck gateway history',
      'deck gateway history 20261201-103000000-1a2b3c --json-output',
    ]
    static override flags = historyFlags

    protected override async work({ flags, files, terminal }: Run): Promise<number> {
      const [run, ...more] = files
      if (more.length > 0)
        throw new UsageError(`unexpected arguments: ${more.join(' ')}`, {
          hint: 'one run is expected; deck gateway history lists the runs',
        })
      const folder = journalOf({ journal: flags['journal'] }, terminal.env)?.folder
      if (folder === undefined)
        throw new DeckError('the folder of the journal is unknown: HOME is not set', {
          hint: '--journal DIR sets the folder',
        })
      const { history } = await import('../recipes/restore/history.ts')
      return history({ folder, run, json: flags['json-output'] === true }, terminal)
    }
  }
}
