import type { PluginDefinition } from '../language/plugin-definition.ts'
import { oldLists, withoutConsumer } from './fields/typedefs.ts'

export const botDetection = {
  name: 'bot-detection',
  priority: 2500,
  fields: withoutConsumer,
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
  shorthand_fields: oldLists,
} as const satisfies PluginDefinition
