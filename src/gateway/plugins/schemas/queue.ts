/** How log plugins collect and send what they log, since 3.x. */
import type { Field } from '../../../entities/define.ts'

export const queue = {
  type: 'record',
  fields: {
    max_batch_size: {
      type: 'integer',
      default: 1,
      description: 'Maximum number of entries that can be processed at a time.',
      between: [1, 1000000],
    },
    max_coalescing_delay: {
      type: 'number',
      default: 1,
      description:
        'Maximum number of (fractional) seconds to elapse after the first entry was queued before the queue starts calling the handler.',
      between: [0, 3600],
    },
    max_entries: {
      type: 'integer',
      default: 10000,
      description: 'Maximum number of entries that can be waiting on the queue.',
      between: [1, 1000000],
    },
    max_bytes: {
      type: 'integer',
      description: 'Maximum number of bytes that can be waiting on a queue, requires string content.',
    },
    max_retry_time: {
      type: 'number',
      default: 60,
      description: 'Time in seconds before the queue gives up calling a failed handler for a batch.',
    },
    initial_retry_delay: {
      type: 'number',
      default: 0.01,
      description: 'Time in seconds before the initial retry is made for a failing batch.',
      between: [0.001, 1000000],
    },
    max_retry_delay: {
      type: 'number',
      default: 60,
      description: 'Maximum time in seconds between retries, caps exponential backoff.',
      between: [0.001, 1000000],
    },
    concurrency_limit: {
      type: 'integer',
      default: 1,
      one_of: [-1, 1],
      description: 'The number of of queue delivery timers. -1 indicates unlimited.',
    },
  },
} as const satisfies Field
