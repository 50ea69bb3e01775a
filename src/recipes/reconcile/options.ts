/** Options of `sync`, `diff` and `apply`. */
import type { ClientSettings } from '../../admin-client/settings.ts'
import type { Severities } from '../../file/severities.ts'
import type { JournalSettings } from '../../journal/write.ts'
import type { UpdateForm } from '../../report/human.ts'
import type { Scope } from '../../state/select.ts'
import type { LeaseOptions } from '../lease.ts'
import type { PlanInput, SavedPlan } from '../saved-plan.ts'
import type { ReportTarget } from '../write-reports.ts'
import type { DeleteLimit } from './guard.ts'

export interface ReconcileOptions {
  /** `diff` changes nothing; `apply` deletes nothing. */
  readonly mode: 'sync' | 'diff' | 'apply'
  /** Files, folders, `-` for standard input. */
  readonly files: readonly string[]
  /** Its `signal` (SIGINT, SIGTERM) also stops starting new changes. */
  readonly client: ClientSettings
  /** `--select-tag`; must equal the file's `_info.select_tags` if both are set. */
  readonly selectTags?: readonly string[]
  /** Konnect's, as a pipeline names it; only compared with what the files name. */
  readonly controlPlane?: string | undefined
  /** Default: everything but roles and plugin definitions. */
  readonly scope?: Scope
  /** `--consumer-group-policy-overrides`, which a file may say too. Default: false. */
  readonly policyOverrides?: boolean
  /**
   * Seconds that what needs a change waits after it, for databases that pass changes on slowly. Default: 0.
   */
  readonly delaySeconds?: number
  /** `-E`, `-W`. */
  readonly severities?: Severities
  /** `--max-deletes`; 'all' with `--yes`. Default: 30 %. */
  readonly maxDeletes?: DeleteLimit
  /** Asks whether to exceed `maxDeletes`. Absent without a terminal. */
  readonly confirm?: (question: string) => Promise<boolean>
  /** The caller asks the user itself, as the Manager does: problems name no flags. Default: false. */
  readonly confirmsDeletes?: boolean
  /** `--protect-tag`, beside the files' `_info.protected`. */
  readonly protectedTags?: readonly string[]
  /** `--no-delete`: creates and updates only. Default: false. */
  readonly keepsSuperfluous?: boolean
  /** `diff` with differences: 2. */
  readonly nonZeroExitCode?: boolean
  readonly jsonOutput?: boolean
  /** `--report`; written however the run ends. */
  readonly reports?: readonly ReportTarget[]
  /** The run's title in reports. Default: `gateway ` and the mode. */
  readonly title?: string
  /** How updates are printed. Default: as in decK. */
  readonly updates?: UpdateForm
  /** No event lines and no warnings; the summary, failures and the JSON document stay. */
  readonly silenceEvents?: boolean
  /** False with `--no-mask-deck-env-vars-value`. Default: true. */
  readonly maskEnvironment?: boolean
  /** `--record`: the file for the gateway's state after the run, for `drift`. */
  readonly record?: { readonly path: string; readonly key: string | undefined }
  /** `diff --out`: where the plan is saved, with the input that it was made of. */
  readonly planOutput?: { readonly path: string; readonly input: PlanInput }
  /** `--skip-preflight`: changes that are known to fail are begun. Default: false. */
  readonly skipsPreflight?: boolean
  /** `--skip-recheck`: entities are not read again before the first write. Default: false. */
  readonly skipsRecheck?: boolean
  /** `--lock`. Absent: the run holds no lock. */
  readonly lock?: LeaseOptions | undefined
  /** After a failed change. Default: stop. */
  readonly onError?: 'stop' | 'continue' | 'rollback'
  /** Where the run is recorded before it writes. Absent: nowhere. */
  readonly journal?: JournalSettings | undefined
  /** Called with the name of the run, once it is recorded. */
  readonly onRecorded?: (run: string) => void
  /** `sync --plan`: only what is in this plan is done. */
  readonly savedPlan?: SavedPlan
}
