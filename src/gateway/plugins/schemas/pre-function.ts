import type { PluginDefinition } from '../define.ts'
import { functions } from './functions.ts'
import { allProtocols, noConsumer } from './typedefs.ts'

export const preFunction = {
  name: 'pre-function',
  priority: 1000000,
  fields: {
    consumer: noConsumer,
    protocols: { ...allProtocols, required: true, default: ['grpc', 'grpcs', 'http', 'https'], since: '3.0' },
  },
  config: {
    certificate: { ...functions, required: true, default: [] },
    rewrite: { ...functions, required: true, default: [] },
    access: { ...functions, required: true, default: [] },
    header_filter: { ...functions, required: true, default: [] },
    body_filter: { ...functions, required: true, default: [] },
    log: { ...functions, required: true, default: [] },
    functions: {
      type: 'array',
      required: true,
      default: [],
      elements: { type: 'string', required: false },
      until: '3.0',
    },
  },
  entity_checks: [
    {
      at_least_one_of: [
        'config.certificate',
        'config.rewrite',
        'config.access',
        'config.header_filter',
        'config.body_filter',
        'config.log',
      ],
    },
  ],
} as const satisfies PluginDefinition
