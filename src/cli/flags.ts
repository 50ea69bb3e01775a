/**
 * The flags that several commands share, as data. Names, defaults and meanings are decK 1.65's; each can also
 * come from `DECK_<NAME>`, the global ones from the config file too (`settings.ts`). What a flag does is the
 * business of whoever reads it.
 */
import * as Flags from '@oclif/core/flags'
import { boolean, env, integer, string, strings } from './flag-types.ts'

export const defaultAddress = 'http://localhost:8001'

/**
 * Taken where a pipeline gives them beside `--kong-addr`; what would choose Konnect is refused
 * (`settings.ts`).
 */
const konnectFlags = [
  'konnect-addr',
  'konnect-token',
  'konnect-token-file',
  'konnect-control-plane-name',
  'konnect-runtime-group-name',
] as const

/** On every command. */
export const globalFlags = {
  'kong-addr': string('kong-addr', 'HTTP address of the Admin API', { default: defaultAddress }),
  headers: strings('headers', 'header for every request, as name:value (repeatable)'),
  'kong-admin-token': string('kong-admin-token', 'token sent as Kong-Admin-Token'),
  timeout: integer('timeout', 'seconds to wait for an answer of the Admin API', 10),
  deadline: Flags.integer({
    description: 'seconds that the whole run may take; left out, as long as it needs',
    ...env('deadline'),
  }),
  'tls-skip-verify': boolean('tls-skip-verify', "do not check the Admin API's certificate"),
  'tls-server-name': string('tls-server-name', "name to expect in the Admin API's certificate"),
  'ca-cert': string('ca-cert', 'CA certificate to check the Admin API with, as PEM text'),
  'ca-cert-file': string('ca-cert-file', 'the same, from a file'),
  'tls-client-cert': string('tls-client-cert', 'client certificate, as PEM text'),
  'tls-client-cert-file': string('tls-client-cert-file', 'the same, from a file'),
  'tls-client-key': string('tls-client-key', 'key of the client certificate, as PEM text'),
  'tls-client-key-file': string('tls-client-key-file', 'the same, from a file'),
  'kong-cookie-jar-path': string('kong-cookie-jar-path', 'Netscape cookie file with the session to send'),
  'skip-workspace-crud': boolean('skip-workspace-crud', 'do not ask for workspaces nor create them'),
  config: Flags.string({ description: 'config file to read instead of ~/.deck.yaml' }),
  verbose: integer('verbose', '1: show each request and answer on stderr', 0),
  'no-color': boolean('no-color', 'no colours'),
  analytics: Flags.boolean({
    description: 'accepted for compatibility; nothing is ever sent',
    hidden: true,
    ...env('analytics'),
  }),
  ...Object.fromEntries(
    konnectFlags.map(name => [name, string(name, 'of Konnect, which is not supported', { hidden: true })]),
  ),
} as const

const workspace = string('workspace', 'workspace to work in (Kong Enterprise)', { char: 'w' })
const parallelism = Flags.integer({
  description: 'exactly so many requests at once; left out, as many as the gateway answers steadily',
  ...env('parallelism'),
})
const selectTag = strings('select-tag', 'only entities that have all these tags; sync adds them (repeatable)')
const skipConsumers = boolean('skip-consumers', 'leave consumers, and all that belongs to them, alone')
const skipCaCertificates = boolean('skip-ca-certificates', 'leave CA certificates alone')
const jsonOutput = boolean('json-output', 'report as one JSON document')
const noMask = boolean('no-mask-deck-env-vars-value', 'show values that came from DECK_ variables')
const yes = boolean('yes', 'answer every question with yes')
const rbacOnly = boolean('rbac-resources-only', 'only RBAC roles and their permissions (Kong Enterprise)')
const withoutMembers = boolean(
  'skip-consumers-with-consumer-groups',
  'do not read which consumers are in which groups',
)
const overrides = boolean(
  'consumer-group-policy-overrides',
  'the older way of giving groups limits of their own (Kong Enterprise)',
)
const definitions = boolean(
  'include-plugin-definitions',
  'also cloned and custom plugins (Kong Enterprise 3.15)',
)
const delay = integer('db-update-propagation-delay', 'seconds that what needs a change waits after it', 0)

/** Which problems of files are errors, and which are warnings. */
export const severityFlags = {
  'warnings-as-errors': string('warnings-as-errors', 'codes of warnings to take for errors, with commas', {
    char: 'E',
  }),
  'errors-as-warnings': string('errors-as-warnings', 'codes of errors to take for warnings, with commas', {
    char: 'W',
  }),
} as const

/** On the short forms, which name their files by a flag. */
export const stateFlag = {
  state: Flags.string({
    char: 's',
    description: 'state files or folders; - is standard input (repeatable)',
    ...env('state'),
    multiple: true,
  }),
} as const

/** What a run writes beside its output, for reviewers and pipelines. */
export const reportFlags = {
  report: {
    ...strings(
      'report',
      'also write a report, as FORMAT=FILE (repeatable): markdown, html, json, junit or sarif',
    ),
    whole: true,
  },
} as const

export const commonFlags = {
  workspace,
  parallelism,
  'json-output': jsonOutput,
  'silence-events': boolean('silence-events', 'do not print a line for each change, nor warnings'),
  'no-mask-deck-env-vars-value': noMask,
  compact: boolean('compact', 'of an update, show only the fields that differ'),
  'include-plugin-definitions': definitions,
  ...severityFlags,
  ...reportFlags,
} as const

const writeFlags = {
  'skip-preflight': boolean('skip-preflight', 'do not check with the gateway before the first write'),
  'on-error': string('on-error', 'after a failed change: stop, continue or rollback (default: stop)'),
  record: string(
    'record',
    'file to record what the gateway has after the run, for drift; it holds no secrets',
  ),
  'db-update-propagation-delay': delay,
  'skip-hash-for-basic-auth': boolean('skip-hash-for-basic-auth', 'passwords are hashes already (Konnect)', {
    hidden: true,
  }),
} as const

/** Of commands that write to a gateway; a team may choose the folder once, in the config file. */
export const journalFolderFlag = {
  journal: string('journal', "folder of the journal (default: deck in the user's state folder)"),
} as const

const lockFlags = {
  lock: boolean('lock', 'hold a lock in the gateway during the run; other runs with --lock stop or wait'),
  'lock-timeout': integer('lock-timeout', 'seconds to wait for a lock that another run holds', 0),
} as const

const journalFlags = {
  ...journalFolderFlag,
  'no-journal': boolean('no-journal', 'do not record the run; it cannot be rolled back or resumed'),
} as const

export const applyFlags = { ...commonFlags, ...writeFlags, ...journalFlags, ...lockFlags } as const

export const selectionFlags = {
  'select-tag': selectTag,
  'skip-consumers': skipConsumers,
  'skip-ca-certificates': skipCaCertificates,
  'rbac-resources-only': rbacOnly,
  'skip-consumers-with-consumer-groups': withoutMembers,
  'consumer-group-policy-overrides': overrides,
} as const

/** Against deletes that nobody meant. They may stand in the config file too: a team chooses once. */
export const guardFlags = {
  'max-deletes': string(
    'max-deletes',
    'most deletes that a run may do: a number, a percentage such as 50%, or all (default: 30%)',
  ),
  'protect-tag': strings('protect-tag', 'never delete entities with this tag (repeatable)'),
} as const

const noDelete = boolean('no-delete', 'create and update only; leave superfluous entities on the gateway')

export const syncFlags = {
  ...commonFlags,
  ...selectionFlags,
  ...guardFlags,
  'no-delete': noDelete,
  ...writeFlags,
  ...journalFlags,
  ...lockFlags,
  plan: string('plan', 'carry out this plan of diff --out, and nothing else'),
  yes,
} as const

export const diffFlags = {
  ...commonFlags,
  ...selectionFlags,
  ...guardFlags,
  'no-delete': noDelete,
  yes,
  out: string('out', 'file to keep the plan in, for sync --plan; it holds no secrets'),
  'non-zero-exit-code': boolean('non-zero-exit-code', 'exit with 2 when there is a difference'),
} as const

const format = (description: string) =>
  Flags.string({ description, ...env('format'), default: 'yaml', parse: async value => value.toLowerCase() })

export const dumpFlags = {
  'output-file': string('output-file', 'file to write; - is standard output', { char: 'o' }),
  format: format('yaml or json'),
  'with-id': boolean('with-id', 'write the ids of all entities'),
  workspace,
  'all-workspaces': boolean('all-workspaces', 'one file for each workspace (Kong Enterprise)'),
  ...selectionFlags,
  'skip-defaults': boolean('skip-defaults', 'leave out what the gateway would fill in again'),
  'include-plugin-definitions': definitions,
  editor: boolean('editor', 'write the schema of state files beside the file, and refer editors to it'),
  sanitize: boolean('sanitize', 'hash names, hosts, keys and all else that could tell something'),
  'sanitization-salt': string('sanitization-salt', 'the same salt gives the same hashes', { hidden: true }),
  yes,
} as const

const forceChanged = Flags.boolean({
  description: 'overwrite what was changed since the run',
  ...env('force'),
})

export const rollbackFlags = {
  ...journalFlags,
  ...lockFlags,
  ...guardFlags,
  workspace,
  force: forceChanged,
  yes: boolean('yes', 'carry the plan out; without it the plan is shown, and confirmed on a terminal'),
  'json-output': jsonOutput,
  'silence-events': boolean('silence-events', 'do not print a line for each change'),
} as const

export const resumeFlags = {
  ...journalFlags,
  ...lockFlags,
  'protect-tag': guardFlags['protect-tag'],
  workspace,
  force: forceChanged,
  'json-output': jsonOutput,
  'silence-events': boolean('silence-events', 'do not print a line for each change'),
} as const

export const unlockFlags = { workspace } as const

export const historyFlags = { ...journalFolderFlag, 'json-output': jsonOutput } as const

export const resetFlags = {
  force: Flags.boolean({ char: 'f', description: 'do not ask', ...env('force') }),
  workspace,
  'all-workspaces': boolean('all-workspaces', 'reset every workspace (Kong Enterprise)'),
  'skip-consumers': skipConsumers,
  'skip-ca-certificates': skipCaCertificates,
  'select-tag': selectTag,
  'rbac-resources-only': rbacOnly,
  'skip-plugin-definitions': boolean('skip-plugin-definitions', 'leave cloned and custom plugins alone'),
  'json-output': jsonOutput,
  'no-mask-deck-env-vars-value': noMask,
  ...journalFlags,
  ...lockFlags,
} as const

export const validateFlags = {
  workspace,
  parallelism,
  'online-entities-list': strings(
    'online-entities-list',
    'ask the gateway about these kinds alone, for example Services,Routes',
  ),
  'rbac-resources-only': rbacOnly,
  'konnect-compatibility': boolean('konnect-compatibility', 'taken, and not acted on', { hidden: true }),
  ...severityFlags,
  ...reportFlags,
} as const

/** Of the commands that judge files without a gateway. */
export const kongVersionFlag = {
  'kong-version': string(
    'kong-version',
    'Kong that the files are for, for example 2.8 (default: 3.x where _format_version is 3.0)',
  ),
} as const
export const pingFlags = { workspace } as const
