/** `gateway show`: a saved plan for readers, without a gateway and without the files. */
import { UsageError } from '../errors.ts'
import { BaseCommand, type Run, usageOf } from './base-command.ts'
import { reportTargets } from './report-targets.ts'
import { showFlags } from './review-flags.ts'

export class ShowCommand extends BaseCommand {
  static override summary = 'show a saved plan; no gateway is needed'
  static override usage = usageOf('PLAN')
  static override examples = [
    '<%= config.bin %> gateway show plan.json',
    '<%= config.bin %> gateway show plan.json --report html=plan.html',
  ]
  static override flags = showFlags

  protected override async work({ flags, files, terminal }: Run): Promise<number> {
    const [file] = files
    if (file === undefined || files.length > 1)
      throw new UsageError(`show takes one plan, got ${files.length}`, {
        hint: 'deck gateway show plan.json',
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
