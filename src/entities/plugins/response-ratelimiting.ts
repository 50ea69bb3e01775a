import type { PluginDefinition } from '../language/plugin-definition.ts'
import { hideClientHeaders, policy, withoutDatabase } from './fields/limits.ts'
import { oldRedisAccess, redis, redisChecks, redisShorthands } from './fields/redis.ts'
import { onlyHttp } from './fields/typedefs.ts'
import { limitsInOrder } from './fields/windows.ts'

export const responseRatelimiting = {
  name: 'response-ratelimiting',
  priority: 900,
  fields: { protocols: onlyHttp },
  withoutDatabase: { policy: { ...policy, ...withoutDatabase } },
  config: {
    header_name: {
      type: 'string',
      default: 'x-kong-limit',
      description: 'The name of the response header used to increment the counters.',
    },
    limit_by: {
      type: 'string',
      default: 'consumer',
      description:
        'The entity that will be used when aggregating the limits: `consumer`, `credential`, `ip`. If the `consumer` or the `credential` cannot be determined, the system will always fallback to `ip`.',
      one_of: ['consumer', 'credential', 'ip'],
    },
    policy,
    fault_tolerant: {
      type: 'boolean',
      required: true,
      default: true,
      description:
        'A boolean value that determines if the requests should be proxied even if Kong has troubles connecting a third-party datastore. If `true`, requests will be proxied anyway, effectively disabling the rate-limiting function until the datastore is working again. If `false`, then the clients will see `500` errors.',
    },
    redis: { ...redis, required: true, since: '3.0' },
    block_on_first_violation: {
      type: 'boolean',
      required: true,
      default: false,
      description:
        'A boolean value that determines if the requests should be blocked as soon as one limit is being exceeded. This will block requests that are supposed to consume other limits too.',
    },
    hide_client_headers: hideClientHeaders,
    limits: {
      type: 'map',
      required: true,
      values: {
        type: 'record',
        required: true,
        entity_checks: [{ at_least_one_of: ['second', 'minute', 'hour', 'day', 'month', 'year'] }],
        check: limitsInOrder('the'),
        fields: {
          second: { type: 'number', gt: 0 },
          minute: { type: 'number', gt: 0 },
          hour: { type: 'number', gt: 0 },
          day: { type: 'number', gt: 0 },
          month: { type: 'number', gt: 0 },
          year: { type: 'number', gt: 0 },
        },
      },
      keys: { type: 'string' },
      description: 'A map that defines rate limits for the plugin.',
      len_min: 1,
    },
    ...oldRedisAccess,
    redis_timeout: { type: 'number', default: 2000, until: '3.0' },
    redis_database: { type: 'number', default: 0, until: '3.0' },
  },
  shorthand_fields: redisShorthands('response-ratelimiting'),
  entity_checks: redisChecks,
} as const satisfies PluginDefinition
