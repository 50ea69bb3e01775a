import type { PluginDefinition } from '../language/plugin-definition.ts'
import { httpProtocols, noConsumer } from './fields/typedefs.ts'

export const hmacAuth = {
  name: 'hmac-auth',
  priority: 1030,
  fields: {
    consumer: noConsumer,
    protocols: { ...httpProtocols, required: true, default: ['grpc', 'grpcs', 'http', 'https'] },
  },
  config: {
    hide_credentials: {
      type: 'boolean',
      required: true,
      default: false,
      description:
        'An optional boolean value telling the plugin to show or hide the credential from the upstream service.',
    },
    clock_skew: {
      type: 'number',
      default: 300,
      description: 'Clock skew in seconds to prevent replay attacks.',
      gt: 0,
    },
    anonymous: {
      type: 'string',
      description:
        'An optional string (Consumer UUID or username) value to use as an “anonymous” consumer if authentication fails.',
    },
    validate_request_body: {
      type: 'boolean',
      required: true,
      default: false,
      description: 'A boolean value telling the plugin to enable body validation.',
    },
    enforce_headers: {
      type: 'array',
      default: [],
      elements: { type: 'string' },
      description: 'A list of headers that the client should at least use for HTTP signature creation.',
    },
    algorithms: {
      type: 'array',
      default: ['hmac-sha1', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512'],
      elements: { type: 'string', one_of: ['hmac-sha1', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512'] },
      description:
        'A list of HMAC digest algorithms that the user wants to support. Allowed values are `hmac-sha1`, `hmac-sha256`, `hmac-sha384`, and `hmac-sha512`',
    },
    realm: {
      type: 'string',
      required: false,
      description:
        'When authentication fails the plugin sends `WWW-Authenticate` header with `realm` attribute value.',
      since: '3.0',
    },
  },
} as const satisfies PluginDefinition
