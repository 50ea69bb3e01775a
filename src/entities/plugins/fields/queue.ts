/** How log plugins collect and send what they log, since 3.x. */
import type { Field, Fields } from '../../language/define.ts'

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

const deprecated = (plugin: string, said: string, old_default: number) =>
  ({
    message: `${plugin}: config.${said} instead`,
    removal_in_version: '4.0',
    old_default,
  }) as const

/** A plugin's own fields that the queue replaced; 3.x accepts them as deprecated. */
export const deprecatedQueue = (plugin: string) =>
  ({
    retry_count: {
      type: 'integer',
      deprecation: deprecated(
        plugin,
        'retry_count no longer works, please use config.queue.max_retry_time',
        10,
      ),
    },
    queue_size: {
      type: 'integer',
      deprecation: deprecated(plugin, 'queue_size is deprecated, please use config.queue.max_batch_size', 1),
    },
    flush_timeout: {
      type: 'number',
      deprecation: deprecated(
        plugin,
        'flush_timeout is deprecated, please use config.queue.max_coalescing_delay',
        2,
      ),
    },
  }) as const satisfies Fields

/** The same with descriptions, as in most plugins. */
export function oldQueue(plugin: string) {
  const { retry_count, queue_size, flush_timeout } = deprecatedQueue(plugin)
  return {
    retry_count: {
      type: retry_count.type,
      description: 'Number of times to retry when sending data to the upstream server.',
      deprecation: retry_count.deprecation,
    },
    queue_size: {
      type: queue_size.type,
      description: 'Maximum number of log entries to be sent on each message to the upstream server.',
      deprecation: queue_size.deprecation,
    },
    flush_timeout: {
      type: flush_timeout.type,
      description:
        'Optional time in seconds. If `queue_size` > 1, this is the max idle time before sending a log with less than `queue_size` records.',
      deprecation: flush_timeout.deprecation,
    },
  } as const satisfies Fields
}
