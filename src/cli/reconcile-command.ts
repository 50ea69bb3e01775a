/**
 * `sync`, `diff` and `apply`, each in its long form (files as arguments) and its short one (`-s`, default
 * kong.yaml), from one description.
 */
import { UsageError } from '../errors.ts'
import { severitiesOf } from '../file/severities.ts'
import type { ReconcileOptions } from '../recipes/reconcile/options.ts'
import type { SavedPlan } from '../recipes/saved-plan.ts'
import {
  deleteLimitOf,
  type Form,
  filesOf,
  lockOf,
  onErrorOf,
  parallelismOf,
  scopeOf,
  withParallelism,
} from './arguments.ts'
import { BaseCommand, type Run } from './base-command.ts'
import { applyFlags, diffFlags, stateFlag, syncFlags } from './flags.ts'
import { globalFlags } from './global-flags.ts'
import type { CommandGroup } from './help/groups.ts'
import { journalOf } from './journal-settings.ts'
import { ask } from './process-io.ts'
import { reportTargets } from './report-targets.ts'
import { planFlags } from './review-flags.ts'

type Mode = ReconcileOptions['mode']

/** `plan` is `diff --out`. */
type Word = Mode | 'plan'

const flagsOf = { sync: syncFlags, diff: diffFlags, apply: applyFlags, plan: planFlags } as const

const summaries: Readonly<Record<Word, string>> = {
  sync: 'make the gateway match the files: create, update and delete entities',
  diff: 'show what sync would change',
  apply: 'create and update the entities of the files, and delete nothing',
  plan: 'save what sync would change, for review and for sync --plan',
}

const description = 'A folder stands for all .yaml, .yml and .json files in it; - is standard input.'

const groupOf = (word: Word, form: Form) =>
  form === 'short' ? 'short' : word === 'plan' ? 'review' : 'gateway'

/** @param form long: `deck gateway sync FILE…`; short: `deck sync -s FILE` */
export function reconcileCommand(word: Word, form: Form) {
  const mode: Mode = word === 'plan' ? 'diff' : word
  const name = form === 'long' ? `gateway ${word}` : word
  return class extends BaseCommand {
    static override summary = summaries[word]
    static override usage = form === 'long' ? 'FILE...' : ''
    static override description = description
    static override group: CommandGroup = groupOf(word, form)
    static override examples = [
      `deck ${name} ${form === 'long' ? 'kong.yaml' : '-s kong.yaml'}`,
      `deck ${name} ${form === 'long' ? 'services/ consumers.yaml' : '-s services/ -s consumers.yaml'} --select-tag team-a`,
      `deck ${name} ${form === 'long' ? '-' : '-s -'} < kong.yaml`,
    ].slice(0, mode === 'apply' ? 1 : 3)
    static override flags = { ...flagsOf[word], ...(form === 'short' && stateFlag) }

    protected override async work(run: Run): Promise<number> {
      const saved = await readSavedPlan(run)
      const { flags, files, terminal, client } = saved === undefined ? run : withPlan(run, saved)
      if (flags['skip-hash-for-basic-auth'] === true)
        throw new UsageError('skip-hash-for-basic-auth functionality can be used with Konnect only')
      const delay = Number(flags['db-update-propagation-delay'] ?? 0)
      if (delay < 0) throw new UsageError('--db-update-propagation-delay cannot be negative')
      const stateFiles = saved?.files ?? filesOf(flags, files, form)
      const { reconcile } = await import('../recipes/reconcile/reconcile.ts')
      return reconcile(
        {
          mode,
          title: name,
          files: stateFiles,
          client: withParallelism(client, parallelismOf(flags)),
          selectTags: (flags['select-tag'] as string[] | undefined) ?? [],
          controlPlane: controlPlaneOf(flags),
          scope: scopeOf(flags),
          policyOverrides: flags['consumer-group-policy-overrides'] === true,
          delaySeconds: delay,
          severities: severitiesOf(flags),
          ...deleteLimitOf(flags),
          skipsPreflight: flags['skip-preflight'] === true,
          skipsRecheck: flags['skip-recheck'] === true,
          lock: lockOf(flags),
          onError: onErrorOf(flags),
          journal: mode === 'diff' ? undefined : journalOf(flags, terminal.env),
          ...(isAttended(flags) && { confirm: ask }),
          protectedTags: (flags['protect-tag'] as string[] | undefined) ?? [],
          keepsSuperfluous: flags['no-delete'] === true,
          nonZeroExitCode: flags['non-zero-exit-code'] === true,
          jsonOutput: flags['json-output'] === true,
          reports: reportTargets(flags),
          updates: flags['compact'] === true ? 'fields' : 'whole',
          silenceEvents: flags['silence-events'] === true,
          maskEnvironment: flags['no-mask-deck-env-vars-value'] !== true,
          ...(typeof flags['record'] === 'string' && {
            record: { path: flags['record'], key: process.env['DECK_RECORD_KEY'] },
          }),
          ...(saved && { savedPlan: saved }),
          ...(typeof flags['out'] === 'string' && {
            planOutput: { path: flags['out'], input: { files: stateFiles, flags: deciding(flags) } },
          }),
        },
        terminal,
      )
    }
  }
}

/** Whether a user can read and answer a question. */
const isAttended = (flags: Run['flags']): boolean =>
  process.stdin.isTTY === true && process.stdout.isTTY === true && flags['json-output'] !== true

const controlPlaneOf = (flags: Run['flags']): string | undefined =>
  [flags['konnect-control-plane-name'], flags['konnect-runtime-group-name']]
    .map(String)
    .find(name => name !== '' && name !== 'undefined')

async function readSavedPlan({ flags, files }: Run): Promise<SavedPlan | undefined> {
  if (typeof flags['plan'] !== 'string') return undefined
  if (files.length > 0 || flags['state'] !== undefined)
    throw new UsageError('--plan: files cannot be given beside a plan', {
      hint: 'the plan has the names of its files',
    })
  const { readPlan } = await import('../recipes/saved-plan.ts')
  return readPlan(flags['plan'])
}

/** The run as it was when the plan was made. */
function withPlan(run: Run, { flags }: SavedPlan): Run {
  const workspace = flags['workspace']
  return {
    ...run,
    flags: { ...run.flags, ...flags },
    client: { ...run.client, ...(typeof workspace === 'string' && { workspace }) },
  }
}

/** Flags that affect the report and the execution; all other flags of the command decide what is changed. */
const undeciding = new Set([
  ...Object.keys(globalFlags),
  'journal',
  'json-output',
  'lock',
  'lock-timeout',
  'no-journal',
  'no-mask-deck-env-vars-value',
  'on-error',
  'non-zero-exit-code',
  'out',
  'parallelism',
  'record',
  'report',
  'silence-events',
  'skip-preflight',
  'skip-recheck',
  'state',
  'yes',
])

const deciding = (flags: Run['flags']): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(flags).filter(
      ([name, value]) => !undeciding.has(name) && value !== undefined && value !== false,
    ),
  )
