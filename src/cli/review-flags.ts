/** The flags of `plan`, `show` and `drift`, which decK does not have. */
import * as Flags from '@oclif/core/flags'
import { commonFlags, diffFlags, reportFlags, selectionFlags } from './flags.ts'

export const planFlags = {
  ...diffFlags,
  out: Flags.string({
    description: 'file to keep the plan in, for sync --plan; it holds no secrets',
    env: 'DECK_OUT',
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
  record: Flags.string({
    description: 'record of the last sync; a file that does not exist yet is written',
    env: 'DECK_RECORD',
  }),
  'fail-on': Flags.string({
    description: 'hand, file, conflict, any or none, with commas: what exits with 2',
    env: 'DECK_FAIL_ON',
    default: 'any',
  }),
} as const
