/** Shared fields of plugins that count requests. */
import type { Field } from '../../language/define.ts'

const counting = {
  description: 'The rate-limiting policies to use for retrieving and incrementing the limits.',
  one_of: ['local', 'cluster', 'redis'],
  was: { until: '3.0', default: 'cluster' },
} as const

/** The place of the counters. */
export const policy = { type: 'string', default: 'local', ...counting } as const satisfies Field

/** rate-limiting's, which takes an empty text to refuse it by name. */
export const policyOfAnyLength = {
  type: 'string',
  default: 'local',
  len_min: 0,
  ...counting,
} as const satisfies Field

/** Counters in a database need one. */
export const withoutDatabase = {
  default: 'local',
  one_of: ['local', 'redis'],
  was: { until: '3.0' },
} as const satisfies Partial<Field>

export const hideClientHeaders = {
  type: 'boolean',
  required: true,
  default: false,
  description: 'Optionally hide informative response headers.',
} as const satisfies Field
