import type { PluginDefinition } from '../language/plugin-definition.ts'
import { onlyHttp } from './fields/typedefs.ts'

export const correlationId = {
  name: 'correlation-id',
  priority: 100001,
  fields: { protocols: onlyHttp },
  config: {
    header_name: {
      type: 'string',
      default: 'Kong-Request-ID',
      description: 'The HTTP header name to use for the correlation ID.',
    },
    generator: {
      type: 'string',
      required: true,
      default: 'uuid#counter',
      description:
        'The generator to use for the correlation ID. Accepted values are `uuid`, `uuid#counter`, and `tracker`. See [Generators](#generators).',
      one_of: ['uuid', 'uuid#counter', 'tracker'],
      was: { until: '3.0', required: undefined },
    },
    echo_downstream: {
      type: 'boolean',
      required: true,
      default: false,
      description: 'Whether to echo the header back to downstream (the client).',
    },
  },
} as const satisfies PluginDefinition
