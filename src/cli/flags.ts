/**
 * The flags that several commands share, as data. Names, defaults and meanings are decK 1.65's; each can
 * also come from `DECK_<NAME>`. The commands implement their effects.
 */
import * as Flags from '@oclif/core/flags'
import { boolean, env, inGroup, integer, string, strings } from './flag-types.ts'

const workspace = string('workspace', 'workspace (Kong Enterprise; default: the default workspace)', {
  char: 'w',
  value: 'WORKSPACE',
})
const parallelism = Flags.integer({
  description: 'number of concurrent requests (default: adapts to the gateway)',
  ...env('parallelism'),
  helpValue: 'N',
  helpGroup: 'CONNECTION',
})
const selectTag = strings(
  'select-tag',
  'only entities with all of these tags; sync adds the tags (repeatable)',
  'TAG',
)
const skipConsumers = boolean('skip-consumers', 'ignore consumers and everything that belongs to them')
const skipCaCertificates = boolean('skip-ca-certificates', 'ignore CA certificates')
const rbacOnly = boolean('rbac-resources-only', 'only RBAC roles and their permissions (Kong Enterprise)')
const withoutMembers = boolean(
  'skip-consumers-with-consumer-groups',
  'do not read the members of consumer groups (Kong Enterprise)',
)
const overrides = boolean(
  'consumer-group-policy-overrides',
  'use the older limits of consumer groups, as overrides of plugins (Kong Enterprise)',
)
const definitions = boolean(
  'include-plugin-definitions',
  'include cloned and custom plugins (Kong Enterprise 3.15)',
)

/** Which entities a command is about. */
const inWorkspace = inGroup('SELECTION', { workspace })
const withDefinitions = inGroup('SELECTION', { 'include-plugin-definitions': definitions })
export const selectionFlags = inGroup('SELECTION', {
  'select-tag': selectTag,
  'skip-consumers': skipConsumers,
  'skip-ca-certificates': skipCaCertificates,
  'rbac-resources-only': rbacOnly,
  'skip-consumers-with-consumer-groups': withoutMembers,
  'consumer-group-policy-overrides': overrides,
})

/** Which problems of files are errors, and which are warnings. */
export const severityFlags = inGroup('CHECK', {
  'warnings-as-errors': string('warnings-as-errors', 'treat warnings with these codes as errors', {
    char: 'E',
    value: 'CODE,...',
  }),
  'errors-as-warnings': string('errors-as-warnings', 'treat errors with these codes as warnings', {
    char: 'W',
    value: 'CODE,...',
  }),
})

/** On the short forms, which name their files by a flag. */
export const stateFlag = inGroup('INPUT', {
  state: Flags.string({
    char: 's',
    description: 'state file or folder; - is standard input (repeatable; default: kong.yaml)',
    ...env('state'),
    multiple: true,
    helpValue: 'FILE',
  }),
})

/** Reports of a run besides its output, for reviewers and pipelines. */
export const reportFlags = inGroup('OUTPUT', {
  report: {
    ...strings(
      'report',
      'also write a report: markdown, html, json, junit, sarif or github (repeatable)',
      'FORMAT=PATH',
    ),
    whole: true,
  },
})

const outputFlags = inGroup('OUTPUT', {
  'json-output': boolean('json-output', 'print one JSON document'),
  'no-mask-deck-env-vars-value': boolean(
    'no-mask-deck-env-vars-value',
    'print the values of DECK_ variables instead of [masked]',
  ),
})
const eventFlags = inGroup('OUTPUT', {
  'silence-events': boolean('silence-events', 'print neither changes nor warnings'),
})

export const commonFlags = {
  ...inWorkspace,
  parallelism,
  ...outputFlags,
  ...eventFlags,
  ...inGroup('OUTPUT', { compact: boolean('compact', 'show only the changed fields of an update') }),
  ...withDefinitions,
  ...severityFlags,
  ...reportFlags,
} as const

const writeFlags = {
  ...inGroup('SAFETY', {
    'skip-preflight': boolean(
      'skip-preflight',
      'do not check entities with the gateway before the first write',
    ),
    'skip-recheck': boolean('skip-recheck', 'do not read entities again right before they are changed'),
    'on-error': string('on-error', 'action after a failed change (default: stop)', {
      value: 'stop|continue|rollback',
    }),
  }),
  ...inGroup('RECORD', {
    record: string('record', 'file for the record that gateway drift reads; it holds no secrets', {
      value: 'FILE',
    }),
  }),
  ...inGroup('CONNECTION', {
    'db-update-propagation-delay': integer(
      'db-update-propagation-delay',
      'pause after each change that other changes depend on',
      0,
      'SECONDS',
    ),
  }),
  'skip-hash-for-basic-auth': boolean('skip-hash-for-basic-auth', 'passwords are hashes already (Konnect)', {
    hidden: true,
  }),
} as const

/** For commands that write to a gateway; the config file can set the folder for a team. */
export const journalFolderFlag = inGroup('RECORD', {
  journal: string('journal', 'folder of recorded runs (default: ~/.local/state/deck)', { value: 'DIR' }),
})

const lockFlags = inGroup('SAFETY', {
  lock: boolean('lock', 'hold a lock in the gateway during the run; other runs with --lock wait or stop'),
  'lock-timeout': integer('lock-timeout', 'time limit of waiting for the lock of another run', 0, 'SECONDS'),
})

const journalFlags = {
  ...journalFolderFlag,
  ...inGroup('RECORD', {
    'no-journal': boolean('no-journal', 'do not record the run; it cannot be rolled back or resumed'),
  }),
} as const

export const applyFlags = { ...commonFlags, ...writeFlags, ...journalFlags, ...lockFlags } as const

/** Against unintended deletes. The config file can set them: a team chooses once. */
export const guardFlags = inGroup('SAFETY', {
  'max-deletes': string('max-deletes', 'largest number of deletes: a number, 50% or all (default: 30%)', {
    value: 'LIMIT',
  }),
  'protect-tag': strings('protect-tag', 'never delete entities with this tag (repeatable)', 'TAG'),
})

const deleteFlags = inGroup('SAFETY', {
  'no-delete': boolean('no-delete', 'create and update only; keep entities that the files do not have'),
  yes: boolean('yes', 'ask no questions, and allow any number of deletes'),
})

export const syncFlags = {
  ...commonFlags,
  ...selectionFlags,
  ...guardFlags,
  ...deleteFlags,
  ...writeFlags,
  ...journalFlags,
  ...lockFlags,
  ...inGroup('RECORD', {
    plan: string('plan', 'apply this saved plan, and nothing else', { value: 'PLAN' }),
  }),
} as const

export const diffFlags = {
  ...commonFlags,
  ...selectionFlags,
  ...guardFlags,
  ...deleteFlags,
  ...inGroup('RECORD', {
    out: string('out', 'file for the plan, for sync --plan; it holds no secrets', { value: 'FILE' }),
  }),
  ...inGroup('OUTPUT', {
    'non-zero-exit-code': boolean('non-zero-exit-code', 'exit with 2 if anything differs'),
  }),
} as const

const format = (description: string) =>
  Flags.string({
    description,
    ...env('format'),
    default: 'yaml',
    helpValue: 'yaml|json',
    parse: async value => value.toLowerCase(),
  })

export const dumpFlags = {
  ...inWorkspace,
  ...selectionFlags,
  ...withDefinitions,
  ...inGroup('SELECTION', {
    'all-workspaces': boolean('all-workspaces', 'write one file for each workspace (Kong Enterprise)'),
  }),
  ...inGroup('OUTPUT', {
    'output-file': string('output-file', 'file to write; - is standard output', { char: 'o', value: 'FILE' }),
    format: format('format of the file'),
    'with-id': boolean('with-id', 'include ids'),
    'skip-defaults': boolean('skip-defaults', 'leave out fields with default values'),
    editor: boolean('editor', 'also write the JSON Schema of state files, and refer editors to it'),
    sanitize: boolean('sanitize', 'replace names, hosts, keys and other private values by hashes'),
    'sanitization-salt': string('sanitization-salt', 'the same salt gives the same hashes', { hidden: true }),
    yes: boolean('yes', 'overwrite the file without a question'),
  }),
} as const

const forceChanged = Flags.boolean({
  description: 'overwrite changes that were made after the run',
  ...env('force'),
  helpGroup: 'SAFETY',
})

export const rollbackFlags = {
  ...journalFlags,
  ...lockFlags,
  ...guardFlags,
  ...inWorkspace,
  force: forceChanged,
  ...inGroup('SAFETY', {
    yes: boolean('yes', 'apply the plan; without it, show the plan, and ask on a terminal'),
  }),
  'json-output': outputFlags['json-output'],
  ...eventFlags,
  ...reportFlags,
} as const

export const resumeFlags = {
  ...journalFlags,
  ...lockFlags,
  'protect-tag': guardFlags['protect-tag'],
  ...inWorkspace,
  force: forceChanged,
  'json-output': outputFlags['json-output'],
  ...eventFlags,
  ...reportFlags,
} as const

export const unlockFlags = inWorkspace

export const historyFlags = { ...journalFolderFlag, 'json-output': outputFlags['json-output'] } as const

export const resetFlags = {
  ...inGroup('SAFETY', {
    force: Flags.boolean({ char: 'f', description: 'delete without a question', ...env('force') }),
  }),
  ...inWorkspace,
  ...inGroup('SELECTION', {
    'all-workspaces': boolean('all-workspaces', 'reset every workspace (Kong Enterprise)'),
    'skip-consumers': skipConsumers,
    'skip-ca-certificates': skipCaCertificates,
    'select-tag': strings('select-tag', 'only entities with all of these tags (repeatable)', 'TAG'),
    'rbac-resources-only': rbacOnly,
    'skip-plugin-definitions': boolean(
      'skip-plugin-definitions',
      'ignore cloned and custom plugins (Kong Enterprise 3.15)',
    ),
  }),
  ...outputFlags,
  ...reportFlags,
  ...journalFlags,
  ...lockFlags,
} as const

export const validateFlags = {
  ...inWorkspace,
  parallelism,
  ...inGroup('SELECTION', {
    'online-entities-list': strings(
      'online-entities-list',
      'check only these kinds with the gateway, for example Services,Routes',
      'KINDS',
    ),
    'rbac-resources-only': rbacOnly,
  }),
  'konnect-compatibility': boolean('konnect-compatibility', 'taken, and not acted on', { hidden: true }),
  ...severityFlags,
  ...reportFlags,
} as const

export const pingFlags = inWorkspace
