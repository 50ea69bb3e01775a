import type { PluginDefinition } from '../language/plugin-definition.ts'
import { onlyHttp } from './fields/typedefs.ts'

export const redirect = {
  name: 'redirect',
  priority: 779,
  since: '3.0',
  fields: { protocols: onlyHttp },
  config: {
    status_code: {
      type: 'integer',
      required: true,
      default: 301,
      description: 'The response code to send. Must be an integer between 100 and 599.',
      between: [100, 599],
    },
    location: { type: 'string', format: 'url', required: true, description: 'The URL to redirect to' },
    keep_incoming_path: {
      type: 'boolean',
      default: false,
      description: "Use the incoming request's path and query string in the redirect URL",
    },
  },
} as const satisfies PluginDefinition
