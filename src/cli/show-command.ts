/** `gateway show`: a saved plan for readers, without a gateway and without the files. */
import { UsageError } from '../errors.ts'
import { BaseCommand, type Run } from './base-command.ts'
import type { CommandGroup } from './help/groups.ts'
import { reportTargets } from './report-targets.ts'
import { showFlags } from './review-flags.ts'

export class ShowCommand extends BaseCommand {
  static override summary = 'show a saved plan, without a gateway'
  static override group: CommandGroup = 'review'
  static override isOffline = true
  static override usage = 'PLAN'
  static override examples = [
    'deck gateway show plan.json',
    'deck gateway show plan.json --report html=plan.html',
  ]
  static override flags = showFlags

  protected override async work({ flags, files, terminal }: Run): Promise<number> {
    const [file] = files
    if (file === undefined || files.length > 1)
      throw new UsageError(`one plan is expected, got ${files.length} arguments`, {
        hint: 'for example: deck gateway show plan.json',
      })
    const { showPlan } = await import('../recipes/show-plan.ts')
    return showPlan(
      {
        file,
        jsonOutput: flags['json-output'] === true,
        updates: flags['compact'] === true ? 'fields' : 'whole',
        reports: reportTargets(flags),
      },
      terminal,
    )
  }
}
