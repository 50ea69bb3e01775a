import { header_name } from '../language/fields.ts'
import type { PluginDefinition } from '../language/plugin-definition.ts'
import { anonymous, hideCredentials, realm } from './fields/authentication.ts'
import { withoutConsumer } from './fields/typedefs.ts'

export const keyAuth = {
  name: 'key-auth',
  priority: 1250,
  fields: withoutConsumer,
  config: {
    key_names: {
      type: 'array',
      required: true,
      default: ['apikey'],
      description:
        'Describes an array of parameter names where the plugin will look for a key. The key names may only contain [a-z], [A-Z], [0-9], [_] underscore, and [-] hyphen.',
      elements: header_name,
    },
    hide_credentials: hideCredentials(
      'An optional boolean value telling the plugin to show or hide the credential from the upstream service. If `true`, the plugin strips the credential from the request.',
    ),
    anonymous: anonymous(
      'An optional string (consumer UUID or username) value to use as an “anonymous” consumer if authentication fails. If empty (default null), the request will fail with an authentication failure `4xx`.',
    ),
    key_in_header: {
      type: 'boolean',
      required: true,
      default: true,
      description:
        'If enabled (default), the plugin reads the request header and tries to find the key in it.',
    },
    key_in_query: {
      type: 'boolean',
      required: true,
      default: true,
      description:
        'If enabled (default), the plugin reads the query parameter in the request and tries to find the key in it.',
    },
    key_in_body: {
      type: 'boolean',
      required: true,
      default: false,
      description:
        'If enabled, the plugin reads the request body. Supported MIME types: `application/www-form-urlencoded`, `application/json`, and `multipart/form-data`.',
    },
    run_on_preflight: {
      type: 'boolean',
      required: true,
      default: true,
      description:
        'A boolean value that indicates whether the plugin should run (and try to authenticate) on `OPTIONS` preflight requests. If set to `false`, then `OPTIONS` requests are always allowed.',
    },
    realm,
  },
} as const satisfies PluginDefinition
