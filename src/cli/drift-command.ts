/** `gateway drift`: who changed what since the last sync. */
import { UsageError } from '../errors.ts'
import { severitiesOf } from '../file/severities.ts'
import type { Author } from '../plan/three-ways.ts'
import { filesOf, parallelismOf, scopeOf, withParallelism } from './arguments.ts'
import { BaseCommand, type Run } from './base-command.ts'
import type { CommandGroup } from './help/groups.ts'
import { journalOf } from './journal-settings.ts'
import { reportTargets } from './report-targets.ts'
import { driftFlags } from './review-flags.ts'

export class DriftCommand extends BaseCommand {
  static override summary = 'show what changed since the last sync: by hand, in the files, or both'
  static override group: CommandGroup = 'review'
  static override usage = 'FILE...'
  static override description =
    'Exit code 0: no difference that --fail-on names. 1: the run failed. 2: such a difference.'
  static override examples = [
    'deck gateway drift kong.yaml',
    'deck gateway drift kong.yaml --record kong.record.json --fail-on hand,conflict --report markdown=drift.md',
  ]
  static override flags = driftFlags

  protected override async work({ flags, files, terminal, client }: Run): Promise<number> {
    const { drift } = await import('../recipes/drift/drift.ts')
    return drift(
      {
        files: filesOf(flags, files, 'long'),
        client: withParallelism(client, parallelismOf(flags)),
        selectTags: (flags['select-tag'] as string[] | undefined) ?? [],
        scope: scopeOf(flags),
        policyOverrides: flags['consumer-group-policy-overrides'] === true,
        severities: severitiesOf(flags),
        jsonOutput: flags['json-output'] === true,
        silenceEvents: flags['silence-events'] === true,
        maskEnvironment: flags['no-mask-deck-env-vars-value'] !== true,
        reports: reportTargets(flags),
        failOn: failOnOf(flags),
        key: process.env['DECK_RECORD_KEY'],
        journal: journalOf(flags, terminal.env),
        ...(typeof flags['record'] === 'string' && { recordFile: flags['record'] }),
      },
      terminal,
    )
  }
}

/** A difference with an unknown author always fails: it may be one of the selected kind. */
const choices: Readonly<Record<string, readonly Author[]>> = {
  hand: ['hand', 'unknown'],
  file: ['file', 'unknown'],
  conflict: ['conflict', 'unknown'],
  any: ['hand', 'file', 'conflict', 'unknown'],
  none: [],
}

/** @throws UsageError */
function failOnOf(flags: Run['flags']): readonly Author[] {
  const words = String(flags['fail-on'])
    .split(',')
    .map(word => word.trim())
  const wrong = words.find(word => !Object.hasOwn(choices, word))
  if (wrong !== undefined)
    throw new UsageError(
      `--fail-on: expected ${Object.keys(choices).join(', ')}, got ${JSON.stringify(wrong)}`,
    )
  return [...new Set(words.flatMap(word => choices[word] ?? []))]
}
