import type { PluginDefinition } from '../language/plugin-definition.ts'
import { oldQueue, queue } from './fields/queue.ts'
import { anyProtocol, luaCode, sendTimeout } from './fields/typedefs.ts'

const { retry_count, queue_size, flush_timeout } = oldQueue('http-log')

export const httpLog = {
  name: 'http-log',
  priority: 12,
  fields: { protocols: anyProtocol },
  config: {
    http_endpoint: {
      type: 'string',
      required: true,
      referenceable: true,
      encrypted: true,
      description: 'A string representing a URL, such as https://example.com/path/to/resource?q=search.',
      was: { until: '3.0', referenceable: undefined },
      format: 'url',
    },
    method: {
      type: 'string',
      default: 'POST',
      description:
        'An optional method used to send data to the HTTP server. Supported values are `POST` (default), `PUT`, and `PATCH`.',
      one_of: ['POST', 'PUT', 'PATCH'],
    },
    content_type: {
      type: 'string',
      default: 'application/json',
      description: 'Indicates the type of data sent. The only available option is `application/json`.',
      one_of: ['application/json', 'application/json; charset=utf-8'],
      was: { until: '3.0', one_of: ['application/json'] },
    },
    timeout: sendTimeout,
    keepalive: {
      type: 'number',
      default: 60000,
      description:
        'An optional value in milliseconds that defines how long an idle connection will live before being closed.',
    },
    retry_count: { ...retry_count, was: { until: '3.0', default: 10 } },
    queue_size: { ...queue_size, was: { until: '3.0', default: 1 } },
    flush_timeout: { ...flush_timeout, was: { until: '3.0', default: 2 } },
    headers: {
      type: 'map',
      keys: {
        type: 'string',
        description: 'A string representing an HTTP header name.',
        match_none: [
          { pattern: '^[Hh][Oo][Ss][Tt]$', err: "cannot contain 'Host' header" },
          {
            pattern: '^[Cc][Oo][Nn][Tt][Ee][Nn][Tt]%-[Ll][Ee][nn][Gg][Tt][Hh]$',
            err: "cannot contain 'Content-Length' header",
          },
          {
            pattern: '^[Cc][Oo][Nn][Tt][Ee][Nn][Tt]%-[Tt][Yy][Pp][Ee]$',
            err: "cannot contain 'Content-Type' header",
          },
        ],
        format: 'header-name',
      },
      description:
        'An optional table of headers included in the HTTP message to the upstream server. Values are indexed by header name, and each header name accepts a single string.',
      values: { type: 'string', referenceable: true },
      was: { until: '3.0', values: { type: 'array', elements: { type: 'string' } } },
    },
    queue: { ...queue, required: true, since: '3.0' },
    custom_fields_by_lua: luaCode,
  },
  configCheck: ({ http_endpoint, headers }) => {
    const names = Object.keys((headers as object | null) ?? {}).map(name => name.toLowerCase())
    return /^[^/]*\/\/[^/?#]*@/.test(String(http_endpoint)) && names.includes('authorization')
      ? "specifying both an 'Authorization' header and user info in 'http_endpoint' is not allowed"
      : undefined
  },
} as const satisfies PluginDefinition
