import type { PluginDefinition } from '../define.ts'
import { httpProtocols, noConsumer } from './typedefs.ts'

export const botDetection = {
  name: 'bot-detection',
  priority: 2500,
  fields: {
    consumer: noConsumer,
    protocols: { ...httpProtocols, required: true, default: ['grpc', 'grpcs', 'http', 'https'] },
  },
  config: {
    allow: {
      type: 'array',
      default: [],
      elements: { type: 'string', is_regex: true },
      description:
        'An array of regular expressions that should be allowed. The regular expressions will be checked against the `User-Agent` header.',
    },
    deny: {
      type: 'array',
      default: [],
      elements: { type: 'string', is_regex: true },
      description:
        'An array of regular expressions that should be denied. The regular expressions will be checked against the `User-Agent` header.',
    },
  },
  shorthand_fields: {
    blacklist: { type: 'array', elements: { type: 'string', is_regex: true }, until: '3.0' },
    whitelist: { type: 'array', elements: { type: 'string', is_regex: true }, until: '3.0' },
  },
} as const satisfies PluginDefinition
