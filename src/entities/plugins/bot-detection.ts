import type { PluginDefinition } from '../language/plugin-definition.ts'
import { httpProtocols, noConsumer, oldList } from './fields/typedefs.ts'

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
    blacklist: { ...oldList, gives: deny => ({ deny }) },
    whitelist: { ...oldList, gives: allow => ({ allow }) },
  },
} as const satisfies PluginDefinition
