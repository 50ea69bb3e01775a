import type { PluginDefinition } from '../language/plugin-definition.ts'
import { isDictionary } from './fields/custom-checks.ts'
import { anyProtocol } from './fields/typedefs.ts'

export const proxyCache = {
  name: 'proxy-cache',
  priority: 100,
  fields: {
    protocols: { ...anyProtocol, since: '3.0' },
  },
  config: {
    response_code: {
      type: 'array',
      required: true,
      default: [200, 301, 404],
      len_min: 1,
      description: 'Upstream response status code considered cacheable.',
      elements: { type: 'integer', between: [100, 900] },
    },
    request_method: {
      type: 'array',
      required: true,
      default: ['GET', 'HEAD'],
      description: 'Downstream request methods considered cacheable.',
      elements: { type: 'string', one_of: ['HEAD', 'GET', 'POST', 'PATCH', 'PUT'] },
    },
    content_type: {
      type: 'array',
      required: true,
      default: ['text/plain', 'application/json'],
      description:
        'Upstream response content types considered cacheable. The plugin performs an **exact match** against each specified value.',
      elements: { type: 'string' },
    },
    cache_ttl: { type: 'integer', default: 300, description: 'TTL, in seconds, of cache entities.', gt: 0 },
    strategy: {
      type: 'string',
      required: true,
      one_of: ['memory'],
      description: 'The backing data store in which to hold cache entities.',
    },
    cache_control: {
      type: 'boolean',
      required: true,
      default: false,
      description: 'When enabled, respect the Cache-Control behaviors defined in RFC7234.',
    },
    ignore_uri_case: { type: 'boolean', required: false, default: false, since: '3.0' },
    storage_ttl: {
      type: 'integer',
      description:
        'Number of seconds to keep resources in the storage backend. This value is independent of `cache_ttl` or resource TTLs defined by Cache-Control behaviors.',
    },
    memory: {
      type: 'record',
      required: true,
      fields: {
        dictionary_name: {
          type: 'string',
          required: true,
          default: 'kong_db_cache',
          description:
            'The name of the shared dictionary in which to hold cache entities when the memory strategy is selected. Note that this dictionary currently must be defined manually in the Kong Nginx template.',
        },
      },
    },
    vary_query_params: {
      type: 'array',
      description:
        'Relevant query parameters considered for the cache key. If undefined, all params are taken into consideration.',
      elements: { type: 'string' },
    },
    vary_headers: {
      type: 'array',
      description:
        'Relevant headers considered for the cache key. If undefined, none of the headers are taken into consideration.',
      elements: { type: 'string' },
    },
    response_headers: {
      type: 'record',
      required: true,
      description: 'Caching related diagnostic headers that should be included in cached responses',
      since: '3.0',
      fields: {
        age: { type: 'boolean', default: true },
        'X-Cache-Status': { type: 'boolean', default: true },
        'X-Cache-Key': { type: 'boolean', default: true },
      },
    },
  },
  entity_checks: [
    {
      custom_entity_check: {
        field_sources: ['config'],
        fn: ({ config }) => {
          const { memory } = config as { memory?: { dictionary_name?: unknown } | null }
          const name = memory?.dictionary_name
          return isDictionary(name) ? undefined : `missing shared dict '${name}'`
        },
      },
    },
  ],
} as const satisfies PluginDefinition
