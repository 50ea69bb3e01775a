import type { PluginDefinition } from '../language/plugin-definition.ts'
import { onlyHttp } from './fields/typedefs.ts'

export const requestSizeLimiting = {
  name: 'request-size-limiting',
  priority: 951,
  fields: { protocols: onlyHttp },
  config: {
    allowed_payload_size: {
      type: 'integer',
      default: 128,
      description: 'Allowed request payload size in megabytes. Default is `128` megabytes (128000000 bytes).',
    },
    size_unit: {
      type: 'string',
      required: true,
      default: 'megabytes',
      description:
        'Size unit can be set either in `bytes`, `kilobytes`, or `megabytes` (default). This configuration is not available in versions prior to Kong Gateway 1.3 and Kong Gateway (OSS) 2.0.',
      one_of: ['megabytes', 'kilobytes', 'bytes'],
    },
    require_content_length: {
      type: 'boolean',
      required: true,
      default: false,
      description:
        'Set to `true` to ensure a valid `Content-Length` header exists before reading the request body.',
    },
  },
} as const satisfies PluginDefinition
