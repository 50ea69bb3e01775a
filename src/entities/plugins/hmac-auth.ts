import type { PluginDefinition } from '../language/plugin-definition.ts'
import { anonymous, hideCredentials, realm } from './fields/authentication.ts'
import { withoutConsumer } from './fields/typedefs.ts'

export const hmacAuth = {
  name: 'hmac-auth',
  priority: 1030,
  fields: withoutConsumer,
  config: {
    hide_credentials: hideCredentials(
      'An optional boolean value telling the plugin to show or hide the credential from the upstream service.',
    ),
    clock_skew: {
      type: 'number',
      default: 300,
      description: 'Clock skew in seconds to prevent replay attacks.',
      gt: 0,
    },
    anonymous: anonymous(
      'An optional string (Consumer UUID or username) value to use as an “anonymous” consumer if authentication fails.',
    ),
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
    realm,
  },
} as const satisfies PluginDefinition
