/** Flags of `plan`, `show`, `drift` and of the Manager page, which decK does not have. */
import * as Flags from '@oclif/core/flags'
import { boolean, inGroup, string } from './flag-types.ts'
import { commonFlags, diffFlags, journalFolderFlag, reportFlags, selectionFlags } from './flags.ts'

export const planFlags = {
  ...diffFlags,
  out: Flags.string({
    description: 'file for the plan, for sync --plan; it holds no secrets',
    env: 'DECK_OUT',
    helpValue: 'FILE',
    helpGroup: 'RECORD',
    default: 'plan.json',
  }),
} as const

export const showFlags = {
  'json-output': commonFlags['json-output'],
  compact: commonFlags.compact,
  ...reportFlags,
} as const

const { compact: _compact, ...driftCommonFlags } = commonFlags

export const driftFlags = {
  ...driftCommonFlags,
  ...selectionFlags,
  ...journalFolderFlag,
  ...inGroup('RECORD', { 'no-journal': boolean('no-journal', 'do not compare with recorded runs') }),
  record: Flags.string({
    description: 'record to use instead of the journal; written if the file does not exist',
    env: 'DECK_RECORD',
    helpValue: 'FILE',
    helpGroup: 'RECORD',
  }),
  'fail-on': Flags.string({
    description: 'differences that exit with 2: hand, file, conflict, any or none',
    env: 'DECK_FAIL_ON',
    helpValue: 'ORIGIN,...',
    helpGroup: 'OUTPUT',
    default: 'any',
  }),
} as const

/** Of the commands that serve the Manager page. */
export const pageJournalFlags = inGroup('RECORD', {
  journal: string('journal', 'folder that records each Sync of the page (default: ~/.local/state/deck)', {
    value: 'DIR',
  }),
  'no-journal': boolean('no-journal', 'do not record what the page syncs; it cannot be rolled back'),
})
