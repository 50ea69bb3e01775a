import { header_name, path } from '../language/fields.ts'
import type { PluginDefinition } from '../language/plugin-definition.ts'
import { hideClientHeaders, policyOfAnyLength, withoutDatabase } from './fields/limits.ts'
import { oldRedisAccess, redis, redisChecks, redisShorthands } from './fields/redis.ts'
import { onlyHttp } from './fields/typedefs.ts'
import { limitsInOrder } from './fields/windows.ts'

/** Seconds between two synchronisations with redis; -1: immediately. 2.8 does not have the setting. */
function syncProblem({ policy, sync_rate }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof sync_rate !== 'number' || sync_rate === -1) return undefined
  if (policy !== 'redis') return 'sync_rate can only be used with the redis policy'
  return sync_rate < 0.02 ? 'sync_rate must be greater than 0.02, or -1 to disable' : undefined
}

export const rateLimiting = {
  name: 'rate-limiting',
  priority: 910,
  fields: { protocols: onlyHttp },
  withoutDatabase: { policy: { ...policyOfAnyLength, ...withoutDatabase } },
  config: {
    second: {
      type: 'number',
      description: 'The number of HTTP requests that can be made per second.',
      gt: 0,
    },
    minute: {
      type: 'number',
      description: 'The number of HTTP requests that can be made per minute.',
      gt: 0,
    },
    hour: { type: 'number', description: 'The number of HTTP requests that can be made per hour.', gt: 0 },
    day: { type: 'number', description: 'The number of HTTP requests that can be made per day.', gt: 0 },
    month: { type: 'number', description: 'The number of HTTP requests that can be made per month.', gt: 0 },
    year: { type: 'number', description: 'The number of HTTP requests that can be made per year.', gt: 0 },
    limit_by: {
      type: 'string',
      default: 'consumer',
      description: 'The entity that is used when aggregating the limits.',
      one_of: ['consumer', 'credential', 'ip', 'service', 'header', 'path'],
    },
    header_name: header_name,
    path: path,
    policy: policyOfAnyLength,
    fault_tolerant: {
      type: 'boolean',
      required: true,
      default: true,
      description:
        'A boolean value that determines if the requests should be proxied even if Kong has troubles connecting a third-party data store. If `true`, requests will be proxied anyway, effectively disabling the rate-limiting function until the data store is working again. If `false`, then the clients will see `500` errors.',
    },
    redis: { ...redis, required: true, since: '3.0' },
    hide_client_headers: hideClientHeaders,
    error_code: {
      type: 'number',
      default: 429,
      description: 'Set a custom error code to return when the rate limit is exceeded.',
      gt: 0,
      since: '3.0',
    },
    error_message: {
      type: 'string',
      default: 'API rate limit exceeded',
      description: 'Set a custom error message to return when the rate limit is exceeded.',
      since: '3.0',
    },
    sync_rate: {
      type: 'number',
      required: true,
      default: -1,
      description:
        'How often to sync counter data to the central data store. A value of -1 results in synchronous behavior.',
      since: '3.0',
    },
    ...oldRedisAccess,
    redis_ssl: { type: 'boolean', required: true, default: false, until: '3.0' },
    redis_ssl_verify: { type: 'boolean', required: true, default: false, until: '3.0' },
    redis_server_name: { type: 'string', format: 'sni', until: '3.0' },
    redis_timeout: { type: 'number', default: 2000, until: '3.0' },
    redis_database: { type: 'integer', default: 0, until: '3.0' },
  },
  shorthand_fields: redisShorthands('rate-limiting'),
  entity_checks: [
    {
      at_least_one_of: [
        'config.second',
        'config.minute',
        'config.hour',
        'config.day',
        'config.month',
        'config.year',
      ],
    },
    ...redisChecks,
    {
      conditional: {
        if_field: 'config.limit_by',
        then_field: 'config.header_name',
        then_match: { required: true },
        if_match: { eq: 'header' },
      },
    },
    {
      conditional: {
        if_field: 'config.limit_by',
        then_field: 'config.path',
        then_match: { required: true },
        if_match: { eq: 'path' },
      },
    },
  ],
  configCheck: config => limitsInOrder('The')(config) ?? syncProblem(config),
} as const satisfies PluginDefinition
