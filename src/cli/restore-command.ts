/** `gateway rollback` and `gateway resume`: a recorded run, undone or finished. */
import { UsageError } from '../errors.ts'
import { defaultDeleteLimit } from '../recipes/reconcile/guard.ts'
import type { Purpose } from '../recipes/restore/run-to-restore.ts'
import { deleteLimitOf, lockOf } from './arguments.ts'
import { BaseCommand, type Run } from './base-command.ts'
import { resumeFlags, rollbackFlags } from './flags.ts'
import type { CommandGroup } from './help/groups.ts'
import { journalOf } from './journal-settings.ts'
import { ask } from './process-io.ts'
import { reportTargets } from './report-targets.ts'

const summaries = {
  rollback: 'undo a recorded run (default: the newest run of this gateway)',
  resume: 'finish a recorded run that failed or was killed (default: the newest run of this gateway)',
} as const

const flagsOf = { rollback: rollbackFlags, resume: resumeFlags } as const

export function restoreCommand(purpose: Purpose) {
  return class extends BaseCommand {
    static override summary = summaries[purpose]
    static override group: CommandGroup = 'review'
    static override usage = '[RUN]'
    static override examples = [
      `deck gateway ${purpose}`,
      `deck gateway ${purpose} 20261201-103000000-1a2b3c`,
    ]
    static override flags = flagsOf[purpose]

    protected override async work({ flags, files, terminal, client }: Run): Promise<number> {
      const [run, ...more] = files
      if (more.length > 0)
        throw new UsageError(`unexpected arguments: ${more.join(' ')}`, {
          hint: 'one run is expected; deck gateway history lists the runs',
        })
      const journal = journalOf({ journal: flags['journal'] }, terminal.env)
      const { maxDeletes } = deleteLimitOf({ 'max-deletes': flags['max-deletes'] })
      const isAttended =
        process.stdin.isTTY === true && process.stdout.isTTY === true && flags['json-output'] !== true
      const { restore } = await import('../recipes/restore/restore.ts')
      return restore(
        {
          purpose,
          run,
          client,
          lock: lockOf(flags),
          journal: journal ?? { folder: undefined, isNamed: false },
          isRecorded: flags['no-journal'] !== true,
          maxDeletes: maxDeletes ?? (flags['yes'] === true ? 'all' : defaultDeleteLimit),
          protectedTags: (flags['protect-tag'] as string[] | undefined) ?? [],
          force: flags['force'] === true,
          isAgreed: flags['yes'] === true,
          confirm: isAttended && flags['yes'] !== true ? ask : undefined,
          jsonOutput: flags['json-output'] === true,
          reports: reportTargets(flags),
          silenceEvents: flags['silence-events'] === true,
        },
        terminal,
      )
    }
  }
}
