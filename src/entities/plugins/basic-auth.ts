import type { PluginDefinition } from '../language/plugin-definition.ts'
import { anonymous, hideCredentials } from './fields/authentication.ts'
import { withoutConsumer } from './fields/typedefs.ts'

export const basicAuth = {
  name: 'basic-auth',
  priority: 1100,
  fields: withoutConsumer,
  config: {
    anonymous: anonymous(
      'An optional string (Consumer UUID or username) value to use as an “anonymous” consumer if authentication fails. If empty (default null), the request will fail with an authentication failure `4xx`. Please note that this value must refer to the Consumer `id` or `username` attribute, and **not** its `custom_id`.',
    ),
    hide_credentials: hideCredentials(
      'An optional boolean value telling the plugin to show or hide the credential from the upstream service. If `true`, the plugin will strip the credential from the request (i.e. the `Authorization` header) before proxying it.',
    ),
    realm: {
      type: 'string',
      required: true,
      default: 'service',
      description:
        'When authentication fails the plugin sends `WWW-Authenticate` header with `realm` attribute value.',
      since: '3.0',
    },
  },
} as const satisfies PluginDefinition
